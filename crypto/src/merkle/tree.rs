//! The tree that proves: every complete subtree's root, level by level.

use core::ops::Range;

use super::frontier::Frontier;
use super::node::{LeafIndex, TreeSize, root_of_peaks};
use crate::Digest;

/// A Merkle tree that can prove any leaf and any of its own earlier states.
///
/// Holds about 64 bytes a leaf. Its appending end is a [`Frontier`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    frontier: Frontier,
    /// `levels[l][i] = MTH(D[i * 2^l : (i + 1) * 2^l])`.
    levels: Vec<Vec<Digest>>,
}

/// What was asked lies outside the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The tree never had so many leaves.
    #[error("size {size} is beyond the tree's {tree} leaves")]
    SizeBeyondTree {
        /// The size asked for.
        size: TreeSize,
        /// The size that the tree has.
        tree: TreeSize,
    },
    /// A tree of that size has no such leaf.
    #[error("a tree of {size} leaves has no leaf {index}")]
    IndexBeyondSize {
        /// The leaf asked for.
        index: LeafIndex,
        /// The size that it was to be proved for.
        size: TreeSize,
    },
    /// The older size is the greater one.
    #[error("old size {old} is greater than new size {new}")]
    SizesReversed {
        /// The size named as the older.
        old: TreeSize,
        /// The size named as the newer.
        new: TreeSize,
    },
}

impl Tree {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { frontier: Frontier::new(), levels: Vec::new() }
    }

    /// Appends one leaf by its [`leaf_hash`](super::leaf_hash), and returns its position.
    pub fn append(&mut self, leaf: Digest) -> LeafIndex {
        let index = LeafIndex(self.size().0);
        let levels = &mut self.levels;
        self.frontier.append_with(leaf, |level, subtree| {
            if level == levels.len() {
                levels.push(Vec::new());
            }
            levels[level].push(subtree);
        });
        index
    }

    /// The number of leaves.
    pub const fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// `MTH(D[0:size])` of all leaves.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The appending end of this tree.
    pub const fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// `MTH(D[index * 2^level : (index + 1) * 2^level])`, if the tree has all of these leaves.
    pub fn subtree(&self, level: u8, index: u64) -> Option<Digest> {
        self.levels.get(usize::from(level))?.get(usize::try_from(index).ok()?).copied()
    }

    /// The [`leaf_hash`](super::leaf_hash) at `index`, if the tree is that long.
    pub fn leaf(&self, index: LeafIndex) -> Option<Digest> {
        self.subtree(0, index.0)
    }

    /// The frontier as it was when the tree had `size` leaves.
    pub fn frontier_at(&self, size: TreeSize) -> Result<Frontier, TreeError> {
        self.has_size(size)?;
        Ok(Frontier::from_peaks(size, self.peaks(&(0..size.0)).collect()))
    }

    /// `MTH(D[0:size])` of the first `size` leaves.
    pub fn root_at(&self, size: TreeSize) -> Result<Digest, TreeError> {
        self.has_size(size)?;
        Ok(self.range_root(&(0..size.0)))
    }

    /// `PATH(index, D[size])`: that the leaf is in the tree of `size` [RFC 9162 2.1.3.1].
    pub fn inclusion_proof(
        &self,
        index: LeafIndex,
        size: TreeSize,
    ) -> Result<Vec<Digest>, TreeError> {
        self.has_size(size)?;
        if index.0 >= size.0 {
            return Err(TreeError::IndexBeyondSize { index, size });
        }
        let (_, path) = descend(size, index.0 + 1, |range| range.end - range.start == 1);
        Ok(path.iter().map(|range| self.range_root(range)).collect())
    }

    /// `PROOF(old, D[new])`: that the tree of `new` leaves extends that of `old` [RFC 9162 2.1.4.1].
    ///
    /// Empty if the sizes are equal or `old` is 0, which need no proof.
    pub fn consistency_proof(
        &self,
        old: TreeSize,
        new: TreeSize,
    ) -> Result<Vec<Digest>, TreeError> {
        self.has_size(new)?;
        if old > new {
            return Err(TreeError::SizesReversed { old, new });
        }
        Ok(consistency_ranges(old, new).iter().map(|range| self.range_root(range)).collect())
    }

    /// `MTH(D[range])`, for a range that is a node of the tree of some size.
    pub(super) fn range_root(&self, range: &Range<u64>) -> Digest {
        root_of_peaks(self.peaks(range))
    }

    fn peaks(&self, range: &Range<u64>) -> impl DoubleEndedIterator<Item = Digest> {
        let whole = |(level, index)| self.subtree(level, index);
        subtrees(range).map(move |at| whole(at).expect("the range was checked against the size"))
    }

    fn has_size(&self, size: TreeSize) -> Result<(), TreeError> {
        let tree = self.size();
        if size > tree { Err(TreeError::SizeBeyondTree { size, tree }) } else { Ok(()) }
    }
}

/// The nodes whose roots are `PROOF(old, D[new])`, in its order, as ranges of leaves [RFC 9162 2.1.4.1]. `old` is not
/// greater than `new`.
pub(crate) fn consistency_ranges(old: TreeSize, new: TreeSize) -> Vec<Range<u64>> {
    if old.0 == 0 {
        return Vec::new();
    }
    let (range, mut path) = descend(new, old.0, |range| range.end == old.0);
    if range.start != 0 {
        // SUBPROOF with b = false: the verifier does not know this subtree's root.
        path.insert(0, range);
    }
    path
}

/// Walks from the root of the tree of `size` towards the subtree that ends at leaf `end`, until
/// `arrived`; returns where it stands and the siblings passed, lowest first.
fn descend(
    size: TreeSize,
    end: u64,
    arrived: impl Fn(&Range<u64>) -> bool,
) -> (Range<u64>, Vec<Range<u64>>) {
    let mut range = 0..size.0;
    let mut siblings = Vec::new();
    while !arrived(&range) {
        let middle = range.start + split(range.end - range.start);
        let (left, right) = (range.start..middle, middle..range.end);
        let sibling;
        (range, sibling) = if end <= middle { (left, right) } else { (right, left) };
        siblings.push(sibling);
    }
    siblings.reverse();
    (range, siblings)
}

/// The complete subtrees of a range that starts at a multiple of a power of two no smaller than its length, each by
/// level and index: one for each bit set in the length, largest first.
pub(crate) fn subtrees(range: &Range<u64>) -> impl DoubleEndedIterator<Item = (u8, u64)> + use<> {
    let (start, length) = (range.start, range.end - range.start);
    (0..64_u8)
        .rev()
        .filter(move |level| length >> level & 1 == 1)
        .map(move |level| (level, (start >> level) + (length >> level) - 1))
}

/// The largest power of two smaller than `n`, for `n > 1` [RFC 9162 2.1.1].
pub(super) const fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}
