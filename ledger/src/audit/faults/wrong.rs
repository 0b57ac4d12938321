//! What can be wrong in an export.

use core::fmt;

use nemcon_crypto::Digest;
use nemcon_crypto::checkpoint::CheckpointError;
use nemcon_crypto::merkle::ProofError;
use nemcon_crypto::note::NoteError;
use nemcon_crypto::tiles::BundleError;

use super::field::Field;
use super::link::LinkFault;
use super::shown::shown;
use crate::audit::source::FileError;
use crate::council::{Refusal, join};
use crate::record::RecordError;
use crate::record::council_change::NextRules;
use crate::text::span::span;
use crate::text::{Code, Time};

/// What is wrong, without its place.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// A file is not there, or cannot be read.
    #[error("{0}")]
    File(FileError),
    /// The genesis is another council's: its founders have signed this text.
    #[error("this genesis has the digest {0}: it is another council's")]
    GenesisOther(Digest),
    /// The genesis was altered, or is nobody's.
    #[error("{0}")]
    GenesisAltered(String),
    /// The file is no signed note.
    #[error("{0}")]
    GenesisNote(NoteError),
    /// Its text is no genesis.
    #[error("{0}")]
    GenesisText(RecordError),
    /// A line under it is no founding officer's over this text, or stands twice.
    #[error("not the signature of a founding officer over this text, or a second one of the same")]
    GenesisSignature,
    /// Not every founding member has signed enough.
    #[error("it lacks signatures of {}", join(.0))]
    GenesisUnsigned(Vec<Code>),
    /// The checkpoint is no signed note.
    #[error("{0}")]
    CheckpointNote(NoteError),
    /// The checkpoint is no tree head.
    #[error("{0}")]
    CheckpointText(CheckpointError),
    /// The checkpoint is another log's.
    #[error("its origin is {}; this council's is {wanted}", shown(.found))]
    CheckpointOrigin {
        /// What it says.
        found: String,
        /// What it must say.
        wanted: String,
    },
    /// No block ends there.
    #[error(
        "it is of size {0}: the first block ends later, and nobody seals what is no block's end"
    )]
    NoBlock(u64),
    /// A log larger than an audit takes.
    #[error("{0} records are more than one audit takes")]
    TooLarge(u64),
    /// The records do not hash to the checkpoint's root.
    #[error("its root is {said}; the records have {found}")]
    CheckpointRoot {
        /// What the checkpoint says.
        said: Digest,
        /// What the records have.
        found: Digest,
    },
    /// The hashes of a certificate do not fit its records.
    #[error("{0}: the certificate was cut or altered")]
    Proof(ProofError),
    /// A signature line is malformed.
    #[error("not a signature line")]
    CheckpointLine,
    /// A signature in a member's name is forged.
    #[error("the {what} of {of} does not verify over this checkpoint")]
    CheckpointSignature {
        /// `seal`, `log signature`.
        what: &'static str,
        /// Whose it claims to be.
        of: Code,
    },
    /// No member's node has signed the checkpoint as the log.
    #[error("no member's node has signed it as the log")]
    NoLogSignature,
    /// Not every member has sealed the checkpoint.
    #[error("not sealed by {}: {sealed} of {due} seals", join(.missing))]
    NotSealed {
        /// Who is missing.
        missing: Vec<Code>,
        /// How many have.
        sealed: usize,
        /// How many must.
        due: usize,
    },
    /// A policy file is not the council's.
    #[error("not the policy of the roster that seals this size")]
    Policy,
    /// The file `keys` is not the log's.
    #[error("not the keys that have signed and sealed this log, with their sizes")]
    Keys,
    /// An entry bundle does not parse.
    #[error("{0}")]
    Bundle(BundleError),
    /// An entry bundle of the wrong width.
    #[error("it holds {found} records; its path says {wanted}")]
    BundleSize {
        /// How many it has.
        found: usize,
        /// How many it must have.
        wanted: u16,
    },
    /// A hash tile is not what the records give.
    #[error("{}", tile_words(*.0))]
    Tile(Option<u64>),
    /// A record that a public export gives is not the one that stands there.
    #[error("the record is not the one that has this place in the log")]
    NotInTree,
    /// The file that says that an export is a public one says something else.
    #[error("not the text that stands in this file of a public export")]
    PublicFile,
    /// The ballots that are shown are not those that were counted.
    #[error(
        "the ballots that are shown on measure {0} are not those that this decision has counted"
    )]
    VotesDiffer(u64),
    /// A certificate lacks what its verdict rests on.
    #[error("the certificate lacks {0}")]
    Lacks(&'static str),
    /// A certificate is marked as the charter does not mark.
    #[error("the certificate is marked as this council marks nothing")]
    Marking,
    /// A decision is not what its ballots amount to.
    #[error("this decision on measure {0} is not what its ballots amount to under its rule")]
    OutcomeDiffers(u64),
    /// The log does not go on from what was verified before.
    #[error("{0}")]
    Rewritten(String),
    /// A seal is older than the auditor accepts.
    #[error("the seal of {of} is of {sealed}, which is older than {}", span(*.max_ms))]
    Old {
        /// Whose seal is the oldest.
        of: Code,
        /// Its time, by the sealing node's word.
        sealed: String,
        /// The greatest age that the auditor accepts, in milliseconds.
        max_ms: u64,
    },
    /// The log does not begin with this genesis.
    #[error("not the text of the genesis")]
    RecordZero,
    /// The log does not end with a block.
    #[error("the log ends within a block")]
    OpenEnd,
    /// A leaf is not a record.
    #[error("{kind}: {error}")]
    Malformed {
        /// What it seems to be.
        kind: &'static str,
        /// Why it is none.
        error: Box<RecordError>,
    },
    /// A record stands where it may not.
    #[error("a {0} may not stand here")]
    Misplaced(&'static str),
    /// The council refuses a statement.
    #[error("{kind} of {by}{}: {refusal} [{}]", on(*.measure), .refusal.code())]
    Refused {
        /// The kind that the first line of the statement names.
        kind: &'static str,
        /// Who is said to make it.
        by: Code,
        /// The measure that it is on.
        measure: Option<u64>,
        /// The rule of the council's law that the statement breaks.
        refusal: Box<Refusal>,
    },
    /// A statement out of order.
    #[error("the statement is not the next one in the order of its block")]
    Order,
    /// A decision or a lapse is not what the law derives.
    #[error("the {kind} on measure {measure} is false: {why}")]
    DerivedFalse {
        /// What the record calls itself.
        kind: Derivation,
        /// The number of the measure that the record ends.
        measure: u64,
        /// What it says, and what the law says.
        why: String,
    },
    /// A decision or a lapse that the law derives is not there.
    #[error("the {kind} on measure {measure} is missing in this block: the law says {law}")]
    DerivedMissing {
        /// What the law derives.
        kind: Derivation,
        /// The number of the measure that the law ends in this block.
        measure: u64,
        /// Its substance.
        law: String,
    },
    /// A block without an end in reach.
    #[error("the block is larger than a block may be")]
    BlockTooLarge,
    /// A block that holds nothing.
    #[error("the block holds nothing but its record, and nothing that waited acts in it")]
    BlockEmpty,
    /// Its time is not after the block before.
    #[error("the block's time {time} is not after {parent}, the time of the block before")]
    BlockTime {
        /// The time of the block.
        time: Time,
        /// The parent's.
        parent: Time,
    },
    /// A field of a block record is not what the ledger implies.
    #[error("the block record says {field} {found}; the ledger says {expected}")]
    Header {
        /// The field that differs.
        field: Field,
        /// What it says.
        found: String,
        /// What it must say.
        expected: String,
    },
    /// The council has adopted rules that this release does not know.
    #[error(
        "the council goes on by rules version {}, which this release does not know: it needs {}",
        .0.version,
        .0.release
    )]
    Rules(Box<NextRules>),
    /// The council does not go on from the ledger that its genesis names.
    #[error("{0}")]
    Link(LinkFault),
}

/// What the state machine derives of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Derivation {
    /// A decision.
    Decision,
    /// A lapse.
    Lapse,
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Derivation {
    /// Its record's kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Lapse => "lapse",
        }
    }
}

impl Wrong {
    /// What it is about, in a word or two.
    pub(crate) const fn subject(&self) -> &'static str {
        match self {
            Self::Refused { kind, .. } | Self::Malformed { kind, .. } | Self::Misplaced(kind) => {
                kind
            }
            Self::DerivedFalse { kind, .. } | Self::DerivedMissing { kind, .. } => kind.as_str(),
            Self::Header { field, .. } => field.rule().0,
            Self::Order => "order",
            Self::BlockTime { .. } => "time",
            Self::File(_)
            | Self::GenesisOther(_)
            | Self::GenesisAltered(_)
            | Self::GenesisNote(_)
            | Self::GenesisText(_)
            | Self::GenesisSignature
            | Self::GenesisUnsigned(_)
            | Self::CheckpointNote(_)
            | Self::CheckpointText(_)
            | Self::CheckpointOrigin { .. }
            | Self::NoBlock(_)
            | Self::TooLarge(_)
            | Self::CheckpointRoot { .. }
            | Self::Proof(_)
            | Self::CheckpointLine
            | Self::CheckpointSignature { .. }
            | Self::NoLogSignature
            | Self::NotSealed { .. }
            | Self::Policy
            | Self::Keys
            | Self::Bundle(_)
            | Self::BundleSize { .. }
            | Self::Tile(_)
            | Self::NotInTree
            | Self::PublicFile
            | Self::VotesDiffer(_)
            | Self::OutcomeDiffers(_)
            | Self::Lacks(_)
            | Self::Marking
            | Self::Rewritten(_)
            | Self::Old { .. }
            | Self::RecordZero
            | Self::OpenEnd
            | Self::BlockTooLarge
            | Self::BlockEmpty
            | Self::Rules(_)
            | Self::Link(_) => "block",
        }
    }

    /// The stable name of the council's refusal, where it is one.
    pub fn refusal(&self) -> Option<&'static str> {
        if let Self::Refused { refusal, .. } = self { Some(refusal.code()) } else { None }
    }
}

fn on(measure: Option<u64>) -> String {
    measure.map_or_else(String::new, |number| format!(" on measure {number}"))
}

fn tile_words(record: Option<u64>) -> String {
    match record {
        Some(record) => format!("its hash of record {record} is not that of the record"),
        None => "not the hashes of the records".to_owned(),
    }
}
