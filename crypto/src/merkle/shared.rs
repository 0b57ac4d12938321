//! One proof for several leaves of a tree.
//!
//! What it guarantees: whoever finds the root of a checkpoint so has the leaves that the tree has at these
//! places. A hash that two leaves need stands in the proof once.

use core::ops::Range;

use super::node::{LeafIndex, TreeSize, node_hash};
use super::proof::ProofError;
use super::tree::{Tree, TreeError, split};
use crate::Digest;

impl Tree {
    /// The roots of the largest subtrees that hold none of these leaves, from left to right: each is a node of the
    /// tree of `size` leaves [RFC 9162 2.1.1].
    ///
    /// # Errors
    /// [`TreeError`] if the tree never had so many leaves, or one of the leaves lies beyond them.
    pub fn shared_proof(
        &self,
        leaves: &[LeafIndex],
        size: TreeSize,
    ) -> Result<Vec<Digest>, TreeError> {
        self.root_at(size)?;
        if let Some(index) = leaves.iter().copied().find(|it| it.0 >= size.0) {
            return Err(TreeError::IndexBeyondSize { index, size });
        }
        let mut proof = Vec::new();
        self.add_siblings(0..size.0, leaves, &mut proof);
        Ok(proof)
    }

    fn add_siblings(&self, range: Range<u64>, leaves: &[LeafIndex], proof: &mut Vec<Digest>) {
        if leaves.is_empty() {
            proof.push(self.range_root(&range));
        } else if range.end - range.start > 1 {
            let (left, right) = halves(&range);
            let (before, behind) = leaves.split_at(leaves.partition_point(|it| it.0 < left.end));
            self.add_siblings(left, before, proof);
            self.add_siblings(right, behind, proof);
        }
    }
}

/// The root of the tree of `size` leaves that has these leaves at their places, and beside them what the proof
/// says.
///
/// # Errors
/// [`ProofError`] if the leaves are not in ascending order or none, if one of them lies beyond the tree, or if the
/// proof has more or fewer digests than they need.
pub fn root_with(
    size: TreeSize,
    leaves: &[(LeafIndex, Digest)],
    proof: &[Digest],
) -> Result<Digest, ProofError> {
    let length = ProofError::Length { digests: proof.len() };
    if let Some((index, _)) = leaves.iter().copied().find(|(index, _)| index.0 >= size.0) {
        return Err(ProofError::IndexBeyondSize { index, size });
    }
    if leaves.is_empty() || !leaves.is_sorted_by(|(one, _), (other, _)| one < other) {
        return Err(length);
    }
    let mut rest = proof.iter();
    let root = root_of(0..size.0, leaves, &mut rest).ok_or(length)?;
    if rest.next().is_some() { Err(length) } else { Ok(root) }
}

fn root_of(
    range: Range<u64>,
    leaves: &[(LeafIndex, Digest)],
    proof: &mut core::slice::Iter<'_, Digest>,
) -> Option<Digest> {
    if leaves.is_empty() {
        return proof.next().copied();
    }
    if range.end - range.start == 1 {
        return Some(leaves[0].1);
    }
    let (left, right) = halves(&range);
    let (before, behind) = leaves.split_at(leaves.partition_point(|(it, _)| it.0 < left.end));
    Some(node_hash(&root_of(left, before, proof)?, &root_of(right, behind, proof)?))
}

/// The two subtrees of a node above several leaves.
const fn halves(range: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = range.start + split(range.end - range.start);
    (range.start..middle, middle..range.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::leaf_hash;

    fn tree(size: u64) -> Tree {
        let mut tree = Tree::new();
        for at in 0..size {
            tree.append(leaf_hash(&at.to_be_bytes()));
        }
        tree
    }

    fn chosen(tree: &Tree, mask: u64, size: u64) -> Vec<(LeafIndex, Digest)> {
        let is_in = |at: &u64| mask >> at & 1 == 1;
        let leaf = |at| (LeafIndex(at), tree.leaf(LeafIndex(at)).unwrap());
        (0..size).filter(is_in).map(leaf).collect()
    }

    #[test]
    fn any_leaves_of_any_tree_are_proved_and_nothing_else_is() {
        let tree = tree(9);
        for size in 1..=9 {
            let root = tree.root_at(TreeSize(size)).unwrap();
            for mask in 1..1_u64 << size {
                let leaves = chosen(&tree, mask, size);
                let at: Vec<_> = leaves.iter().map(|(at, _)| *at).collect();
                let proof = tree.shared_proof(&at, TreeSize(size)).unwrap();
                let found = |leaves: &[(LeafIndex, Digest)], proof: &[Digest]| {
                    root_with(TreeSize(size), leaves, proof)
                };
                assert_eq!(found(&leaves, &proof), Ok(root), "{size} {mask:b}");
                for place in 0..leaves.len() {
                    let mut other = leaves.clone();
                    other[place].1 = leaf_hash(b"another record");
                    assert_ne!(found(&other, &proof), Ok(root), "{size} {mask:b}: {place}");
                    let mut fewer = leaves.clone();
                    fewer.remove(place);
                    assert_ne!(found(&fewer, &proof), Ok(root), "{size} {mask:b} without {place}");
                }
                let length = |proof: &[Digest]| {
                    assert_eq!(
                        found(&leaves, proof),
                        Err(ProofError::Length { digests: proof.len() })
                    );
                };
                length(&[&proof[..], &[root]].concat());
                if let [_, rest @ ..] = &proof[..] {
                    length(rest);
                }
            }
        }
    }

    #[test]
    fn one_leaf_needs_what_its_inclusion_proof_has() {
        let (tree, size) = (tree(100), TreeSize(100));
        for at in (0..100).map(LeafIndex) {
            let mut shared = tree.shared_proof(&[at], size).unwrap();
            let mut own = tree.inclusion_proof(at, size).unwrap();
            shared.sort_unstable();
            own.sort_unstable();
            assert_eq!(shared, own);
        }
    }

    #[test]
    fn leaves_out_of_order_or_beyond_the_tree_prove_nothing() {
        let (tree, size) = (tree(4), TreeSize(4));
        let leaves = chosen(&tree, 0b1111, 4);
        let swapped = [leaves[1], leaves[0], leaves[2], leaves[3]];
        let twice = [leaves[0], leaves[0], leaves[2], leaves[3]];
        for wrong in [&swapped[..], &twice, &[]] {
            assert_eq!(root_with(size, wrong, &[]), Err(ProofError::Length { digests: 0 }));
        }
        let beyond = ProofError::IndexBeyondSize { index: LeafIndex(3), size: TreeSize(3) };
        assert_eq!(root_with(TreeSize(3), &leaves, &[]), Err(beyond));
        assert!(tree.shared_proof(&[LeafIndex(4)], size).is_err());
        assert!(tree.shared_proof(&[], TreeSize(5)).is_err());
        // A size that no tree has costs no more than the leaves that are shown.
        let far = [(LeafIndex(u64::MAX - 1), leaves[0].1)];
        assert!(root_with(TreeSize(u64::MAX), &far, &[]).is_err());
    }
}
