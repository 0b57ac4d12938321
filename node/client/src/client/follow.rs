//! Follows a node's stream of events [WHATWG server-sent events].
//!
//! What it guarantees: no line and no event is longer than a limit, a node that says nothing is given up after some
//! time, and whoever goes on behind the last place misses nothing. What it does not: it connects once; the caller
//! connects again.

use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use ureq::BodyReader;

use super::{Client, ClientError};
use crate::api::{Event, EventPlace};
use crate::token::Role;

/// The longest event, in bytes.
const EVENT_BYTES_MAX: usize = 1 << 20;
/// How long a node may say nothing. It sends a comment more often than that.
const SILENCE: Duration = Duration::from_mins(1);

/// From where on the events are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// From this leaf on.
    Leaf(u64),
    /// Behind this place.
    Place(EventPlace),
    /// From now on.
    Now,
}

/// An event, with the place behind it where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How far the log is told by then.
    pub place: Option<EventPlace>,
    /// The event.
    pub event: Event,
}

/// The events of one connection.
pub struct Events<'a> {
    client: &'a Client,
    lines: BufReader<BodyReader<'static>>,
}

impl Client {
    /// Connects to the stream of events.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn events(&self, since: Since) -> Result<Events<'_>, ClientError> {
        self.verify_council()?;
        let (what, role) = ("events", Role::Read);
        let path = match since {
            Since::Leaf(leaf) => format!("/v1/events?from={leaf}"),
            Since::Place(_) | Since::Now => "/v1/events".to_owned(),
        };
        let mut request = self.authorised(self.agent.get(self.url(&path)), role)?;
        if let Since::Place(place) = since {
            request = request.header("Last-Event-ID", place.to_string());
        }
        let request = request.config().timeout_global(None).timeout_per_read(Some(SILENCE)).build();
        let response = request.call().map_err(|error| self.transport(what, error))?;
        let status = response.status().as_u16();
        if status == 200 {
            let lines = BufReader::new(response.into_body().into_reader());
            return Ok(Events { client: self, lines });
        }
        let (status, body) = self.body(what, Ok(response)).map(|(_, body)| (status, body))?;
        Err(self.refused((what, role), status, &body))
    }
}

impl Events<'_> {
    /// The next event; `None` once the connection has ended.
    fn read(&mut self) -> Result<Option<Told>, ClientError> {
        let (mut place, mut data) = (None, String::new());
        loop {
            let mut line = Vec::new();
            let mut limited = self.lines.by_ref().take(EVENT_BYTES_MAX as u64 + 1);
            // A connection that breaks off and one that is silent for too long both end here: the caller goes on
            // behind the last place.
            let Ok(_) = limited.read_until(b'\n', &mut line) else { return Ok(None) };
            if line.pop() != Some(b'\n') {
                return if line.len() < EVENT_BYTES_MAX { Ok(None) } else { Err(self.too_long()) };
            }
            let line = String::from_utf8_lossy(&line);
            match line.split_once(": ").unwrap_or((&*line, "")) {
                ("", "") if data.is_empty() => {}
                ("", "") => {
                    let event = self.client.read("an event", data.as_bytes())?;
                    return Ok(Some(Told { place, event }));
                }
                ("id", id) => place = id.parse().ok(),
                ("data", part) if data.len() + part.len() > EVENT_BYTES_MAX => {
                    return Err(self.too_long());
                }
                ("data", part) => data.push_str(part),
                _ => {}
            }
        }
    }

    fn too_long(&self) -> ClientError {
        let (base, what) = (self.client.base.clone(), "an event".to_owned());
        ClientError::Shape { base, what, error: format!("longer than {EVENT_BYTES_MAX} bytes") }
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Told, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl core::fmt::Debug for Events<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Events").field("client", &self.client).finish_non_exhaustive()
    }
}
