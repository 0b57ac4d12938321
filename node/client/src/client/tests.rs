use nemcon_crypto::hash;
use nemcon_ledger::Time;

use super::*;
use crate::api::Life;
use crate::fixture::{self, serve};
use crate::token::{Token, Tokens};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

const NOTE: &str = "text\n\n\u{2014} BE AAAAAAA=\n";

#[test]
fn answers_are_read_in_their_types() {
    let answer = Answer::Ordered {
        text_hash: hash::sha256(b"text"),
        height: 812,
        time: Time::from_ms(1).unwrap(),
        leaf: 4000,
    };
    let said = serde_json::to_string(&answer).unwrap();
    let view = r#"{"size":0,"height":0,"note":null}"#;
    let client = serve(
        Router::new()
            .route("/v1/records", post(move || async move { said }))
            .route("/v1/genesis", get(|| async { NOTE }))
            .route("/v1/checkpoint", get(move || async move { view })),
    );
    assert_eq!(client.submit(String::new(), Duration::ZERO).unwrap(), answer);
    assert_eq!(client.genesis().unwrap(), NOTE.as_bytes());
    assert_eq!(client.checkpoint().unwrap().note, None);
}

#[test]
fn a_genesis_that_was_read_says_which_council_it_is_and_is_not_asked_for_again() {
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&asked);
    let view = r#"{"size":0,"height":0,"note":null}"#;
    let client = serve(
        Router::new()
            .route(
                "/v1/genesis",
                get(move || async move {
                    counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    NOTE
                }),
            )
            .route("/v1/checkpoint", get(move || async move { view })),
    )
    .of(Some(hash::sha256(b"text\n")), None);
    client.genesis().unwrap();
    client.checkpoint().unwrap();
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn a_refusal_is_an_answer_whatever_its_status() {
    let refused = r#"{"answer":"refused","code":"ended","message":"m","advice":"a"}"#;
    let client = serve(
        Router::new()
            .route("/v1/records", post(move || async move { (StatusCode::CONFLICT, refused) })),
    );
    let answer = client.submit(String::new(), Duration::ZERO).unwrap();
    assert!(matches!(answer, Answer::Refused { code, .. } if code == "ended"));
}

#[test]
fn what_is_not_there_and_what_is_no_node_are_told_apart() {
    let client = serve(
        Router::new()
            .route("/v1/status", get(|| async { "hello" }))
            .route("/v1/measures", get(|| async { (StatusCode::IM_A_TEAPOT, "no\u{1b}[31m") })),
    );
    assert!(matches!(client.measure(9), Err(ClientError::NoMeasure { number: 9, .. })));
    assert!(matches!(client.status(), Err(ClientError::Shape { .. })));
    let error = client.measures(None, None).unwrap_err().to_string();
    assert!(error.ends_with("answers 418 to measures: no\\u{1b}[31m"), "{error:?}");
}

/// The incidents that a client reads from these pages, each with the `from` by which it is requested.
fn pages(pages: &'static [(&'static str, &'static str)]) -> Result<Vec<u64>, ClientError> {
    let page = move |axum::extract::RawQuery(query): axum::extract::RawQuery| async move {
        let (_, page) = pages.iter().find(|(from, _)| Some(*from) == query.as_deref()).unwrap();
        let incident = |number: &str| {
            let hash = hash::sha256(b"text");
            format!(
                r#"{{"number":{number},"text_hash":"{hash}","leaf":1,"title":"t","by":"BE",
                   "reported":1,"attributions":0,"measures":[]}}"#
            )
        };
        let (numbers, next) = page.split_once(';').unwrap();
        let items: Vec<_> = numbers.split_whitespace().map(incident).collect();
        format!(r#"{{"items":[{}],"next":{next}}}"#, items.join(","))
    };
    let client = serve(Router::new().route("/v1/incidents", get(page)));
    Ok(client.incidents()?.iter().map(|incident| incident.number).collect())
}

#[test]
fn a_list_is_followed_to_its_end() {
    let all = pages(&[("from=0", "1 2;3"), ("from=3", "3;9"), ("from=9", "9;null")]);
    assert_eq!(all.unwrap(), [1, 2, 3, 9]);
    assert!(pages(&[("from=0", ";null")]).unwrap().is_empty());
}

#[test]
fn what_is_not_wanted_of_a_list_is_forgotten_page_by_page() {
    let page = |axum::extract::RawQuery(query): axum::extract::RawQuery| async move {
        let (numbers, next) = match query.as_deref() {
            Some("from=0&state=ended") => (1..=2, 3.into()),
            Some("from=3&state=ended") => (3..=4, serde_json::Value::Null),
            other => panic!("{other:?}"),
        };
        let summary = |number: u64| {
            let (hash, time) = (hash::sha256(b"text"), fixture::now());
            serde_json::json!({
                "number": number, "revision": 1, "text_hash": hash, "leaf": 1, "title": "t", "kind": "k",
                "rule": "unanimity", "by": "BE", "tabled": time, "opens": null, "closes": time,
                "status": "lapsed", "reason": null, "ended": time, "outcome_leaf": 2,
                "is_final": false, "entitled": 4, "missing": [], "package": [],
            })
        };
        let items: Vec<_> = numbers.map(summary).collect();
        serde_json::json!({ "items": items, "next": next }).to_string()
    };
    let client = serve(Router::new().route("/v1/measures", get(page)));
    let even = client.measures_that(Life::Ended, |measure| measure.number % 2 == 0).unwrap();
    assert_eq!(even.iter().map(|it| it.number).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn a_list_that_leads_nowhere_is_not_followed_for_ever() {
    for pages_of_it in [
        &[("from=0", ";0")] as &[_],
        &[("from=0", ";7")],
        &[("from=0", "1 2;2")],
        &[("from=0", "1;2"), ("from=2", "2;2")],
    ] {
        let error = pages(pages_of_it).unwrap_err();
        assert!(matches!(error, ClientError::Astray { .. }), "{pages_of_it:?}: {error}");
    }
}

#[test]
fn a_page_that_begins_before_it_was_asked_for_or_names_one_twice_is_refused() {
    for (pages_of_it, number) in [
        (&[("from=0", "1;2"), ("from=2", "1;2")] as &[_], 1),
        (&[("from=0", "2 1;null")], 1),
        (&[("from=0", "1 2 2;null")], 2),
    ] {
        match pages(pages_of_it) {
            Err(ClientError::Contradicts { how, .. }) => {
                assert_eq!(*how, Contradiction::Order(number), "{pages_of_it:?}");
            }
            other => panic!("{pages_of_it:?}: {other:?}"),
        }
    }
}

#[test]
fn a_closed_port_means_that_no_node_answers() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = Client::new(&format!("http://{port}"), Access::None).status().unwrap_err();
    assert_eq!(error.to_string(), format!("no node answers at http://{port}"));
}

/// A new folder with new tokens.
fn tokens() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Tokens::prepare(folder.path()).unwrap();
    folder
}

/// A client of a node that answers with the token that it was shown.
fn echo(access: Access) -> Client {
    let shown = |headers: axum::http::HeaderMap| async move {
        let shown = headers.get(AUTHORIZATION).map(|it| it.to_str().unwrap().to_owned());
        (StatusCode::IM_A_TEAPOT, shown.unwrap_or_default())
    };
    let router = Router::new().route("/v1/status", get(shown)).route("/v1/rejoin", post(shown));
    Client { access, ..serve(router) }
}

#[test]
fn each_call_shows_a_token_that_suffices_and_reading_one_that_mere_readers_lack() {
    let folder = tokens();
    let client = echo(Access::Folder(folder.path().to_owned()));
    let text = |role: Role| Token::read(&role.file_in(folder.path())).unwrap().text();
    let says = |error: ClientError| error.to_string();
    assert!(says(client.status().unwrap_err()).ends_with(&*text(Role::Submit)));
    assert!(says(client.rejoin().unwrap_err()).ends_with(&*text(Role::Operate)));
    let submit = Role::Submit.file_in(folder.path());
    Token::generate(Role::Submit).unwrap().write(&submit).unwrap();
    assert!(says(client.status().unwrap_err()).ends_with(&*text(Role::Submit)), "read anew");
    let client = echo(Access::File(Role::Submit.file_in(folder.path())));
    assert!(says(client.status().unwrap_err()).ends_with(&*text(Role::Submit)));
    assert!(matches!(client.rejoin(), Err(ClientError::Token(_))), "too weak: not sent");
}

#[test]
fn a_node_that_knows_no_such_token_is_told_from_one_that_was_shown_none() {
    let folder = tokens();
    let serve =
        || serve(Router::new().route("/v1/status", get(|| async { StatusCode::UNAUTHORIZED })));
    let none = serve().status().unwrap_err();
    assert!(matches!(none, ClientError::NoToken { wanted: Role::Read, .. }), "{none}");
    let client = Client { access: Access::Folder(folder.path().to_owned()), ..serve() };
    let unknown = client.status().unwrap_err();
    assert!(
        matches!(&unknown, ClientError::UnknownToken { path, .. } if path.ends_with("submit.token"))
    );
}

#[test]
fn no_token_leaves_the_machine() {
    let folder = tokens();
    for base in ["http://192.0.2.1:4201", "http://node.example", "http://localhost.example:1", "x"]
    {
        let client = Client::new(base, Access::Folder(folder.path().to_owned()));
        assert!(matches!(client.status(), Err(ClientError::Elsewhere { .. })), "{base}");
    }
}

#[test]
fn a_token_is_not_sent_on_to_where_an_answer_points() {
    let folder = tokens();
    let elsewhere = echo(Access::None);
    let to = format!("{}/v1/status", elsewhere.base());
    let moved = move || async move { (StatusCode::FOUND, [("location", to)]) };
    let client = serve(Router::new().route("/v1/status", get(moved)));
    let client = Client { access: Access::Folder(folder.path().to_owned()), ..client };
    let error = client.status().unwrap_err();
    assert!(matches!(error, ClientError::Status { status: 302, .. }), "{error}");
}

mod check_answer;

#[test]
fn a_node_that_is_asked_by_https_and_does_not_speak_it_is_an_error() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || drop(listener.accept()));
    assert!(Client::new(&base, Access::None).status().is_err());
    server.join().unwrap();
}

#[test]
fn a_problem_is_told_by_what_is_wrong_this_time() {
    let problem = serde_json::to_string(&crate::api::ProblemKind::Busy.told("come again")).unwrap();
    let client = serve(Router::new().route(
        "/v1/status",
        get(move || async move { (StatusCode::SERVICE_UNAVAILABLE, problem) }),
    ));
    let error = client.status().unwrap_err();
    assert!(error.is_absence());
    assert!(error.to_string().ends_with("answers 503 to status: come again"), "{error}");
}

#[test]
fn a_request_that_is_put_off_for_a_moment_is_made_again() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&asked);
    let view = r#"{"size":0,"height":0,"note":null}"#;
    let client = serve(Router::new().route(
        "/v1/checkpoint",
        get(move || async move {
            match counted.fetch_add(1, Ordering::SeqCst) {
                0 => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "later"),
                1 => (StatusCode::OK, [("retry-after", "0")], view),
                _ => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "3600")], "much later"),
            }
        }),
    ));
    client.checkpoint().unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    // Whoever would have to wait for long is told so.
    let error = client.checkpoint().unwrap_err().to_string();
    assert!(error.ends_with("answers 429 to checkpoint: much later"), "{error}");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[test]
fn a_node_that_stalls_is_waited_for_no_longer_than_the_caller_says() {
    // The system takes the connection, and nobody answers it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::new(&base, Access::None);
    let begun = std::time::Instant::now();
    let error = client.clone().within(Duration::from_millis(50)).status().unwrap_err();
    assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
    let error = client.within(Duration::from_millis(50)).foresee(&[]).unwrap_err();
    assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
    assert!(begun.elapsed() < ANSWER_TIMEOUT);
}
