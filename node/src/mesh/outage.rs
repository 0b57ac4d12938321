//! Why a node that is dialled is not connected: what the last attempt came to.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use nemcon_crypto::PublicKey;

use super::close_reason::Refusal;

/// What the last attempt to reach a node came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Outage {
    /// Its host's name has no address.
    #[error("the name has no address")]
    Unresolved,
    /// The system has no way there, or nobody listens.
    #[error("{0}")]
    Unreachable(io::ErrorKind),
    /// Nothing came back in time.
    #[error("no answer")]
    Silent,
    /// This node has as many connections open as it may.
    #[error("this node has as many connections open as it may")]
    NoSocket,
    /// Somebody listens there, and one of the two nodes refused.
    #[error("{0}")]
    Refused(Refusal),
}

/// The outages of all nodes that are dialled in vain, by their keys.
pub type Outages = Arc<BTreeMap<PublicKey, Outage>>;
