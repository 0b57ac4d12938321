//! Where the blocks of the own chain end: which block a size of the log stands for.
//!
//! What it guarantees: a size stands for the block that ends exactly there, and for no other.

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::chain::HashChain;
use nemcon_ledger::{Chain, Height};

use super::message::{BLOCKS_BYTES_MAX, BLOCKS_PER_MESSAGE_MAX};
use crate::replica::read_quota::BLOCK_BYTES_MIN;

/// The tree at a block's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The number of leaves.
    pub size: TreeSize,
    /// The tree's root.
    pub root: Digest,
    /// The block's id.
    pub id: Digest,
    /// How many bytes a peer is sent for the block.
    pub bytes: u32,
}

impl Boundary {
    /// The boundary at the end of `chain`, whose last block has so many bytes.
    pub fn of(chain: &Chain, bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { size: chain.size(), root: chain.root(), id: chain.previous(), bytes }
    }
}

impl Boundary {
    /// The boundary at this end of a chain, whose last block has so many bytes.
    pub fn at_end_of(hashes: &HashChain, bytes: usize) -> Self {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        Self { size: hashes.size(), root: hashes.root(), id: hashes.previous(), bytes }
    }
}

/// The boundaries of the own chain, from height 1 on. Sizes grow with the heights.
#[derive(Clone, Debug, Default)]
pub(super) struct Boundaries(Vec<Boundary>);

impl Boundaries {
    pub(super) const fn new(boundaries: Vec<Boundary>) -> Self {
        Self(boundaries)
    }

    pub(super) fn push(&mut self, boundary: Boundary) {
        self.0.push(boundary);
    }

    /// The chain's height.
    pub(super) fn top(&self) -> Height {
        Height(self.0.len() as u64)
    }

    /// The log's size at the chain's end. Before block 1 it holds the genesis.
    pub(super) fn size(&self) -> TreeSize {
        self.0.last().map_or(TreeSize(1), |last| last.size)
    }

    /// The boundary at `height`.
    pub(super) fn at(&self, height: Height) -> Option<Boundary> {
        let at = usize::try_from(height.0.checked_sub(1)?).ok()?;
        self.0.get(at).copied()
    }

    /// The log's size at `height`; 0 where the chain has no such block.
    pub(super) fn size_at(&self, height: Height) -> TreeSize {
        self.at(height).map_or(TreeSize(0), |boundary| boundary.size)
    }

    /// What an answer with the blocks from `from` on counts for, in bytes: as many of them as one
    /// answer carries.
    pub(super) fn answer_bytes(&self, from: Height) -> u64 {
        let first = usize::try_from(from.0.saturating_sub(1)).unwrap_or(usize::MAX);
        let blocks = self.0.get(first..).unwrap_or_default().iter().take(BLOCKS_PER_MESSAGE_MAX);
        let (mut bytes, mut counted) = (0, 0);
        for block in blocks {
            bytes += block.bytes as usize;
            if bytes > BLOCKS_BYTES_MAX && counted > 0 {
                break;
            }
            counted += u64::from(block.bytes).max(BLOCK_BYTES_MIN);
        }
        counted
    }

    /// The last height whose block ends at `size` or before; 0 if none does.
    pub(super) fn within(&self, size: TreeSize) -> Height {
        Height(self.0.partition_point(|boundary| boundary.size <= size) as u64)
    }

    /// The height whose block ends at exactly this size.
    pub(super) fn ending_at(&self, size: TreeSize) -> Option<Height> {
        let height = self.within(size);
        (self.size_at(height) == size && height > Height(0)).then_some(height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    #[test]
    fn a_size_stands_for_the_block_that_ends_there_and_for_no_other() {
        let boundary = |size: u64| {
            let root = sha256(&size.to_be_bytes());
            Boundary { size: TreeSize(size), root, id: root, bytes: 0 }
        };
        let boundaries = Boundaries::new([3, 5, 9].map(boundary).to_vec());
        let ending = |size| boundaries.ending_at(TreeSize(size)).map(|height| height.0);
        assert_eq!([3, 5, 9].map(ending), [Some(1), Some(2), Some(3)]);
        assert_eq!([0, 1, 2, 4, 8, 10, u64::MAX].map(ending), [None; 7]);
        let within = |size| boundaries.within(TreeSize(size)).0;
        assert_eq!([0, 2, 3, 4, 9, u64::MAX].map(within), [0, 0, 1, 1, 3, 3]);
        let size_at = |height| boundaries.size_at(Height(height)).0;
        assert_eq!([0, 1, 3, 4, u64::MAX].map(size_at), [0, 3, 9, 0, 0]);
        assert_eq!(Boundaries::default().size(), TreeSize(1));
    }

    #[test]
    fn an_answer_counts_for_the_blocks_that_it_carries_and_a_small_one_for_its_least() {
        let boundary = |bytes| {
            let root = sha256(b"a root");
            Boundary { size: TreeSize(1), root, id: root, bytes }
        };
        let counts = |bytes: &[u32], from| {
            let boundaries = bytes.iter().map(|bytes| boundary(*bytes)).collect();
            Boundaries::new(boundaries).answer_bytes(Height(from))
        };
        assert_eq!(counts(&[10, 20, 5_000], 1), 2 * BLOCK_BYTES_MIN + 5_000);
        assert_eq!(counts(&[10, 20, 5_000], 3), 5_000);
        assert_eq!([counts(&[10], 2), counts(&[10], u64::MAX), counts(&[], 1)], [0; 3]);
        let large = u32::try_from(BLOCKS_BYTES_MAX).unwrap();
        assert_eq!(counts(&[large + 1, 10], 1), u64::from(large) + 1, "one block in any case");
        assert_eq!(counts(&[1, large], 1), BLOCK_BYTES_MIN);
        let many = vec![3_000; 1_000];
        assert_eq!(counts(&many, 1), 3_000 * BLOCKS_PER_MESSAGE_MAX as u64);
    }
}
