//! Why a node gives no answer.

use std::path::PathBuf;

use nemcon_ledger::text::Show as _;

use super::Contradiction;
use crate::token::{Role, TokenError};

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
    /// The node wants a token, and none was given.
    #[error("the node at {base} wants a token of the role {wanted} for {what}, and none was given")]
    NoToken {
        /// Where.
        base: String,
        /// What was asked for.
        what: String,
        /// The role.
        wanted: Role,
    },
    /// The node does not know the token.
    #[error("the node at {base} does not know the token in {}", .path.shown())]
    UnknownToken {
        /// Where.
        base: String,
        /// The token's file.
        path: PathBuf,
    },
    /// The token would leave this machine, where everybody on the way can read it.
    #[error("{base} is not on this machine, and a token is not sent over a network")]
    Elsewhere {
        /// Where.
        base: String,
    },
    /// The token's file cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
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
        error: String,
    },
    /// It answers otherwise than it was asked, or contradicts itself.
    #[error("do not rely on the node at {base}: asked for {what}, {how}")]
    Contradicts {
        /// Where.
        base: String,
        /// What was asked for.
        what: String,
        /// How.
        how: Box<Contradiction>,
    },
    /// Its list leads nowhere.
    #[error("the node at {base} gives no further page of its {what} from {from} on, and no end")]
    Astray {
        /// Where.
        base: String,
        /// Which list.
        what: String,
        /// From where on.
        from: u64,
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
