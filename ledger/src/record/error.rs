//! Why bytes are not a record, and why a genesis founds no council.

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::NoteError;

use super::charter::{CharterError, percent};
use super::limits::{GENESIS_SIGNATURES_MAX, MEMBERS_MAX, RECORD_BYTES_MAX, RULES_VERSION};
use crate::text::{Code, FieldError, Label};

/// Why bytes are not a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Longer than [`RECORD_BYTES_MAX`].
    #[error("the record has {bytes} bytes; the log takes at most {RECORD_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Its text breaks the grammar.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Its first line names no kind that belongs here.
    #[error("the first line must be `nemcon/v1` and a kind of record that belongs here")]
    Kind,
    /// It is not a signed note.
    #[error("not a signed note: {0}")]
    Note(#[from] NoteError),
    /// The genesis contradicts itself.
    #[error(transparent)]
    Genesis(Box<GenesisError>),
}

impl From<GenesisError> for RecordError {
    fn from(error: GenesisError) -> Self {
        Self::Genesis(Box::new(error))
    }
}

/// Why a genesis cannot found a council.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Its law contradicts itself.
    #[error(transparent)]
    Charter(#[from] CharterError),
    /// Too few or too many members.
    #[error("{members} members: a council has 1 to {MEMBERS_MAX}")]
    Members {
        /// How many members the genesis names.
        members: usize,
    },
    /// A code stands twice.
    #[error("the code {0} stands twice")]
    CodeTwice(Code),
    /// A key stands twice, or its short id meets another's under one name.
    #[error("the key {key} of {code} is already used here; each key has one use and one owner")]
    KeyTwice {
        /// The party that brings the key in the second time.
        code: Code,
        /// The key.
        key: Box<PublicKey>,
    },
    /// `k` of `m` cannot be.
    #[error("{code}: {threshold} of {officers} officers cannot sign")]
    Threshold {
        /// The party whose officers they are.
        code: Code,
        /// `k`.
        threshold: usize,
        /// `m`.
        officers: usize,
    },
    /// An officer's label stands twice or is reserved.
    #[error("{code}: the officer label {label} stands twice or is reserved")]
    Label {
        /// The party whose officer it is.
        code: Code,
        /// The label.
        label: Label,
    },
    /// A participant has a role that the charter does not list.
    #[error("{code}: the charter lists no role {role} of participants: it could do nothing")]
    Role {
        /// The code of the participant.
        code: Code,
        /// The role that the charter does not list.
        role: Label,
    },
    /// Left out of a successor, and a member of it or named twice.
    #[error("{0} is left out of this council and is a member of it, or is left out twice")]
    LeftOut(Code),
    /// The parts are more than the whole.
    #[error(
        "the members weigh {sum} together, {} of the charter's total {total}: the parts cannot be more \
         than the whole",
        percent(*.sum, *.total)
    )]
    Weights {
        /// What the members weigh together.
        sum: u128,
        /// The charter's total.
        total: u64,
    },
    /// Rules of another version.
    #[error("rules version {0}: this release applies version {RULES_VERSION}")]
    Rules(u32),
    /// More signature lines than note libraries read.
    #[error("{0} signatures would be needed; a genesis carries at most {GENESIS_SIGNATURES_MAX}")]
    Signatures(usize),
}
