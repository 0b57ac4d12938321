//! What a node makes durable before anybody hears of it: blocks, seals, and the guard of its own seals.
//!
//! This module says what they are and what may follow what. Where they lie on a disk, it does not know.

use nemcon_crypto::{Digest, Signature, TreeSize};
use serde::{Deserialize, Serialize};

use crate::Height;
use crate::codec::bytes;

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

/// What a seal says, durable before the seal exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// The block at whose end the tree has this size.
    pub height: Height,
    /// The number of leaves.
    pub size: TreeSize,
    /// The tree's root.
    pub root: Digest,
    /// The seal's time, in seconds of POSIX time.
    pub time_s: u64,
}

/// Why sealing what a guard names would contradict what was sealed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// A smaller tree.
    #[error("size {} is smaller than the {} that was sealed", found.0, sealed.0)]
    SmallerSize {
        /// The size last sealed.
        sealed: TreeSize,
        /// The size of the refused guard.
        found: TreeSize,
    },
    /// A second root for one size.
    #[error("size {} was sealed with root {sealed}, not {found}", size.0)]
    OtherRoot {
        /// The size of both.
        size: TreeSize,
        /// The root that was sealed.
        sealed: Digest,
        /// The root of the refused guard.
        found: Digest,
    },
    /// An earlier height, or another one for the same size.
    #[error("height {} does not follow the {} that was sealed", found.0, sealed.0)]
    WrongHeight {
        /// The height last sealed.
        sealed: Height,
        /// The height of the refused guard.
        found: Height,
    },
    /// An earlier time.
    #[error("time {found_s} is before the {sealed_s} of the last seal")]
    EarlierTime {
        /// The time last sealed, in seconds of POSIX time.
        sealed_s: u64,
        /// The time of the refused guard.
        found_s: u64,
    },
}

impl CommittedBlock {
    /// How many bytes its records and its certificate have.
    pub fn bytes(&self) -> usize {
        self.certificate.len() + self.records.iter().map(Vec::len).sum::<usize>()
    }
}

impl Guard {
    /// Refuses what would contradict the guard `sealed`: a smaller size, the same size with another
    /// root or height, an earlier height or time. The very same may be sealed again.
    pub fn verify_after(&self, sealed: &Self) -> Result<(), GuardError> {
        if self.size < sealed.size {
            return Err(GuardError::SmallerSize { sealed: sealed.size, found: self.size });
        }
        if self.size == sealed.size && self.root != sealed.root {
            let (size, sealed, found) = (self.size, sealed.root, self.root);
            return Err(GuardError::OtherRoot { size, sealed, found });
        }
        if self.height.cmp(&sealed.height) != self.size.cmp(&sealed.size) {
            return Err(GuardError::WrongHeight { sealed: sealed.height, found: self.height });
        }
        if self.time_s < sealed.time_s {
            return Err(GuardError::EarlierTime { sealed_s: sealed.time_s, found_s: self.time_s });
        }
        Ok(())
    }
}
