//! Verifying proofs: needs no tree, only what a checkpoint says.

use super::node::{LeafIndex, TreeSize, empty_root, node_hash};
use crate::Digest;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A tree of that size has no such leaf.
    #[error("a tree of {size} leaves has no leaf {index}")]
    IndexBeyondSize {
        /// The leaf's claimed position.
        index: LeafIndex,
        /// The tree's size.
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
    /// Too few or too many digests for these sizes.
    #[error("a proof of {digests} digests does not fit these sizes")]
    Length {
        /// The number of digests in the proof.
        digests: usize,
    },
    /// The proof leads to another root than the one given.
    #[error("the proof does not lead to the root")]
    Root,
    /// The proof leads to another old root than the one given.
    #[error("the proof does not lead to the old root")]
    OldRoot,
}

/// Checks that `leaf` is at `index` in the tree of `size` leaves with `root` [RFC 9162 2.1.3.2].
pub fn verify_inclusion(
    leaf: &Digest,
    index: LeafIndex,
    size: TreeSize,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    // 1. Compare leaf_index with tree_size.
    if index.0 >= size.0 {
        return Err(ProofError::IndexBeyondSize { index, size });
    }
    // 2. Set fn to leaf_index and sn to tree_size - 1.
    let mut walk = Walk { fnode: index.0, snode: size.0 - 1 };
    // 3. Set r to the hash of the leaf.
    let mut r = *leaf;
    // 4. For each value p in the inclusion_path:
    for p in proof {
        r = match walk.step(proof.len())? {
            Side::Left => node_hash(p, &r),
            Side::Right => node_hash(&r, p),
        };
    }
    // 5. Compare sn with 0, and r with the root.
    walk.is_at_root(proof.len())?;
    if r == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `new_size` with `new_root` extends the tree of `old_size` with `old_root`
/// [RFC 9162 2.1.4.2].
///
/// Of the cases that the RFC leaves out, equal sizes and an empty old tree are proved by no digests.
pub fn verify_consistency(
    old_size: TreeSize,
    old_root: &Digest,
    new_size: TreeSize,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::SizesReversed { old: old_size, new: new_size });
    }
    if old_size.0 == 0 || old_size == new_size {
        return verify_trivial(old_size, old_root, new_size, new_root, proof);
    }
    let length = proof.len();
    // 1. If consistency_path is an empty array, fail.
    let (head, rest) = proof.split_first().ok_or(ProofError::Length { digests: 0 })?;
    // 2. If first is an exact power of 2, then prepend first_hash to the consistency_path.
    let (start, rest) = if old_size.0.is_power_of_two() { (old_root, proof) } else { (head, rest) };
    // 3. Set fn to first - 1 and sn to second - 1.
    let mut walk = Walk { fnode: old_size.0 - 1, snode: new_size.0 - 1 };
    // 4. If LSB(fn) is set, right-shift both equally until LSB(fn) is not set.
    walk.shift(walk.fnode.trailing_ones());
    // 5. Set both fr and sr to the first value in the consistency_path.
    let (mut fr, mut sr) = (*start, *start);
    // 6. For each subsequent value c in the consistency_path:
    for c in rest {
        match walk.step(length)? {
            Side::Left => (fr, sr) = (node_hash(c, &fr), node_hash(c, &sr)),
            Side::Right => sr = node_hash(&sr, c),
        }
    }
    // 7. Compare fr with first_hash, sr with second_hash and sn with 0.
    walk.is_at_root(length)?;
    if fr != *old_root {
        return Err(ProofError::OldRoot);
    }
    if sr == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// The cases without a path: nothing extended by anything, and a tree extended by nothing.
fn verify_trivial(
    old_size: TreeSize,
    old_root: &Digest,
    new_size: TreeSize,
    new_root: &Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if !proof.is_empty() {
        return Err(ProofError::Length { digests: proof.len() });
    }
    if old_size.0 == 0 && *old_root != empty_root() {
        return Err(ProofError::OldRoot);
    }
    if old_size == new_size && old_root != new_root { Err(ProofError::Root) } else { Ok(()) }
}

/// On which side of the node walked so far the next digest stands.
enum Side {
    Left,
    Right,
}

/// The RFC's `fn` and `sn`: a node and the last node of its level, on the way up.
struct Walk {
    fnode: u64,
    snode: u64,
}

impl Walk {
    /// The steps a to c that both verifications share, for one digest of a proof of `digests`.
    fn step(&mut self, digests: usize) -> Result<Side, ProofError> {
        // a. If sn is 0, fail: the root is reached and the proof goes on.
        if self.snode == 0 {
            return Err(ProofError::Length { digests });
        }
        // b. If LSB(fn) is set, or fn equals sn, the digest is a left sibling.
        let side = if self.fnode & 1 == 1 || self.fnode == self.snode {
            // Then, if LSB(fn) is not set, right-shift both until LSB(fn) is set or fn is 0.
            if self.fnode != 0 {
                self.shift(self.fnode.trailing_zeros());
            }
            Side::Left
        } else {
            Side::Right
        };
        // c. Right-shift both one time.
        self.shift(1);
        Ok(side)
    }

    fn is_at_root(&self, digests: usize) -> Result<(), ProofError> {
        if self.snode == 0 { Ok(()) } else { Err(ProofError::Length { digests }) }
    }

    /// Goes up `levels` levels; 64 are possible where a size is 2^64 - 1.
    fn shift(&mut self, levels: u32) {
        self.fnode = self.fnode.checked_shr(levels).unwrap_or(0);
        self.snode = self.snode.checked_shr(levels).unwrap_or(0);
    }
}
