use core::time::Duration;

use nemcon_client::token::{Role, Token};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::table::{BODY_BYTES_MAX, REQUESTS_UNDER_WAY_MAX};
use super::*;
use crate::server::meter::{Meters, Readiness, Verdict};

mod calendar;
mod limited;

/// A served interface, its tokens, and what reaches the replica.
struct Served {
    address: std::net::SocketAddr,
    folder: tempfile::TempDir,
    tokens: watch::Sender<Tokens>,
    _news: watch::Sender<News>,
    requests: mpsc::Receiver<Request>,
}

impl Served {
    async fn begin() -> Self {
        Self::within(Limits::of(CONNECTIONS_MAX), 7).await
    }

    /// Serves within these limits, with a genesis file of `genesis_bytes` bytes.
    async fn within(limits: Limits, genesis_bytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests_in, requests) = mpsc::channel(2 * REQUESTS_UNDER_WAY_MAX);
        let folder = tempfile::tempdir().unwrap();
        let (news_in, news) = watch::channel(News::default());
        let (tokens, taken) = watch::channel(Tokens::prepare(folder.path()).unwrap());
        let interface = Interface {
            requests: requests_in.clone(),
            journal: folder.path().into(),
            genesis_file: b"genesis".repeat(genesis_bytes / 7).into(),
            tokens: taken,
            feed: Some(FeedToken::prepare(folder.path()).unwrap()),
            numbers: numbers(&requests_in),
            news,
            limits,
        };
        tokio::spawn(interface.serve(listener, None));
        Self { address, folder, tokens, _news: news_in, requests }
    }

    /// The header line that shows the token of a role.
    fn shows(&self, role: Role) -> String {
        let token = Token::read(&role.file_in(self.folder.path())).unwrap();
        format!("authorization: Bearer {}\r\n", *token.text())
    }

    /// Sends a request with the strongest token.
    async fn ask(&self, line: &str, body: &[u8]) -> TcpStream {
        self.ask_with(line, &self.shows(Role::Operate), body).await
    }

    /// Sends a request with these header lines.
    async fn ask_with(&self, line: &str, headers: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!("{line} HTTP/1.1\r\n{headers}host: localhost\r\nconnection: close\r\n");
        let length = format!("content-length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), length.as_bytes(), body].concat()).await.unwrap();
        stream
    }

    async fn answer(&self, line: &str, headers: &str, body: &[u8]) -> String {
        answer_of(self.ask_with(line, headers, body).await).await
    }
}

/// The numbers of a node that starts.
fn numbers(requests: &mpsc::Sender<Request>) -> Numbers {
    let ready = watch::channel((Verdict::starting(), tokio::time::Instant::now())).1;
    Numbers::new(requests.clone(), Meters::new(), Readiness::new(ready))
}

async fn answer_of(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn one_request_too_many_is_told_so_and_the_next_is_served_when_one_is_over() {
    let mut served = Served::begin().await;
    let mut under_way = Vec::new();
    for _ in 0..REQUESTS_UNDER_WAY_MAX {
        let stream = served.ask("GET /v1/status", b"").await;
        under_way.push((stream, served.requests.recv().await.unwrap()));
    }
    let refused = answer_of(served.ask("GET /v1/status", b"").await).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("retry-after: 1\r\n"), "{refused}");
    let (stream, request) = under_way.pop().unwrap();
    drop(request);
    answer_of(stream).await;
    let _served = served.ask("GET /v1/status", b"").await;
    assert!(matches!(served.requests.recv().await, Some(Request::Status(_))));
}

#[tokio::test]
async fn a_web_page_reaches_nothing_even_with_a_token() {
    let mut served = Served::begin().await;
    for line in [
        "origin: http://localhost",
        "referer: http://127.0.0.1/",
        "sec-fetch-site: cross-site",
        "host: rebound.example.org",
    ] {
        let headers = format!("{line}\r\n{}", served.shows(Role::Operate));
        for asked in ["GET /v1/status", "GET /health", "POST /v1/rejoin"] {
            let answer = served.answer(asked, &headers, b"").await;
            assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        }
    }
    assert!(served.requests.try_recv().is_err());
}

#[tokio::test]
async fn a_target_that_names_another_host_is_refused_whatever_the_header_line_says() {
    let mut served = Served::begin().await;
    let shown = served.shows(Role::Operate);
    for asked in ["GET http://evil.example/v1/status", "GET http://127.0.0.1@evil.example/health"] {
        let answer = served.answer(asked, &shown, b"").await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{asked}: {answer}");
    }
    assert!(served.requests.try_recv().is_err());
    let own = served.answer("GET http://127.0.0.1:4201/health", "", b"").await;
    assert!(own.starts_with("HTTP/1.1 200"), "{own}");
}

#[tokio::test]
async fn nothing_but_health_is_answered_without_a_token_of_the_role() {
    let mut served = Served::begin().await;
    let json = "content-type: application/json\r\n";
    let unknown = "authorization: Bearer nemcon-operate-00\r\n".to_owned();
    let (read, submit) = (served.shows(Role::Read), served.shows(Role::Submit));
    for (asked, shown, status, challenge) in [
        ("GET /v1/status", "", 401, "Bearer\r"),
        ("GET /v1/genesis", "", 401, "Bearer\r"),
        ("GET /nothing", "", 401, "Bearer\r"),
        ("POST /v1/rejoin", "", 401, "Bearer\r"),
        ("GET /v1/status", &unknown, 401, "Bearer error=\"invalid_token\""),
        ("POST /v1/records", &read, 403, "scope=\"submit\""),
        ("POST /v1/rejoin", &read, 403, "scope=\"operate\""),
        ("POST /v1/rejoin", &submit, 403, "scope=\"operate\""),
    ] {
        let answer = served.answer(asked, &format!("{json}{shown}"), b"{}").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{asked}: {answer}");
        assert!(answer.contains("www-authenticate: Bearer"), "{asked}: {answer}");
        assert!(answer.contains(challenge), "{asked}: {answer}");
    }
    assert!(served.requests.try_recv().is_err());
    let health = served.answer("GET /health", "", b"").await;
    assert!(health.starts_with("HTTP/1.1 200") && health.ends_with("\r\n\r\nok\n"), "{health}");
    let _rejoining = served.ask("POST /v1/rejoin", b"").await;
    assert!(matches!(served.requests.recv().await, Some(Request::Rejoin(_))));
}

#[tokio::test]
async fn a_token_that_was_replaced_is_taken_no_longer() {
    let mut served = Served::begin().await;
    let old = served.shows(Role::Read);
    Token::generate(Role::Read).unwrap().write(&Role::Read.file_in(served.folder.path())).unwrap();
    served.tokens.send(Tokens::prepare(served.folder.path()).unwrap()).unwrap();
    let answer = served.answer("GET /v1/status", &old, b"").await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(served.requests.try_recv().is_err());
    let _asked = served.ask_with("GET /v1/status", &served.shows(Role::Read), b"").await;
    assert!(matches!(served.requests.recv().await, Some(Request::Status(_))));
}

#[tokio::test]
async fn every_answer_is_sealed_off_from_browsers_errors_too() {
    let served = Served::begin().await;
    let shown = served.shows(Role::Operate);
    for (asked, headers) in [
        ("GET /health", ""),
        ("GET /v1/genesis", shown.as_str()),
        ("GET /v1/status", ""),
        ("GET /nothing", &shown),
        ("DELETE /v1/records", &shown),
        ("GET /health", "origin: null\r\n"),
    ] {
        let answer = served.answer(asked, headers, b"").await;
        for line in [
            "x-content-type-options: nosniff",
            "cross-origin-resource-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(answer.contains(line), "{asked}: {answer}");
        }
    }
}

#[tokio::test]
async fn what_no_route_serves_is_told_so_in_words() {
    let served = Served::begin().await;
    let shown = served.shows(Role::Operate);
    for (asked, status, words) in [
        ("GET /v1/nothing", "404", r#""detail":"there is no such route","code":"no-route"}"#),
        ("POST /", "404", r#""detail":"there is no such route","code":"no-route"}"#),
        ("DELETE /v1/status", "405", r#""code":"no-method"}"#),
    ] {
        let answer = served.answer(asked, &shown, b"").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{asked}: {answer}");
        assert!(answer.ends_with(words), "{asked}: {answer}");
        assert!(answer.contains("content-type: application/problem+json\r\n"), "{answer}");
        assert_eq!(answer.contains("allow: GET,HEAD\r\n"), status == "405", "{answer}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_never_reaches_the_replica() {
    let mut served = Served::begin().await;
    let long = vec![b' '; BODY_BYTES_MAX + 1];
    let headers = format!("content-type: application/json\r\n{}", served.shows(Role::Submit));
    let _ = served.answer("POST /v1/records", &headers, &long).await;
    let garbage = served.answer("POST /v1/records", &headers, b"{").await;
    assert!(garbage.starts_with("HTTP/1.1 4"), "{garbage}");
    assert!(served.requests.try_recv().is_err());
}

/// Limits so short that a test can wait until they are over.
const SHORT: Limits = Limits {
    connections_max: 8,
    head_timeout: Duration::from_millis(200),
    body_timeout: Duration::from_millis(200),
    answer_timeout: Duration::from_millis(200),
};
/// Limits so long that no test reaches them.
const LONG: Limits = Limits {
    connections_max: 8,
    head_timeout: Duration::from_hours(1),
    body_timeout: Duration::from_hours(1),
    answer_timeout: Duration::from_hours(1),
};
/// More bytes than the system buffers for a reader that does not read.
const UNREADABLE: usize = 32 << 20;

#[tokio::test]
async fn a_head_or_a_body_that_does_not_end_is_given_up() {
    let mut served = Served::within(SHORT, 7).await;
    let shown = served.shows(Role::Submit);
    let silent = TcpStream::connect(served.address).await.unwrap();
    assert_eq!(answer_of(silent).await, "");
    let mut head = TcpStream::connect(served.address).await.unwrap();
    head.write_all(b"GET /v1/status HTTP/1.1\r\nhost: loc").await.unwrap();
    assert_eq!(answer_of(head).await, "");
    let mut body = TcpStream::connect(served.address).await.unwrap();
    let lines = "host: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n";
    let begun = format!("POST /v1/records HTTP/1.1\r\n{lines}{shown}\r\n{{");
    body.write_all(begun.as_bytes()).await.unwrap();
    let answer = answer_of(body).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(served.requests.try_recv().is_err());
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up_and_its_turn_with_it() {
    let mut served = Served::within(SHORT, UNREADABLE).await;
    let turns = REQUESTS_UNDER_WAY_MAX.min(SHORT.connections_max / 2);
    let mut unread = Vec::new();
    for _ in 0..turns {
        unread.push(served.ask("GET /v1/genesis", b"").await);
    }
    // Once all turns have been given back, as many other requests are admitted.
    let (mut under_way, mut asked) = (Vec::new(), Vec::new());
    while asked.len() < turns {
        let mut stream = served.ask("GET /v1/status", b"").await;
        tokio::select! {
            Some(request) = served.requests.recv() => {
                asked.push(request);
                under_way.push(stream);
            }
            _ = stream.readable() => {
                let mut refused = [0; 12];
                stream.read_exact(&mut refused).await.unwrap();
                assert_eq!(&refused, b"HTTP/1.1 503");
            }
        }
    }
    for stream in unread {
        assert!(answer_of(stream).await.len() < UNREADABLE);
    }
}

#[tokio::test]
async fn a_turn_lasts_until_the_answer_has_been_sent() {
    let served = Served::within(LONG, UNREADABLE).await;
    let turns = LONG.connections_max / 2;
    let mut unread = Vec::new();
    for _ in 0..turns {
        let mut stream = served.ask("GET /v1/genesis", b"").await;
        // The answer is ready and is being sent.
        stream.read_exact(&mut [0; 12]).await.unwrap();
        unread.push(stream);
    }
    let refused = answer_of(served.ask("GET /v1/genesis", b"").await).await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    let read = answer_of(unread.pop().unwrap()).await;
    assert!(read.len() > UNREADABLE - 12);
    let answer = answer_of(served.ask("GET /v1/genesis", b"").await).await;
    assert!(answer.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn of_too_many_connections_the_one_that_has_waited_longest_gives_way() {
    let mut served = Served::within(LONG, 7).await;
    let _busy = served.ask("GET /v1/status", b"").await;
    let _asked = served.requests.recv().await.unwrap();
    let mut idle = Vec::new();
    for _ in 1..LONG.connections_max {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        // This connection is known to have been accepted, because its request is answered.
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        stream.read_exact(&mut [0; 12]).await.unwrap();
        idle.push(stream);
    }
    let health = served.answer("GET /health", "", b"").await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let mut rest = Vec::new();
    idle.remove(0).read_to_end(&mut rest).await.unwrap();
    for stream in &mut idle {
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    }
    for stream in &mut idle {
        let mut seen = String::new();
        while !seen.contains("HTTP/1.1 200") {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap();
            assert_ne!(read, 0, "it was closed though an older one waited: {seen}");
            seen += core::str::from_utf8(&part[..read]).unwrap();
        }
    }
}

#[tokio::test]
async fn bodies_that_never_end_keep_no_other_request_out() {
    let mut served = Served::within(LONG, 7).await;
    let shown = served.shows(Role::Submit);
    let lines = "host: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n";
    let begun = format!("POST /v1/records HTTP/1.1\r\n{lines}{shown}\r\n{{");
    let mut endless = Vec::new();
    for _ in 0..3 * LONG.connections_max {
        let mut body = TcpStream::connect(served.address).await.unwrap();
        body.write_all(begun.as_bytes()).await.unwrap();
        endless.push(body);
    }
    let body = b"{\"record\":\"\",\"wait_ms\":0}";
    let headers = format!("content-type: application/json\r\n{shown}");
    let _submitted = served.ask_with("POST /v1/records", &headers, body).await;
    assert!(matches!(served.requests.recv().await, Some(Request::Submit { .. })));
}

#[tokio::test]
async fn whoever_may_only_read_and_takes_no_answer_keeps_nobody_else_out() {
    let mut served = Served::within(LONG, UNREADABLE).await;
    let (read, submit) = (served.shows(Role::Read), served.shows(Role::Submit));
    let mut unread = Vec::new();
    for _ in 0..LONG.connections_max / 4 {
        let mut stream = served.ask_with("GET /v1/genesis", &read, b"").await;
        stream.read_exact(&mut [0; 12]).await.unwrap();
        unread.push(stream);
    }
    let refused = served.answer("GET /v1/genesis", &read, b"").await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("role read"), "{refused}");
    let _handing_in = served.ask_with("GET /v1/status", &submit, b"").await;
    let _asked = served.requests.recv().await.unwrap();
    let refused = served.answer("GET /v1/status", &submit, b"").await;
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    let _operating = served.ask("GET /v1/status", b"").await;
    assert!(matches!(served.requests.recv().await, Some(Request::Status(_))));
}
