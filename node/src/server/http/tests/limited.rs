//! What a token may ask in a time, and how many streams there are.

use nemcon_client::token::Holder;

use super::*;

#[tokio::test]
async fn another_party_is_put_off_when_it_asks_too_often_and_nobody_else_is() {
    let served = Served::begin().await;
    let holder = Holder::of_party("BG".parse().unwrap());
    let token = Token::generate_for(holder.clone()).unwrap();
    token.write(&holder.file_in(served.folder.path())).unwrap();
    served.tokens.send(Tokens::prepare(served.folder.path()).unwrap()).unwrap();
    let shown = format!("authorization: Bearer {}\r\n", *token.text());
    let mut put_off = String::new();
    for _ in 0..100 {
        put_off = served.answer("GET /v1/genesis", &shown, b"").await;
        if !put_off.starts_with("HTTP/1.1 200") {
            break;
        }
    }
    assert!(put_off.starts_with("HTTP/1.1 429"), "{put_off}");
    assert!(
        put_off.contains("retry-after: 1\r\n") && put_off.contains("\"too-often\""),
        "{put_off}"
    );
    let own = served.answer("GET /v1/genesis", &served.shows(Role::Read), b"").await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
    let reads = served.answer("GET /v1/status", &shown, b"").await;
    assert!(reads.starts_with("HTTP/1.1 403"), "{reads}");
    assert!(reads.contains("is for statements of BG alone"), "{reads}");
}

#[tokio::test]
async fn streams_of_events_are_limited_and_begin_with_a_place_that_is_one() {
    let mut served = Served::begin().await;
    let shown = served.shows(Role::Read);
    for wrong in ["last-event-id: 7\r\n", "last-event-id: x-1\r\n"] {
        let answer = served.answer("GET /v1/events", &format!("{wrong}{shown}"), b"").await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let mut open = Vec::new();
    let refused = loop {
        let stream = served.ask_with("GET /v1/events", &shown, b"").await;
        tokio::select! {
            Some(request) = served.requests.recv() => open.push((stream, request)),
            answer = stream.readable() => {
                answer.unwrap();
                break answer_of(stream).await;
            }
        }
        assert!(open.len() <= 16);
    };
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"), "{refused}");
    assert!(refused.contains("streams of events"), "{refused}");
    // Whoever only asks once is answered all the same.
    let own = served.answer("GET /v1/genesis", &shown, b"").await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
}
