//! A chain as bytes, from which it goes on as if it had applied its blocks again.
//!
//! What it guarantees: equal chains have equal bytes, and a chain that is restored derives the same
//! blocks as the chain that was written. The parts of a chain that is restored agree, so that no step of it
//! meets a reference to nothing. What it does not: whether the bytes are of the chain of a journal is for
//! the caller to judge, who compares the size, the root, the last block and the rosters.

use std::collections::BTreeSet;

use super::state::Chain;
use crate::codec::{self, CodecError};
use crate::council::{Check, Incoherent, verify_all};
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
    /// The parts of the chain do not agree.
    #[error("a chain that contradicts itself: {0}")]
    Incoherent(#[from] Incoherent),
}

const CHECKS: [Check<Chain>; 5] = [
    ("the council and the log are not of one size", Chain::is_of_one_size),
    ("the council and the chain are not at one time", |it| it.council.time() == it.time),
    ("a roster is missing, or names what is not there", |it| {
        it.rosters.is_whole(it.height, it.size())
    }),
    ("the chain has other rosters than it names", Chain::has_its_rosters),
    ("a measure was tabled under a roster that never was", Chain::has_rosters_of_laws),
];

impl Chain {
    /// The chain between two blocks, in its one encoding.
    pub fn snapshot(&self) -> Vec<u8> {
        codec::encode(self)
    }

    /// How many bytes [`Self::snapshot`] has.
    pub fn snapshot_len(&self) -> usize {
        codec::encoded_len(self)
    }

    /// Hands [`Self::snapshot`] on piece by piece: that of a long ledger has tens of megabytes.
    pub fn snapshot_to(&self, out: &mut dyn FnMut(&[u8])) {
        codec::encode_to(self, out);
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
        chain.verify()?;
        Ok(chain)
    }

    /// Checks that the parts of the chain agree.
    fn verify(&self) -> Result<(), Incoherent> {
        self.council.verify()?;
        verify_all(self, &CHECKS)
    }

    fn is_of_one_size(&self) -> bool {
        self.council.next_leaf().0 == self.size().0
    }

    fn has_rosters_of_laws(&self) -> bool {
        let known: BTreeSet<_> = self.rosters.all().map(|roster| roster.digest()).collect();
        let mut laws = self.council.measures().map(|state| &state.frozen);
        laws.all(|law| law.total_weight > 0 && known.contains(&law.roster))
    }

    fn has_its_rosters(&self) -> bool {
        let Self { council, rosters, roster, .. } = self;
        let genesis = &council.genesis().roster;
        rosters.all().next().is_some_and(|founding| **founding == *genesis)
            && rosters.newest() == council.roster()
            && rosters.at(self.height) == roster
            && self.roster_digest == roster.digest()
    }
}
