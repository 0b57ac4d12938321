//! The HTTP client of a node's interface, with one call for each route of [`crate::api`].
//!
//! What it guarantees: every answer is compared with its request, and a token goes only to this
//! machine or over TLS. What it does not: it verifies no seal and no signature; an audit does.

mod access;
mod agent;
mod answerer;
mod check_answer;
mod error;
mod failing;
mod follow;
mod lists;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::{Code, Show as _};
use serde::de::DeserializeOwned;
use ureq::http::Response;
use ureq::http::header::AUTHORIZATION;
use ureq::{Agent, RequestBuilder};

pub use access::Access;
pub use answerer::Answerer;
pub use check_answer::Contradiction;
pub use error::ClientError;
pub use follow::{Events, Since, Told};

use agent::{ANSWER_TIMEOUT, agent, is_private, put_off};
use answerer::InProcess;
use check_answer::Asked;

use crate::api::{
    Answer, CheckpointView, Foresight, Incident, Measure, REJOIN_MS, Records, RejoinAnswer, Status,
    Submission, Texts,
};
use crate::seats::Seats;
use crate::tls::Authorities;
use crate::token::Role;

/// The longest answer, in bytes. It has room for one measure with much text in a large council;
/// pages of lists are far shorter.
const ANSWER_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// How often a request is made that the node puts off, because its token asks too often.
const TRIES: usize = 4;

/// A client of one node.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
    access: Access,
    asked: Asked,
    fallback: Option<Box<Self>>,
    /// The longest time that an answer to a request that reads may take, where the agent would wait longer.
    wait: Option<Duration>,
    /// What answers instead of a node, if a ledger folder is read.
    in_process: Option<InProcess>,
}

impl Client {
    /// A client of the node at the URL `base`, such as `http://127.0.0.1:4201`.
    pub fn new(base: &str, access: Access) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        let (agent, asked) = (agent(&base, None), Asked::default());
        Self { agent, base, access, asked, fallback: None, wait: None, in_process: None }
    }

    /// A client of a ledger folder, which `answerer` reads in this process. Nothing can be handed in there.
    pub fn of_folder(folder: &Path, answerer: Arc<dyn Answerer>) -> Self {
        let in_process = Some(InProcess::of_folder(folder, answerer));
        Self { in_process, ..Self::new("", Access::None) }
    }

    /// Checks that statements can be handed in: that a node answers, and not a folder.
    ///
    /// # Errors
    /// [`ClientError::ReadOnly`].
    pub fn verify_takes_statements(&self) -> Result<(), ClientError> {
        match &self.in_process {
            Some(_) => Err(ClientError::ReadOnly { base: self.told() }),
            None => Ok(()),
        }
    }

    /// The client, which trusts these authorities alone where the URL is `https`.
    #[must_use]
    pub fn trusting(self, authorities: &Authorities) -> Self {
        Self { agent: agent(&self.base, Some(authorities)), ..self }
    }

    /// The client, with another node to which statements go where this one does not answer.
    #[must_use]
    pub fn or(self, fallback: Option<Self>) -> Self {
        Self { fallback: fallback.map(Box::new), ..self }
    }

    /// The client, which waits no longer than this for an answer to a request that reads.
    #[must_use]
    pub fn within(self, wait: Duration) -> Self {
        Self { wait: Some(wait), ..self }
    }

    /// The other node to which statements go where this one does not answer.
    pub fn fallback(&self) -> Option<&Self> {
        self.fallback.as_deref()
    }

    /// The client, for a node that must belong to this council and this member, where they are
    /// known. Every answer that says otherwise is refused.
    #[must_use]
    pub fn of(mut self, council: Option<Digest>, member: Option<Code>) -> Self {
        self.asked = Asked { council, member, ..Asked::default() };
        self
    }

    /// The URL of the node.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The node in words, as far as its member is known without asking: `the node of BE`.
    pub fn whose(&self) -> String {
        match &self.asked.member {
            Some(code) if self.in_process.is_none() => format!("the node of {code}"),
            _ => self.told(),
        }
    }

    /// What answers, in words: `the node at http://127.0.0.1:4201`, or `the ledger in /srv/be/ledger`.
    pub fn told(&self) -> String {
        match &self.in_process {
            Some(in_process) => in_process.what.clone(),
            None => format!("the node at {}", self.base.shown()),
        }
    }

    /// The state of the node and its council.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub fn status(&self) -> Result<Status, ClientError> {
        let status = self.get("/v1/status", "status")?;
        self.checked("status", status, |status| self.asked.verify_status(status))
    }

    /// The measure with this number.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn measure(&self, number: u64) -> Result<Measure, ClientError> {
        let what = format!("measure {number}");
        let answer = self.get(&format!("/v1/measures/{number}"), &what);
        let answer = answer.map_err(|error| match error {
            ClientError::Status { base, status: 404, .. } => {
                ClientError::NoMeasure { base, number }
            }
            error => error,
        })?;
        self.checked(&what, answer, |measure| self.asked.verify_measure(number, measure))
    }

    /// The members and participants with their keys.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn seats(&self) -> Result<Seats, ClientError> {
        self.checked("seats", self.get("/v1/seats", "seats")?, check_answer::verify_seats)
    }

    /// The incident with this number.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn incident(&self, number: u64) -> Result<Incident, ClientError> {
        let what = format!("incident {number}");
        let answer = self.get(&format!("/v1/incidents/{number}"), &what);
        let answer = answer.map_err(|error| match error {
            ClientError::Status { base, status: 404, .. } => {
                ClientError::NoIncident { base, number }
            }
            error => error,
        })?;
        self.checked(&what, answer, |incident| self.asked.verify_incident(number, incident))
    }

    /// Leaves of the log, at most `limit`, from index `from` on.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn records(&self, from: u64, limit: u64) -> Result<Records, ClientError> {
        let records = self.get(&format!("/v1/records?from={from}&limit={limit}"), "records")?;
        self.checked("records", records, |it| check_answer::verify_records(it, (from, limit)))
    }

    /// The newest tree head that every member has sealed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn checkpoint(&self) -> Result<CheckpointView, ClientError> {
        let view = self.get("/v1/checkpoint", "checkpoint")?;
        self.checked("the checkpoint", view, |view| self.asked.verify_checkpoint(view))
    }

    /// The genesis with its founders' signatures, as bytes.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn genesis(&self) -> Result<Vec<u8>, ClientError> {
        let note = self.get_bytes("/v1/genesis", "genesis")?;
        let note = self.checked("the genesis", note, |note| self.asked.verify_genesis(note))?;
        self.asked.is_this_council.get_or_init(|| ());
        Ok(note)
    }

    /// Checks once, before any other request, that the node belongs to the intended council. This
    /// is needed because not every answer names its council.
    fn verify_council(&self) -> Result<(), ClientError> {
        if self.asked.council.is_some() && self.asked.is_this_council.get().is_none() {
            self.genesis()?;
        }
        Ok(())
    }

    /// Asks a node that observes to vote again. The node answers after all other nodes have said
    /// what they saw it sign.
    ///
    /// # Errors
    /// [`ClientError`]. Then the node may or may not vote; its status says which.
    pub fn rejoin(&self) -> Result<RejoinAnswer, ClientError> {
        self.verify_takes_statements()?;
        self.verify_council()?;
        let (what, role) = ("a rejoin", Role::Operate);
        let wait = Duration::from_millis(REJOIN_MS);
        let (status, body) = self.patiently(what, || {
            let request = self.authorised(self.agent.post(self.url("/v1/rejoin")), role)?;
            let request = request.config().timeout_global(Some(wait + ANSWER_TIMEOUT)).build();
            Ok(request.send_empty())
        })?;
        if status != 200 {
            return Err(self.refused((what, role), status, &body));
        }
        self.read(what, &body)
    }

    /// Submits a record and waits at most `wait` for it to be ordered.
    ///
    /// # Errors
    /// [`ClientError`]. Then the node may or may not have passed the record on.
    pub fn submit(&self, record: String, wait: Duration) -> Result<Answer, ClientError> {
        self.verify_takes_statements()?;
        self.verify_council()?;
        let (what, role) = ("a submission", Role::Submit);
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let submission = Submission { record, wait_ms };
        let (status, body) = self.patiently(what, || {
            let request = self.authorised(self.agent.post(self.url("/v1/records")), role)?;
            let request = request.config().timeout_global(Some(wait + 2 * ANSWER_TIMEOUT)).build();
            Ok(request.send_json(&submission))
        })?;
        // A refusal counts as an answer, whatever the HTTP status is.
        match self.read(what, &body) {
            Ok(answer) => {
                self.checked(what, answer, |it| check_answer::verify_answer(it, &submission.record))
            }
            Err(ClientError::Shape { .. }) if status != 200 => {
                Err(self.refused((what, role), status, &body))
            }
            Err(error) => Err(error),
        }
    }

    /// What would follow if these statements were signed and ordered now.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn foresee(&self, bodies: &[Body]) -> Result<Foresight, ClientError> {
        self.verify_council()?;
        let what = "a look ahead";
        let texts = Texts { texts: bodies.iter().map(Body::render).collect() };
        let body = serde_json::to_vec(&texts).expect("texts are JSON");
        let body = self.read_bytes("/v1/foresight", what, Some(body))?;
        let foresight = self.read(what, &body)?;
        self.checked(what, foresight, |it| check_answer::verify_foresight(it, bodies))
    }

    fn get<T: DeserializeOwned>(&self, path: &str, what: &str) -> Result<T, ClientError> {
        self.verify_council()?;
        self.read(what, &self.get_bytes(path, what)?)
    }

    /// Parses an answer and checks that none of its words can steer a terminal.
    fn read<T: DeserializeOwned>(&self, what: &str, body: &[u8]) -> Result<T, ClientError> {
        let value = serde_json::from_slice(body).map_err(|error| self.shape(what, &error))?;
        let value = self.checked(what, value, check_answer::verify_words)?;
        T::deserialize(value).map_err(|error| self.shape(what, &error))
    }

    /// The answer after it was compared with the request.
    fn checked<T>(
        &self,
        what: &str,
        answer: T,
        verify: impl FnOnce(&T) -> Result<(), Contradiction>,
    ) -> Result<T, ClientError> {
        match verify(&answer) {
            Ok(()) => Ok(answer),
            Err(how) => {
                let (base, what) = (self.told(), what.to_owned());
                Err(ClientError::Contradicts { base, what, how: Box::new(how) })
            }
        }
    }

    fn get_bytes(&self, path: &str, what: &str) -> Result<Vec<u8>, ClientError> {
        self.read_bytes(path, what, None)
    }

    /// The answer to a request that reads: `GET`, or `POST` if there is a body.
    fn read_bytes(
        &self,
        path: &str,
        what: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, ClientError> {
        let (role, url) = (Role::Read, self.url(path));
        let (status, answer) = match (&self.in_process, body) {
            (Some(in_process), body) => in_process.answerer.answer(path, body),
            (None, None) => self.patiently(what, || {
                Ok(self.bounded(self.authorised(self.agent.get(&url), role)?).call())
            })?,
            (None, Some(body)) => self.patiently(what, || {
                let request = self.bounded(self.authorised(self.agent.post(&url), role)?);
                Ok(request.content_type("application/json").send(&body[..]))
            })?,
        };
        if status == 200 { Ok(answer) } else { Err(self.refused((what, role), status, &answer)) }
    }

    /// The request with the longest time that its answer may take.
    fn bounded<T>(&self, request: RequestBuilder<T>) -> RequestBuilder<T> {
        match self.wait {
            Some(wait) => request.config().timeout_global(Some(wait)).build(),
            None => request,
        }
    }

    /// The request with the token that its role needs.
    fn authorised<T>(
        &self,
        request: RequestBuilder<T>,
        wanted: Role,
    ) -> Result<RequestBuilder<T>, ClientError> {
        let Some(token) = self.access.bearer(wanted)? else { return Ok(request) };
        if !is_private(&self.base) {
            return Err(ClientError::Elsewhere { base: self.base.shown() });
        }
        Ok(request.header(AUTHORIZATION, token))
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The answer to a request, which is made again where the node puts it off for a short time.
    fn patiently(
        &self,
        what: &str,
        send: impl Fn() -> Result<Result<Response<ureq::Body>, ureq::Error>, ClientError>,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        for _ in 1..TRIES {
            let response = send()?;
            let wait = response.as_ref().ok().and_then(put_off);
            let Some(wait) = wait.filter(|it| self.wait.is_none_or(|most| *it <= most)) else {
                return self.body(what, response);
            };
            std::thread::sleep(wait);
        }
        self.body(what, send()?)
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
}

#[cfg(test)]
pub(crate) mod tests;
