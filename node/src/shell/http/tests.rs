use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::token::{Role, Token};

/// A served interface, its tokens, and what reaches the replica.
struct Served {
    address: std::net::SocketAddr,
    folder: tempfile::TempDir,
    tokens: watch::Sender<Tokens>,
    requests: mpsc::Receiver<Request>,
}

impl Served {
    async fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests_in, requests) = mpsc::channel(2 * REQUESTS_UNDER_WAY_MAX);
        let folder = tempfile::tempdir().unwrap();
        let (tokens, taken) = watch::channel(Tokens::prepare(folder.path()).unwrap());
        tokio::spawn(serve(listener, requests_in, Arc::from(Vec::new()), taken));
        Self { address, folder, tokens, requests }
    }

    /// The header line that shows the token of a role.
    fn shows(&self, role: Role) -> String {
        let token = Token::read(&role.file_in(self.folder.path())).unwrap();
        format!("authorization: Bearer {}\r\n", *token.text())
    }

    /// As whoever may do anything.
    async fn ask(&self, line: &str, body: &[u8]) -> TcpStream {
        self.ask_with(line, &self.shows(Role::Operate), body).await
    }

    /// With these header lines.
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
async fn a_body_over_the_limit_never_reaches_the_replica() {
    let mut served = Served::begin().await;
    let long = vec![b' '; BODY_BYTES_MAX + 1];
    let headers = format!("content-type: application/json\r\n{}", served.shows(Role::Submit));
    let _ = served.answer("POST /v1/records", &headers, &long).await;
    let garbage = served.answer("POST /v1/records", &headers, b"{").await;
    assert!(garbage.starts_with("HTTP/1.1 4"), "{garbage}");
    assert!(served.requests.try_recv().is_err());
}
