//! The HTTP client of a node's loopback interface: one call a route of [`crate::api`].

use std::io;
use std::time::Duration;

use nemcon_ledger::record::Body;
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::Response;

use crate::api::{
    Answer, CheckpointView, Foresight, Incident, Measure, Records, RejoinAnswer, Status,
    Submission, Texts,
};
use crate::replica::REJOIN_MS;
use crate::seats::Seats;

/// For connecting: the node is on this machine.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// For a whole answer, beside what a submission asked the node to wait.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer in bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How much of an unexpected answer is shown.
const SHOWN_CHARS_MAX: usize = 300;

/// Speaks to one node.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing listens there.
    #[error("no node answers at {base}")]
    NotRunning {
        /// Where.
        base: String,
    },
    /// It took too long.
    #[error("the node at {base} did not answer in time")]
    Timeout {
        /// Where.
        base: String,
    },
    /// The node knows no such measure.
    #[error("the node at {base} has no measure {number}")]
    NoMeasure {
        /// Where.
        base: String,
        /// Which.
        number: u64,
    },
    /// The node knows no such incident.
    #[error("the node at {base} has no incident {number}")]
    NoIncident {
        /// Where.
        base: String,
        /// Which.
        number: u64,
    },
    /// It answered with an error.
    #[error("the node at {base} answers {status} to {what}: {body}")]
    Status {
        /// Where.
        base: String,
        /// What was asked for.
        what: String,
        /// The HTTP status.
        status: u16,
        /// What it said.
        body: String,
    },
    /// What answered does not speak this interface.
    #[error("what listens at {base} does not answer {what} as a node does: {error}")]
    Shape {
        /// Where.
        base: String,
        /// What was asked for.
        what: String,
        /// What is wrong with the answer.
        error: serde_json::Error,
    },
    /// Any other failure on the way.
    #[error("asking the node at {base} for {what} failed: {error}")]
    Transport {
        /// Where.
        base: String,
        /// What was asked for.
        what: String,
        /// What went wrong.
        error: Box<ureq::Error>,
    },
}

impl Client {
    /// A client of the node at `base`: `http://127.0.0.1:4201`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(ANSWER_TIMEOUT))
            .build();
        Self { agent: Agent::new_with_config(config), base: base.trim_end_matches('/').to_owned() }
    }

    /// Where the node is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The node and its council.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub fn status(&self) -> Result<Status, ClientError> {
        self.get("/v1/status", "status")
    }

    /// All measures.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measures(&self) -> Result<Vec<Measure>, ClientError> {
        self.get("/v1/measures", "measures")
    }

    /// One measure.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measure(&self, number: u64) -> Result<Measure, ClientError> {
        let answer = self.get(&format!("/v1/measures/{number}"), &format!("measure {number}"));
        answer.map_err(|error| match error {
            ClientError::Status { base, status: 404, .. } => {
                ClientError::NoMeasure { base, number }
            }
            error => error,
        })
    }

    /// All incidents.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn incidents(&self) -> Result<Vec<Incident>, ClientError> {
        self.get("/v1/incidents", "incidents")
    }

    /// The members with their keys.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn seats(&self) -> Result<Seats, ClientError> {
        self.get("/v1/seats", "seats")
    }

    /// One incident.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn incident(&self, number: u64) -> Result<Incident, ClientError> {
        let answer = self.get(&format!("/v1/incidents/{number}"), &format!("incident {number}"));
        answer.map_err(|error| match error {
            ClientError::Status { base, status: 404, .. } => {
                ClientError::NoIncident { base, number }
            }
            error => error,
        })
    }

    /// Leaves of the log, at most `limit` from `from` on.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn records(&self, from: u64, limit: u64) -> Result<Records, ClientError> {
        self.get(&format!("/v1/records?from={from}&limit={limit}"), "records")
    }

    /// The newest tree head that every member has sealed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn checkpoint(&self) -> Result<CheckpointView, ClientError> {
        self.get("/v1/checkpoint", "checkpoint")
    }

    /// The genesis with its signatures.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn genesis(&self) -> Result<Vec<u8>, ClientError> {
        let what = "genesis";
        let response = self.agent.get(self.url("/v1/genesis")).call();
        let (status, body) = self.body(what, response)?;
        if status == 200 { Ok(body) } else { Err(self.refused(what, status, &body)) }
    }

    /// Has a node that observes vote again; waits until all others have told what they saw.
    ///
    /// # Errors
    /// [`ClientError`]; then it is not known whether it votes, and `status` says so.
    pub fn rejoin(&self) -> Result<RejoinAnswer, ClientError> {
        let what = "a rejoin";
        let request = self.agent.post(self.url("/v1/rejoin"));
        let wait = Duration::from_millis(REJOIN_MS);
        let request = request.config().timeout_global(Some(wait + ANSWER_TIMEOUT)).build();
        let (status, body) = self.body(what, request.send_empty())?;
        if status != 200 {
            return Err(self.refused(what, status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| self.shape(what, error))
    }

    /// Submits a record and waits at most `wait` for it to be ordered.
    ///
    /// # Errors
    /// [`ClientError`]; then it is not known whether the record was passed on.
    pub fn submit(&self, record: String, wait: Duration) -> Result<Answer, ClientError> {
        let what = "a submission";
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let request = self.agent.post(self.url("/v1/records"));
        let request = request.config().timeout_global(Some(wait + ANSWER_TIMEOUT)).build();
        let response = send_json(request, &Submission { record, wait_ms });
        let (status, body) = self.body(what, response)?;
        // A refusal is an answer, whatever status it comes with.
        match serde_json::from_slice(&body) {
            Ok(answer) => Ok(answer),
            Err(error) if status == 200 => Err(self.shape(what, error)),
            Err(_) => Err(self.refused(what, status, &body)),
        }
    }

    /// What would follow from statements, were they signed and ordered now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn foresee(&self, bodies: &[Body]) -> Result<Foresight, ClientError> {
        let what = "a look ahead";
        let texts = Texts { texts: bodies.iter().map(Body::render).collect() };
        let response = send_json(self.agent.post(self.url("/v1/foresight")), &texts);
        let (status, body) = self.body(what, response)?;
        if status != 200 {
            return Err(self.refused(what, status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| self.shape(what, error))
    }

    fn get<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, ClientError> {
        let (status, body) = self.body(what, self.agent.get(self.url(path)).call())?;
        if status != 200 {
            return Err(self.refused(what, status, &body));
        }
        serde_json::from_slice(&body).map_err(|error| self.shape(what, error))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn body(
        &self,
        what: &str,
        response: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let mut response = response.map_err(|error| self.transport(what, error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec();
        Ok((status, body.map_err(|error| self.transport(what, error))?))
    }

    fn transport(&self, what: &str, error: ureq::Error) -> ClientError {
        let (base, what) = (self.base.shown(), what.to_owned());
        match error {
            ureq::Error::Timeout(_) => ClientError::Timeout { base },
            ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => {
                ClientError::NotRunning { base }
            }
            ureq::Error::Io(error) if is_absence(&error) => ClientError::NotRunning { base },
            error => ClientError::Transport { base, what, error: Box::new(error) },
        }
    }

    fn shape(&self, what: &str, error: serde_json::Error) -> ClientError {
        ClientError::Shape { base: self.base.shown(), what: what.to_owned(), error }
    }

    fn refused(&self, what: &str, status: u16, body: &[u8]) -> ClientError {
        let (base, what) = (self.base.shown(), what.to_owned());
        let body = String::from_utf8_lossy(body);
        let body: String = body.trim_end().chars().take(SHOWN_CHARS_MAX).collect();
        let body = body.shown();
        ClientError::Status { base, what, status, body }
    }
}

fn send_json(
    request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    body: &impl Serialize,
) -> Result<Response<ureq::Body>, ureq::Error> {
    request.send_json(body)
}

/// Whether the system says that nobody is there, or that it just went away.
fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::ConnectionRefused | K::ConnectionReset | K::ConnectionAborted | K::UnexpectedEof
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::{get, post};
    use nemcon_crypto::hash;
    use nemcon_ledger::Time;

    /// Serves `router` on a thread of its own; the port is free again when the test's process ends.
    fn serve(router: Router) -> Client {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Client::new(&base)
    }

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
                .route("/v1/genesis", get(|| async { "text" }))
                .route("/v1/checkpoint", get(move || async move { view })),
        );
        assert_eq!(client.submit(String::new(), Duration::ZERO).unwrap(), answer);
        assert_eq!(client.genesis().unwrap(), b"text");
        assert_eq!(client.checkpoint().unwrap().note, None);
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
        let error = client.measures().unwrap_err().to_string();
        assert!(error.ends_with("answers 418 to measures: no\\u{1b}[31m"), "{error:?}");
    }

    #[test]
    fn a_closed_port_means_that_no_node_answers() {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = Client::new(&format!("http://{port}")).status().unwrap_err();
        assert_eq!(error.to_string(), format!("no node answers at http://{port}"));
    }
}
