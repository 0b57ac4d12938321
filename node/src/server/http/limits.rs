//! How many connections the interface takes, and how long each may take for what.

use std::time::Duration;

/// The most connections at a time, where the process may have enough files open.
pub(in crate::server) const CONNECTIONS_MAX: usize = 256;

/// How long a connection may take for the head of a request, the silence before it included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the body of a request may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a reader may take for an answer that does not go out at once.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// How many threads read the journal, or look ahead, at a time.
pub(super) const READERS_MAX: usize = 2;

/// How many connections, and how long each may take for what.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Limits {
    pub(super) connections_max: usize,
    pub(super) head_timeout: Duration,
    pub(super) body_timeout: Duration,
    pub(super) answer_timeout: Duration,
}

impl Limits {
    /// The usual ones, with so many connections.
    pub(in crate::server) const fn of(connections_max: usize) -> Self {
        Self {
            connections_max,
            head_timeout: HEAD_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            answer_timeout: ANSWER_TIMEOUT,
        }
    }
}
