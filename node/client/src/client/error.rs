//! Why a call to a node has no usable answer.

use std::path::PathBuf;

use nemcon_ledger::text::Show as _;

use super::Contradiction;
use crate::token::{Role, TokenError};

impl ClientError {
    /// Whether the node gives no answer now, so that another node may be asked.
    pub const fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::NotRunning { .. }
                | Self::Timeout { .. }
                | Self::Transport { .. }
                | Self::Status { status: 503, .. }
        )
    }
}

/// Why a call to a node has no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing listens at the node's address.
    #[error("no node answers at {base}")]
    NotRunning {
        /// The URL of the node.
        base: String,
    },
    /// The node did not answer in time.
    #[error("the node at {base} did not answer in time")]
    Timeout {
        /// The URL of the node.
        base: String,
    },
    /// The node knows no measure with this number.
    #[error("{base} has no measure {number}")]
    NoMeasure {
        /// The node with its URL, or the ledger with its folder.
        base: String,
        /// The number of the requested measure.
        number: u64,
    },
    /// The node knows no incident with this number.
    #[error("{base} has no incident {number}")]
    NoIncident {
        /// The node with its URL, or the ledger with its folder.
        base: String,
        /// The number of the requested incident.
        number: u64,
    },
    /// The call needs a token, and the client has none.
    #[error("the node at {base} wants a token of the role {wanted} for {what}, and none was given")]
    NoToken {
        /// The URL of the node.
        base: String,
        /// What was requested, in words.
        what: String,
        /// The role that the call needs.
        wanted: Role,
    },
    /// The node does not know the token.
    #[error("the node at {base} does not know the token in {}", .path.shown())]
    UnknownToken {
        /// The URL of the node.
        base: String,
        /// The file that the token came from.
        path: PathBuf,
    },
    /// The URL is not on this machine and not `https`, so everybody on the way could read the token. The call
    /// was not made.
    #[error("{base} is not on this machine, and a token is not sent over a network without TLS")]
    Elsewhere {
        /// The URL that the token would have been sent to.
        base: String,
    },
    /// The file with the token cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The node answered with an HTTP error.
    #[error("{base} answers {status} to {what}: {body}")]
    Status {
        /// The node with its URL, or the ledger with its folder.
        base: String,
        /// What was requested, in words.
        what: String,
        /// The HTTP status code.
        status: u16,
        /// The body of the answer.
        body: String,
    },
    /// The answer has not the form of this interface.
    #[error("what listens at {base} does not answer {what} as a node does: {error}")]
    Shape {
        /// The URL of the node.
        base: String,
        /// What was requested, in words.
        what: String,
        /// What is wrong with the form of the answer.
        error: String,
    },
    /// The answer contradicts the request or itself.
    #[error("do not rely on {base}: asked for {what}, {how}")]
    Contradicts {
        /// The node with its URL, or the ledger with its folder.
        base: String,
        /// What was requested, in words.
        what: String,
        /// How the answer contradicts.
        how: Box<Contradiction>,
    },
    /// The pages of a list do not lead forward to its end.
    #[error("{base} gives no further page of its {what} from {from} on, and no end")]
    Astray {
        /// The node with its URL, or the ledger with its folder.
        base: String,
        /// The list that was requested.
        what: String,
        /// The number from which the page without progress was requested.
        from: u64,
    },
    /// A folder is read, and nothing can be handed in there. The call was not made.
    #[error("{base} is only read: nothing can be handed in there")]
    ReadOnly {
        /// The ledger with its folder.
        base: String,
    },
    /// TLS with the node failed.
    #[error("the node at {base} is not trusted: {error}")]
    Tls {
        /// The URL of the node.
        base: String,
        /// What TLS says.
        error: String,
    },
    /// Another failure of the connection.
    #[error("asking the node at {base} for {what} failed: {error}")]
    Transport {
        /// The URL of the node.
        base: String,
        /// What was requested, in words.
        what: String,
        /// The error of the HTTP library.
        error: Box<ureq::Error>,
    },
}
