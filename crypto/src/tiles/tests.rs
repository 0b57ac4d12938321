//! Paths as the specification draws them, and tiles rebuilt into their tree.

use core::num::NonZeroU8;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::path::row_of;
use super::*;
use crate::merkle::{Tree, leaf_hash, verify_consistency};
use crate::{Digest, TreeSize};

fn record(index: u64) -> Vec<u8> {
    format!("record {index}").into_bytes()
}

fn tree(size: u64) -> Tree {
    let mut tree = Tree::new();
    for index in 0..size {
        tree.append(leaf_hash(&record(index)));
    }
    tree
}

fn hashes(level: u8, index: u64, partial: Option<u8>) -> TilePath {
    let row = TileRow::Hashes(TileLevel::new(level).unwrap());
    TilePath { row, index, partial: partial.and_then(NonZeroU8::new) }
}

fn entries(index: u64, partial: Option<u8>) -> TilePath {
    TilePath { row: TileRow::Entries, ..hashes(0, index, partial) }
}

#[test]
fn paths_are_written_as_the_specification_draws_them() {
    for (path, text) in [
        (hashes(0, 0, None), "tile/0/000"),
        (hashes(63, 999, None), "tile/63/999"),
        (hashes(0, 1000, None), "tile/0/x001/000"),
        (hashes(0, 1_234_067, None), "tile/0/x001/x234/067"),
        (hashes(0, 1_234_067, Some(8)), "tile/0/x001/x234/067.p/8"),
        (hashes(1, 1_000_000, Some(255)), "tile/1/x001/x000/000.p/255"),
        (entries(5, None), "tile/entries/005"),
        (entries(5, Some(1)), "tile/entries/005.p/1"),
        (entries(u64::MAX, None), "tile/entries/x018/x446/x744/x073/x709/x551/615"),
    ] {
        assert_eq!(path.to_string(), text);
        assert_eq!(text.parse(), Ok(path));
    }
}

#[test]
fn each_defect_of_a_path_is_refused() {
    for (name, text) in [
        ("nothing", ""),
        ("no level", "tile/000"),
        ("no index", "tile/0/"),
        ("other root", "tiles/0/000"),
        ("leading slash", "/tile/0/000"),
        ("level 64", "tile/64/000"),
        ("level with a zero", "tile/00/000"),
        ("level with a sign", "tile/+1/000"),
        ("negative level", "tile/-1/000"),
        ("other row", "tile/data/000"),
        ("one digit", "tile/0/5"),
        ("four digits", "tile/0/1000"),
        ("needless group", "tile/0/x000/005"),
        ("group without x", "tile/0/001/005"),
        ("x on the last group", "tile/0/x005"),
        ("doubled x", "tile/0/xx01/005"),
        ("short group", "tile/0/x1/005"),
        ("sign in a group", "tile/0/+05"),
        ("trailing slash", "tile/0/005/"),
        ("dots", "tile/0/../005"),
        ("width 0", "tile/0/005.p/0"),
        ("width 256", "tile/0/005.p/256"),
        ("width with a zero", "tile/0/005.p/08"),
        ("width with a sign", "tile/0/005.p/+8"),
        ("no width", "tile/0/005.p/"),
        ("two widths", "tile/0/005.p/8.p/8"),
        ("2^64", "tile/0/x018/x446/x744/x073/x709/x551/616"),
        ("one group too many", "tile/0/x001/x018/x446/x744/x073/x709/x551/615"),
    ] {
        assert_eq!(text.parse::<TilePath>(), Err(TilePathError), "{name}");
    }
}

/// The rows of a tree, each as its number of full tiles and the width of its partial one.
fn rows(size: u64) -> BTreeMap<TileRow, (u64, u16)> {
    let mut rows = BTreeMap::new();
    for path in tiles_of(TreeSize(size)) {
        let (full, partial) = rows.entry(path.row).or_insert((0, 0));
        assert_eq!((path.index, *partial), (*full, 0), "{path} is next in its row");
        match path.partial {
            None => *full += 1,
            Some(width) => *partial = width.get().into(),
        }
    }
    rows
}

#[test]
fn the_examples_of_the_specification_have_their_tiles() {
    let level = |l| TileRow::Hashes(TileLevel::new(l).unwrap());
    let expected = [
        (TileRow::Entries, (273, 112)),
        (level(0), (273, 112)),
        (level(1), (1, 17)),
        (level(2), (0, 1)),
    ];
    assert_eq!(rows(70_000), expected.into());
    let expected = [(TileRow::Entries, (1, 0)), (level(0), (1, 0)), (level(1), (0, 1))];
    assert_eq!(rows(256), expected.into());
    assert_eq!(rows(0), BTreeMap::new());
    assert_eq!(rows(1), [(TileRow::Entries, (0, 1)), (level(0), (0, 1))].into());
}

#[test]
fn the_greatest_tree_has_tiles_of_eight_levels() {
    // Walking them all would take until the end of the world; the rows are lazy.
    assert_eq!(tiles_of(TreeSize(u64::MAX)).next(), Some(entries(0, None)));
    let tops: Vec<_> =
        row_of(TileRow::Hashes(TileLevel::new(7).unwrap()), u64::MAX >> 56).collect();
    assert_eq!(tops, [hashes(7, 0, Some(255))]);
}

/// `MTH` of the 2^n nodes of a full tile.
fn fold(hashes: &[Digest]) -> Digest {
    let mut tree = crate::merkle::Frontier::new();
    for hash in hashes {
        tree.append(*hash);
    }
    tree.root()
}

#[test]
fn every_tile_of_a_tree_is_made_of_the_row_below_it() {
    let size = 256 * 256 + 256 * 3 + 5;
    let tree = tree(size);
    for path in tiles_of(TreeSize(size)) {
        let TileRow::Hashes(level) = path.row else { continue };
        let tile = decode_hash_tile(path, &hash_tile(&tree, path).unwrap()).unwrap();
        assert_eq!(tile.len(), usize::from(path.width()));
        for (i, hash) in (path.index * 256..).zip(tile) {
            let expected = match level.get().checked_sub(1) {
                None => leaf_hash(&record(i)),
                Some(below) => {
                    let path = hashes(below, i, None);
                    fold(&decode_hash_tile(path, &hash_tile(&tree, path).unwrap()).unwrap())
                }
            };
            assert_eq!(hash, expected, "{path}");
        }
    }
}

#[test]
fn what_the_tree_has_not_is_no_tile() {
    let tree = tree(300);
    for path in [
        hashes(0, 1, None),
        hashes(0, 1, Some(45)),
        hashes(0, 2, Some(1)),
        hashes(1, 0, Some(2)),
        hashes(2, 0, Some(1)),
        hashes(63, 0, Some(1)),
        hashes(0, u64::MAX, None),
    ] {
        assert_eq!(hash_tile(&tree, path), Err(TileError::BeyondTree { path }), "{path}");
    }
    // An older checkpoint's partial tile is still there.
    assert!(hash_tile(&tree, hashes(0, 1, Some(7))).is_ok());
    let path = entries(0, None);
    assert_eq!(hash_tile(&tree, path), Err(TileError::NotHashes { path }));
    let path = hashes(0, 0, Some(2));
    for bytes in [0, 32, 63, 65, 8192] {
        let result = decode_hash_tile(path, &vec![0; bytes]);
        assert_eq!(result, Err(TileError::Length { path, bytes }));
    }
}

#[test]
fn a_bundle_is_lengths_and_records() {
    let bundle = encode_bundle(&[&b"ab"[..], b"", b"c"]).unwrap();
    assert_eq!(bundle, [0, 2, b'a', b'b', 0, 0, 0, 1, b'c']);
    assert_eq!(decode_bundle(&bundle), Ok(vec![b"ab".to_vec(), vec![], b"c".to_vec()]));
}

#[test]
fn each_defect_of_a_bundle_has_its_refusal() {
    use BundleError::{Count, RecordTooLong, Truncated};
    for (name, bytes, error) in [
        ("empty", vec![], Count),
        ("half a length", vec![0], Truncated { record: 0 }),
        ("no record", vec![0, 1], Truncated { record: 0 }),
        ("record cut", vec![0, 1, b'a', 0, 2, b'b'], Truncated { record: 1 }),
        ("byte over", vec![0, 1, b'a', 0], Truncated { record: 1 }),
        ("257 records", [0; 2 * 257].to_vec(), Count),
    ] {
        assert_eq!(decode_bundle(&bytes), Err(error), "{name}");
    }
    assert_eq!(decode_bundle(&[0; 2 * 256]).map(|records| records.len()), Ok(256));
    assert_eq!(encode_bundle(&[b""; 257]), Err(Count));
    assert_eq!(encode_bundle::<&[u8]>(&[]), Err(Count));
    let longest = vec![7; RECORD_BYTES_MAX];
    let bundle = encode_bundle(&[&longest]).unwrap();
    assert_eq!(decode_bundle(&bundle), Ok(vec![longest.clone()]));
    let long = [&longest[..], &[7]].concat();
    let error = RecordTooLong { record: 1, bytes: RECORD_BYTES_MAX + 1 };
    assert_eq!(encode_bundle(&[longest, long]), Err(error));
}

proptest! {
    #[test]
    fn paths_are_read_as_they_were_written(
        level in prop::option::of(0..=TileLevel::MAX),
        index in prop_oneof![any::<u64>(), 0..2000_u64],
        partial: Option<u8>,
    ) {
        let row = level.and_then(TileLevel::new).map_or(TileRow::Entries, TileRow::Hashes);
        let path = TilePath { row, index, partial: partial.and_then(NonZeroU8::new) };
        prop_assert_eq!(path.to_string().parse(), Ok(path));
    }

    #[test]
    fn paths_that_are_read_are_written_back(text in "tile/(0|1|63|64|entries)(/x[0-9]{3}){0,3}/[0-9]{2,3}(.p/[0-9]{1,3})?") {
        if let Ok(path) = text.parse::<TilePath>() {
            prop_assert_eq!(path.to_string(), text);
        }
    }

    #[test]
    fn bundles_are_read_as_they_were_written(
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..=256),
    ) {
        let bundle = encode_bundle(&records).unwrap();
        prop_assert_eq!(decode_bundle(&bundle), Ok(records));
    }

    #[test]
    fn bundles_that_are_read_are_written_back(bytes in prop::collection::vec(0..4_u8, 0..60)) {
        if let Ok(records) = decode_bundle(&bytes) {
            prop_assert_eq!(encode_bundle(&records), Ok(bytes));
        }
    }
}

#[test]
fn tiles_that_grow_are_those_of_the_whole_tree() {
    let mut growing = GrowingTiles::default();
    let mut full = BTreeMap::new();
    let whole = tree(66_000);
    for size in 1..=66_000 {
        full.extend(growing.append(leaf_hash(&record(size - 1))));
        if size <= 600 || [65_535, 65_536, 65_537, 65_792, 66_000].contains(&size) {
            let mut all = full.clone();
            all.extend(growing.partial());
            let at = TreeSize(size);
            assert_eq!((growing.size(), Ok(growing.root())), (at, whole.root_at(at)));
            let paths = tiles_of(at).filter(|path| path.row != TileRow::Entries);
            assert!(paths.eq(all.keys().copied()), "{size}");
            for (path, bytes) in all {
                assert_eq!(hash_tile(&whole, path), Ok(bytes), "{path} of {size}");
            }
        }
    }
}

#[test]
fn a_tile_is_told_from_those_of_other_sizes() {
    for size in (0..600).chain([65_535, 65_536, 65_537]).map(TreeSize) {
        let ours: Vec<_> = tiles_of(size).collect();
        assert!(ours.iter().all(|path| path.is_of(size)), "{size}");
        for other in tiles_of(TreeSize(size.0 + 1)).filter(|path| !ours.contains(path)) {
            assert!(!other.is_of(size), "{other} of {size}");
        }
        for other in [hashes(8, 0, None), hashes(63, 0, Some(1)), entries(u64::MAX, None)] {
            assert!(!other.is_of(size), "{other} of {size}");
        }
    }
}

#[test]
fn the_tree_of_a_former_size_is_found_in_the_tiles_of_a_later_one() {
    for (former, whole) in [
        (0, 0),
        (0, 5),
        (1, 1),
        (1, 700),
        (255, 255),
        (255, 256),
        (256, 256),
        (256, 257),
        (257, 600),
        (511, 512),
        (512, 513),
        (700, 66_000),
        (65_535, 66_000),
        (65_536, 66_000),
        (65_793, 66_000),
    ] {
        let mut grown = GrowingTiles::default();
        let mut then = grown.clone();
        let mut kept = BTreeMap::new();
        for index in 0..whole {
            kept.extend(grown.append(leaf_hash(&record(index))));
            if index + 1 == former {
                then = grown.clone();
            }
        }
        kept.extend(grown.partial());
        let read = |path: TilePath| {
            decode_hash_tile(path, kept.get(&path).ok_or(TileError::NotHashes { path })?)
        };
        let found = GrowingTiles::of_former(TreeSize(former), TreeSize(whole), read).unwrap();
        assert_eq!((found.size(), found.root()), (then.size(), then.root()), "{former} of {whole}");
        let partial: Vec<_> = found.partial().collect();
        assert_eq!(partial, then.partial().collect::<Vec<_>>(), "{former} of {whole}");
        let (mut found, mut next) = (found, then.clone());
        for index in former..former + 300 {
            let leaf = leaf_hash(&record(index));
            assert_eq!(found.append(leaf), next.append(leaf), "{former} of {whole}");
        }
    }
}

#[test]
fn tiles_prove_what_the_tree_proves() {
    let whole = tree(70_000);
    let sizes =
        [1, 2, 3, 255, 256, 257, 511, 512, 700, 4096, 65_535, 65_536, 65_537, 69_999, 70_000];
    for new in sizes {
        for old in sizes.into_iter().chain([0]).filter(|old| *old <= new) {
            let (old, new) = (TreeSize(old), TreeSize(new));
            let read = |path: TilePath| {
                assert!(path.is_of(new), "{path} at {new}");
                decode_hash_tile(path, &hash_tile(&whole, path)?)
            };
            let proof = consistency_proof(old, new, read).unwrap();
            assert_eq!(proof, whole.consistency_proof(old, new).unwrap(), "{old} {new}");
            let (from, to) = (whole.root_at(old).unwrap(), whole.root_at(new).unwrap());
            assert_eq!(verify_consistency(old, &from, new, &to, &proof), Ok(()));
        }
    }
}
