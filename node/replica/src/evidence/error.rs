//! Why a file convicts nobody.

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, FieldError};

use super::place::Place;

/// Why a file convicts nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// It is not such a text.
    #[error(transparent)]
    Text(#[from] FieldError),
    /// Its kind is unknown.
    #[error("not a kind of evidence")]
    Kind,
    /// It is of another council.
    #[error("the evidence is of council {0}")]
    Council(Digest),
    /// A message is none of its kind.
    #[error("a message is not what a node of this council signs in a {0}: it says nothing")]
    Message(&'static str),
    /// The two messages do not exclude each other.
    #[error("the messages do not exclude each other: an honest node may sign both")]
    Compatible,
    /// It names no member of the roster.
    #[error("{code} was no member at {place}")]
    Member {
        /// The code in the file.
        code: Code,
        /// The place of the messages.
        place: Place,
    },
    /// A signature is not the member's.
    #[error("signature {line} does not verify under the member's key of {place}")]
    Signature {
        /// The first or the second.
        line: usize,
        /// The place of the messages.
        place: Place,
    },
    /// A witness has not sealed the tree head.
    #[error("the seal of the witness {code} does not verify under its key of {place}")]
    Witness {
        /// The witness that the file names.
        code: Code,
        /// The place of the messages.
        place: Place,
    },
    /// Too few others stand against a forked seal.
    #[error("{found} other members have sealed the second tree head; more than {needed} must")]
    Witnesses {
        /// How many have sealed it.
        found: usize,
        /// `f`, how many members of the roster may fail.
        needed: usize,
    },
}

impl EvidenceError {
    /// A stable name for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "evidence-malformed",
            Self::Kind => "evidence-kind",
            Self::Council(_) => "evidence-council",
            Self::Message(_) => "evidence-message",
            Self::Compatible => "evidence-compatible",
            Self::Member { .. } => "evidence-member",
            Self::Signature { .. } => "evidence-signature",
            Self::Witness { .. } => "evidence-witness",
            Self::Witnesses { .. } => "evidence-witnesses",
        }
    }
}
