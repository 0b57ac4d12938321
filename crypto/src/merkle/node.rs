//! Positions, sizes and the hashes of a tree's nodes.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::hash::{Digest, sha256, sha256_parts};

/// The position of a leaf, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeafIndex(pub u64);

/// A number of leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TreeSize(pub u64);

/// `leaf_hash(record) = SHA-256(0x00 || record)` [RFC 9162 2.1.1].
pub fn leaf_hash(record: &[u8]) -> Digest {
    sha256_parts(&[&[0x00], record])
}

/// `node_hash(l, r) = SHA-256(0x01 || l || r)` [RFC 9162 2.1.1].
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256_parts(&[&[0x01], left.as_bytes(), right.as_bytes()])
}

/// `MTH({}) = SHA-256()`, the root of the tree without leaves [RFC 9162 2.1.1].
pub fn empty_root() -> Digest {
    sha256(b"")
}

/// Folds the roots of a tree's complete subtrees, largest and leftmost first, into its root.
pub(super) fn root_of_peaks(peaks: impl DoubleEndedIterator<Item = Digest>) -> Digest {
    peaks.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

impl fmt::Display for LeafIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TreeSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
