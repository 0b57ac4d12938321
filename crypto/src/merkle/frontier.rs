//! The compact tree: what appending and the root need, and nothing else.

use serde::{Deserialize, Serialize};

use super::node::{TreeSize, node_hash, root_of_peaks};
use crate::Digest;

/// A tree reduced to the roots of its complete subtrees, one for each bit set in its size.
///
/// Two frontiers are equal exactly if their trees have the same leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Frontier {
    size: TreeSize,
    /// Largest and leftmost first.
    peaks: Vec<Digest>,
}

/// A frontier as it is decoded: it may not have the subtrees of its size.
#[derive(Deserialize)]
struct Parts {
    size: TreeSize,
    peaks: Vec<Digest>,
}

impl TryFrom<Parts> for Frontier {
    type Error = &'static str;

    fn try_from(Parts { size, peaks }: Parts) -> Result<Self, Self::Error> {
        if size.0.count_ones() as usize == peaks.len() {
            Ok(Self { size, peaks })
        } else {
            Err("a tree has one complete subtree for each bit set in its size")
        }
    }
}

impl Frontier {
    /// The frontier of the tree without leaves.
    pub const fn new() -> Self {
        Self { size: TreeSize(0), peaks: Vec::new() }
    }

    /// Rebuilds a frontier from a size and the complete subtrees that it consists of.
    pub(crate) fn from_peaks(size: TreeSize, peaks: Vec<Digest>) -> Self {
        debug_assert_eq!(size.0.count_ones() as usize, peaks.len());
        Self { size, peaks }
    }

    /// The number of leaves.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// `MTH(D[0:size])` [RFC 9162 2.1.1].
    pub fn root(&self) -> Digest {
        root_of_peaks(self.peaks.iter().copied())
    }

    /// Appends one leaf by its [`leaf_hash`](super::leaf_hash).
    pub fn append(&mut self, leaf: Digest) {
        self.append_with(leaf, |_, _| {});
    }

    /// Appends one leaf, and tells `completed` each subtree that it completes: its level (0 is the
    /// leaf) and its root, upwards.
    pub(super) fn append_with(&mut self, leaf: Digest, mut completed: impl FnMut(usize, Digest)) {
        let mut subtree = leaf;
        completed(0, subtree);
        // Like the carries of a binary increment: each low bit set is a peak of equal height.
        for level in 1..=self.size.0.trailing_ones() as usize {
            let left = self.peaks.pop().expect("each bit set in the size has its peak");
            subtree = node_hash(&left, &subtree);
            completed(level, subtree);
        }
        self.peaks.push(subtree);
        self.size.0 += 1;
    }
}
