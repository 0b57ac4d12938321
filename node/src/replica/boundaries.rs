//! Where the blocks of the own chain end: what a size of the log stands for, here and nowhere else.

use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::{Chain, Height};

/// The tree at a block's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Boundary {
    /// The number of leaves.
    pub size: TreeSize,
    /// The tree's root.
    pub root: Digest,
    /// The block's id.
    pub id: Digest,
}

impl Boundary {
    /// The boundary that `chain` stands at.
    pub fn of(chain: &Chain) -> Self {
        Self { size: chain.size(), root: chain.root(), id: chain.previous() }
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
            Boundary { size: TreeSize(size), root, id: root }
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
}
