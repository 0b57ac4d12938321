//! All small trees against the recursive definitions of the RFC, and its known vectors.

use proptest::prelude::*;

use super::*;
use crate::hash::{Digest, sha256};

const SIZE_MAX: u64 = 64;

fn leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|i| leaf_hash(&i.to_be_bytes())).collect()
}

fn tree_of(leaves: &[Digest]) -> Tree {
    let mut tree = Tree::new();
    for leaf in leaves {
        tree.append(*leaf);
    }
    tree
}

/// The largest power of two below `n`, found by doubling.
fn split_naive(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}

/// `MTH(D)` as RFC 9162 2.1.1 defines it.
fn mth(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split_naive(leaves.len()));
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// `PATH(m, D)` as RFC 9162 2.1.3.1 defines it, with the side of each digest.
fn path(m: usize, leaves: &[Digest]) -> Vec<(char, Digest)> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let k = split_naive(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut steps, last) = if m < k {
        (path(m, left), ('r', mth(right)))
    } else {
        (path(m - k, right), ('l', mth(left)))
    };
    steps.push(last);
    steps
}

/// `SUBPROOF(m, D, b)` as RFC 9162 2.1.4.1 defines it.
fn subproof(m: usize, leaves: &[Digest], known: bool) -> Vec<Digest> {
    if m == leaves.len() {
        return if known { Vec::new() } else { vec![mth(leaves)] };
    }
    let k = split_naive(leaves.len());
    let (left, right) = leaves.split_at(k);
    let (mut proof, last) = if m <= k {
        (subproof(m, left, known), mth(right))
    } else {
        (subproof(m - k, right, false), mth(left))
    };
    proof.push(last);
    proof
}

fn pairs() -> impl Iterator<Item = (u64, u64)> {
    (0..=SIZE_MAX).flat_map(|new| (0..=new).map(move |old| (old, new)))
}

/// A proof with one defect each: every digest replaced, one cut from each end, one added.
fn defects(proof: &[Digest]) -> Vec<Vec<Digest>> {
    let other = sha256(b"other");
    let mut all: Vec<_> = (0..proof.len())
        .map(|at| {
            let mut wrong = proof.to_vec();
            wrong[at] = other;
            wrong
        })
        .collect();
    if let [_, rest @ ..] = proof {
        all.push(rest.to_vec());
        all.push(proof[..proof.len() - 1].to_vec());
    }
    all.push([proof, &[other]].concat());
    all.push([&[other], proof].concat());
    all
}

#[test]
fn all_small_roots_are_those_of_the_definition() {
    let all = leaves(SIZE_MAX);
    let (mut frontier, tree) = (Frontier::new(), tree_of(&all));
    for size in 0..=SIZE_MAX {
        let prefix = &all[..usize::try_from(size).unwrap()];
        assert_eq!(frontier.size(), TreeSize(size));
        assert_eq!(frontier.root(), mth(prefix), "size {size}");
        assert_eq!(tree.root_at(TreeSize(size)), Ok(mth(prefix)), "size {size}");
        assert_eq!(tree.frontier_at(TreeSize(size)).as_ref(), Ok(&frontier), "size {size}");
        assert_eq!(tree_of(prefix).frontier(), &frontier);
        if let Some(leaf) = tree.leaf(LeafIndex(size)) {
            frontier.append(leaf);
        }
    }
    assert_eq!(frontier.root(), tree.root());
}

#[test]
fn all_small_inclusion_proofs_verify_and_no_defect_does() {
    let all = leaves(SIZE_MAX);
    let tree = tree_of(&all);
    for size in 1..=SIZE_MAX {
        let root = tree.root_at(TreeSize(size)).unwrap();
        for index in 0..size {
            let (at, end) = (usize::try_from(index).unwrap(), usize::try_from(size).unwrap());
            let proof = tree.inclusion_proof(LeafIndex(index), TreeSize(size)).unwrap();
            let expected: Vec<_> = path(at, &all[..end]).into_iter().map(|(_, d)| d).collect();
            assert_eq!(proof, expected, "leaf {index} of {size}");
            let check = |leaf: &Digest, proof: &[Digest], root: &Digest| {
                verify_inclusion(leaf, LeafIndex(index), TreeSize(size), proof, root)
            };
            assert_eq!(check(&all[at], &proof, &root), Ok(()), "leaf {index} of {size}");
            for wrong in defects(&proof) {
                assert!(check(&all[at], &wrong, &root).is_err(), "leaf {index} of {size}");
            }
            let other = sha256(b"other");
            assert_eq!(check(&other, &proof, &root), Err(ProofError::Root));
            assert_eq!(check(&all[at], &proof, &other), Err(ProofError::Root));
        }
    }
}

#[test]
fn a_proof_is_refused_at_every_other_index() {
    let all = leaves(SIZE_MAX);
    let tree = tree_of(&all);
    for (size, index) in (1..=SIZE_MAX).flat_map(|size| (0..size).map(move |i| (size, i))) {
        let size = TreeSize(size);
        let root = tree.root_at(size).unwrap();
        let proof = tree.inclusion_proof(LeafIndex(index), size).unwrap();
        let leaf = tree.leaf(LeafIndex(index)).unwrap();
        for wrong in (0..=size.0).filter(|wrong| *wrong != index) {
            let result = verify_inclusion(&leaf, LeafIndex(wrong), size, &proof, &root);
            assert!(result.is_err(), "leaf {index} of {size} at {wrong}");
        }
    }
}

/// The size alone is not bound by the root: another size passes exactly if the leaf's way up turns
/// alike in both trees. So size and root are only ever taken together, from one checkpoint.
#[test]
fn a_proof_is_refused_at_every_other_size_in_which_the_way_up_differs() {
    let all = leaves(32);
    let tree = tree_of(&all);
    let turns = |index: usize, size: usize| -> String {
        path(index, &all[..size]).into_iter().map(|(side, _)| side).collect()
    };
    for (size, index) in (1..=32).flat_map(|size| (0..size).map(move |i| (size, i))) {
        let at = LeafIndex(index as u64);
        let root = tree.root_at(TreeSize(size as u64)).unwrap();
        let proof = tree.inclusion_proof(at, TreeSize(size as u64)).unwrap();
        for wrong in 0..=32 {
            let result = verify_inclusion(&all[index], at, TreeSize(wrong as u64), &proof, &root);
            let alike = wrong > index && turns(index, wrong) == turns(index, size);
            assert_eq!(result.is_ok(), alike, "leaf {index} of {size} as of {wrong}");
        }
    }
}

#[test]
fn all_small_consistency_proofs_verify_and_no_defect_does() {
    let all = leaves(SIZE_MAX);
    let tree = tree_of(&all);
    for (old, new) in pairs() {
        let (old, new) = (TreeSize(old), TreeSize(new));
        let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root_at(new).unwrap());
        let proof = tree.consistency_proof(old, new).unwrap();
        if old.0 != 0 {
            let (m, n) = (usize::try_from(old.0).unwrap(), usize::try_from(new.0).unwrap());
            assert_eq!(proof, subproof(m, &all[..n], true), "{old} to {new}");
        }
        let check = |proof: &[Digest], old_root: &Digest, new_root: &Digest| {
            verify_consistency(old, old_root, new, new_root, proof)
        };
        assert_eq!(check(&proof, &old_root, &new_root), Ok(()), "{old} to {new}");
        for wrong in defects(&proof) {
            assert!(check(&wrong, &old_root, &new_root).is_err(), "{old} to {new}");
        }
        let other = sha256(b"other");
        assert!(check(&proof, &other, &new_root).is_err(), "{old} to {new}");
        // Everything extends the empty tree, so only there another new root is no contradiction.
        let refused = check(&proof, &old_root, &other).is_err();
        assert_eq!(refused, old.0 != 0 || new.0 == 0, "{old} to {new}");
    }
}

#[test]
fn a_consistency_proof_is_refused_at_every_other_old_size() {
    let tree = tree_of(&leaves(SIZE_MAX));
    for (old, new) in pairs() {
        let (old, new) = (TreeSize(old), TreeSize(new));
        let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root_at(new).unwrap());
        let proof = tree.consistency_proof(old, new).unwrap();
        for wrong in (0..=new.0 + 1).filter(|wrong| *wrong != old.0) {
            let result = verify_consistency(TreeSize(wrong), &old_root, new, &new_root, &proof);
            assert!(result.is_err(), "{old} to {new} as from {wrong}");
        }
    }
}

#[test]
fn what_lies_beyond_the_tree_is_refused() {
    let tree = tree_of(&leaves(5));
    let beyond = TreeError::SizeBeyondTree { size: TreeSize(6), tree: TreeSize(5) };
    assert_eq!(tree.root_at(TreeSize(6)), Err(beyond));
    assert_eq!(tree.frontier_at(TreeSize(6)), Err(beyond));
    assert_eq!(tree.inclusion_proof(LeafIndex(0), TreeSize(6)), Err(beyond));
    assert_eq!(tree.consistency_proof(TreeSize(1), TreeSize(6)), Err(beyond));
    assert_eq!(
        tree.inclusion_proof(LeafIndex(4), TreeSize(4)),
        Err(TreeError::IndexBeyondSize { index: LeafIndex(4), size: TreeSize(4) })
    );
    assert_eq!(
        tree.consistency_proof(TreeSize(4), TreeSize(3)),
        Err(TreeError::SizesReversed { old: TreeSize(4), new: TreeSize(3) })
    );
}

#[test]
fn the_greatest_sizes_do_not_overflow() {
    let (max, digest) = (TreeSize(u64::MAX), sha256(b""));
    let long = [digest; 64];
    let inclusion = verify_inclusion(&digest, LeafIndex(u64::MAX - 1), max, &long, &digest);
    assert!(inclusion.is_err());
    for old in [1, 1 << 63, u64::MAX - 1] {
        assert!(verify_consistency(TreeSize(old), &digest, max, &digest, &long).is_err());
        assert!(verify_consistency(TreeSize(old), &digest, max, &digest, &[]).is_err());
    }
}

/// The records of the Certificate Transparency test suite.
fn ct_tree() -> Tree {
    let records: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    tree_of(&records.map(leaf_hash))
}

#[test]
fn roots_match_the_certificate_transparency_vectors() {
    let tree = ct_tree();
    for (size, root) in [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(tree.root_at(TreeSize(size as u64)).unwrap().to_string(), root, "size {size}");
    }
}

#[test]
fn proofs_match_the_certificate_transparency_vectors() {
    let tree = ct_tree();
    let written = |proof: Vec<Digest>| proof.iter().map(Digest::to_string).collect::<Vec<_>>();
    assert_eq!(
        written(tree.inclusion_proof(LeafIndex(0), TreeSize(8)).unwrap()),
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ]
    );
    assert_eq!(
        written(tree.consistency_proof(TreeSize(6), TreeSize(8)).unwrap()),
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn larger_trees_prove_every_pair_drawn(
        (old, new) in (1..2000_u64).prop_flat_map(|new| (0..=new, Just(new))),
        pick in any::<prop::sample::Index>(),
    ) {
        let tree = tree_of(&leaves(new));
        let index = LeafIndex(pick.index(usize::try_from(new).unwrap()) as u64);
        let (old, new) = (TreeSize(old), TreeSize(new));
        let (old_root, new_root) = (tree.root_at(old).unwrap(), tree.root());
        let path = tree.inclusion_proof(index, new).unwrap();
        let leaf = tree.leaf(index).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, new, &path, &new_root), Ok(()));
        let proof = tree.consistency_proof(old, new).unwrap();
        prop_assert_eq!(verify_consistency(old, &old_root, new, &new_root, &proof), Ok(()));
    }

    #[test]
    fn a_frontier_goes_on_from_any_earlier_state(cut in 0..300_u64, more in 0..300_u64) {
        let all = leaves(cut + more);
        let tree = tree_of(&all);
        let mut frontier = tree.frontier_at(TreeSize(cut)).unwrap();
        for leaf in &all[usize::try_from(cut).unwrap()..] {
            frontier.append(*leaf);
        }
        prop_assert_eq!(&frontier, tree.frontier());
    }
}
