//! The limits of the interface's connections: their number, and the time for each part of a request.

use std::time::Duration;

use nemcon_client::config::NodeConfig;

/// The greatest number of connections, if the process may have enough files open.
pub(in crate::server) const CONNECTIONS_MAX: usize = 256;

/// The greatest number of connections from other machines, over TLS.
pub(in crate::server) const TLS_CONNECTIONS_MAX: usize = 64;

/// The time for the head of a request, with the silence before it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The time for the body of a request.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The time that a client has to take an answer that cannot be sent at once.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// The number of threads that read the journal or look ahead.
pub(super) const READERS_MAX: usize = 2;

/// How many descriptors the interface needs for other machines: for connections, and for the listener.
pub(in crate::server) fn tls_descriptors(config: &NodeConfig) -> usize {
    config.http_tls.as_ref().map_or(0, |_| TLS_CONNECTIONS_MAX + 2)
}

/// The limits of the interface's connections.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Limits {
    pub(super) connections_max: usize,
    pub(super) head_timeout: Duration,
    pub(super) body_timeout: Duration,
    pub(super) answer_timeout: Duration,
}

impl Limits {
    /// The usual limits, with this number of connections.
    pub(in crate::server) const fn of(connections_max: usize) -> Self {
        Self {
            connections_max,
            head_timeout: HEAD_TIMEOUT,
            body_timeout: BODY_TIMEOUT,
            answer_timeout: ANSWER_TIMEOUT,
        }
    }
}
