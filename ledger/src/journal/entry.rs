//! What the journal holds, and where.

use core::fmt;

use nemcon_crypto::{Digest, Signature, TreeSize};
use serde::{Deserialize, Serialize};

use crate::Height;
use crate::codec::{self, CodecError, bytes};
use crate::frame::FRAME_BYTES_MAX;

/// The number of an entry, counted from 0 at the journal's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sequence(pub u64);

/// Where an entry lies. Positions are in the order of their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The first entry of its segment, which names the segment.
    pub segment: Sequence,
    /// Its first byte in that segment.
    pub offset: u64,
}

/// One thing that the node must never forget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// A block that consensus decided.
    Block(CommittedBlock),
    /// A seal, a member's or this node's own.
    Seal(Seal),
}

/// A block and what proves that it was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommittedBlock {
    /// Its height.
    pub height: Height,
    /// Its records in order, the leaves of the log; the block record is the last.
    #[serde(with = "bytes::lists")]
    pub records: Vec<Vec<u8>>,
    /// The commit certificate, which the ledger does not look into.
    #[serde(with = "bytes")]
    pub certificate: Vec<u8>,
}

/// A member's cosignature of the tree at a block's end [C2SP tlog-cosignature].
///
/// It holds what was signed and whose it is. Which block ends at its size, each ledger knows itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The number of leaves.
    pub size: TreeSize,
    /// The tree's root.
    pub root: Digest,
    /// Whose seal it is, by its code in the roster.
    pub member: String,
    /// When it was made, in seconds of POSIX time.
    pub time_s: u64,
    /// By the member's seal key.
    pub signature: Signature,
}

impl CommittedBlock {
    /// How many bytes its records and its certificate have.
    pub fn bytes(&self) -> usize {
        self.certificate.len() + self.records.iter().map(Vec::len).sum::<usize>()
    }
}

impl Position {
    /// Before the first entry of every journal.
    pub const START: Self = Self { segment: Sequence(0), offset: 0 };
}

impl Entry {
    pub(super) fn encode(&self) -> Vec<u8> {
        codec::encode(self)
    }

    pub(super) fn decode(payload: &[u8]) -> Result<Self, CodecError> {
        codec::decode::<Self, FRAME_BYTES_MAX>(payload)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.seg:{}", self.segment.0, self.offset)
    }
}
