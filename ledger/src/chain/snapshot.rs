//! A chain as bytes, from which it goes on as if it had applied its blocks again.
//!
//! What it guarantees: equal chains have equal bytes, and a chain that is restored derives the same
//! blocks as the chain that was written. What it does not: whether the bytes are of the chain of a
//! journal is for the caller to judge, who compares the size, the root and the last block.

use super::state::Chain;
use crate::codec::{self, CodecError};
use crate::record::Genesis;

/// The most bytes of a snapshot.
pub const SNAPSHOT_BYTES_MAX: usize = 1 << 30;

/// Why bytes are no snapshot of a chain of this council.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes are not the one encoding of a chain.
    #[error("not a snapshot: {0}")]
    Encoding(#[from] CodecError),
    /// The chain is of another council.
    #[error("a snapshot of another council's chain")]
    Council,
}

impl Chain {
    /// The chain between two blocks, in its one encoding.
    pub fn snapshot(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// Appends the chain between two blocks to `bytes`, in its one encoding. The encoding of a long ledger's
    /// chain has tens of megabytes, so it is made where it is to be.
    pub fn snapshot_onto(&self, bytes: &mut Vec<u8>) {
        codec::encode_onto(self, bytes);
    }

    /// The chain of which `bytes` are the snapshot.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn restore(bytes: &[u8], genesis: &Genesis) -> Result<Self, SnapshotError> {
        let chain: Self = codec::decode::<_, SNAPSHOT_BYTES_MAX>(bytes)?;
        if chain.council().genesis() != genesis {
            return Err(SnapshotError::Council);
        }
        Ok(chain)
    }
}
