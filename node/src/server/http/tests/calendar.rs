//! The calendar's address.

use super::*;

#[tokio::test]
async fn the_calendar_is_given_to_whoever_has_its_address_and_nothing_else_is() {
    let mut served = Served::begin().await;
    let token = std::fs::read_to_string(FeedToken::file_in(served.folder.path())).unwrap();
    let token = token.trim_end();
    let asking = served.ask_with(&format!("GET /v1/calendar/{token}.ics"), "", b"").await;
    assert!(matches!(served.requests.recv().await, Some(Request::State(_))));
    answer_of(asking).await;
    let guessed = "0".repeat(64);
    for asked in [
        format!("GET /v1/calendar/{guessed}.ics"),
        format!("GET /v1/calendar/{token}"),
        format!("GET /v1/calendar/{token}.ics/"),
        format!("GET /v1/status?{token}"),
        "GET /v1/calendar/.ics".to_owned(),
    ] {
        let answer = served.answer(&asked, "", b"").await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{asked}: {answer}");
    }
    let posted = served.answer(&format!("POST /v1/calendar/{token}.ics"), "", b"").await;
    assert!(posted.starts_with("HTTP/1.1 401"), "{posted}");
    let page = format!("GET /v1/calendar/{token}.ics");
    let answer = served.answer(&page, "origin: http://localhost\r\n", b"").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(served.requests.try_recv().is_err());
}
