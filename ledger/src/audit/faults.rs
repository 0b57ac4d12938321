//! What an audit finds wrong.

use core::fmt;

use nemcon_crypto::checkpoint::CheckpointError;
use nemcon_crypto::note::NoteError;
use nemcon_crypto::tiles::BundleError;
use nemcon_crypto::{Digest, LeafIndex};

use super::folder::SourceError;
use super::succession::LinkFault;
use crate::Height;
use crate::chain::BlockError;
use crate::record::genesis::FoundingError;
use crate::text::Code;

/// How much of foreign words a fault repeats, in characters.
const SHOWN_MAX: usize = 100;

/// Foreign words for a terminal: in quotes, nothing that steers it, and no more than fits a line.
pub fn shown(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN_MAX).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}

/// Where in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The record.
    pub leaf: LeafIndex,
    /// The block that it stands in.
    pub height: Height,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {}, block {}", self.leaf.0, self.height.0)
    }
}

/// One thing that is not as it must be.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A file is missing or cannot be read.
    #[error("file {path}: {error}")]
    File {
        /// Which.
        path: String,
        /// Why.
        error: SourceError,
    },
    /// The genesis does not found the council that was asked for.
    #[error("genesis: {0}")]
    Founding(FoundingError),
    /// The checkpoint is no signed note.
    #[error("checkpoint: {0}")]
    CheckpointNote(NoteError),
    /// The checkpoint is no tree head.
    #[error("checkpoint: {0}")]
    Checkpoint(CheckpointError),
    /// The checkpoint is another log's.
    #[error("checkpoint: its origin is {}; this council's is {wanted}", shown(.found))]
    Origin {
        /// What it says.
        found: String,
        /// What it must say.
        wanted: String,
    },
    /// A log larger than an audit takes.
    #[error("checkpoint: {records} records are more than one audit takes")]
    TooLarge {
        /// How many.
        records: u64,
    },
    /// An entry bundle does not parse.
    #[error("file {path}: {error}")]
    Bundle {
        /// Which.
        path: String,
        /// Why.
        error: BundleError,
    },
    /// An entry bundle of the wrong width.
    #[error("file {path}: it holds {records} records")]
    BundleSize {
        /// Which.
        path: String,
        /// How many it has.
        records: usize,
    },
    /// The records do not hash to the checkpoint's root.
    #[error("checkpoint: its root is {said}; the records have {found} [RFC 9162 2.1]")]
    Root {
        /// What the records have.
        found: Digest,
        /// What the checkpoint says.
        said: Digest,
    },
    /// A hash tile is not what the records give.
    #[error("file {path}: not the hashes of the records [C2SP tlog-tiles]")]
    Tile {
        /// Which.
        path: String,
    },
    /// A policy file is not the council's.
    #[error(
        "file {path}: not the policy of the roster that seals this size (R13) [C2SP tlog-policy]"
    )]
    Policy {
        /// Which.
        path: String,
    },
    /// The log does not begin with this genesis.
    #[error("record 0: not the text of the genesis (R4)")]
    LeafZero,
    /// The log does not end with a block.
    #[error("record {}: the log ends within a block (R11)", .leaf.0)]
    OpenEnd {
        /// The last record.
        leaf: LeafIndex,
    },
    /// A block does not follow from the one before.
    #[error("{place}: {error}")]
    Block {
        /// Where.
        place: Place,
        /// Which rule it breaks.
        error: BlockError,
    },
    /// A signature on the checkpoint is forged.
    #[error("checkpoint: {0}")]
    Signature(NoteError),
    /// No member's node has signed the checkpoint as the log.
    #[error("checkpoint: no member's node has signed it as the log")]
    NoLogSignature,
    /// The council does not go on from the ledger that its genesis names.
    #[error("predecessor: {0} (R21)")]
    Predecessor(LinkFault),
    /// Not every member has sealed the checkpoint.
    #[error("checkpoint: not sealed by {} (R14)", crate::council::join(.missing))]
    NotSealed {
        /// Who is missing.
        missing: Vec<Code>,
    },
}
