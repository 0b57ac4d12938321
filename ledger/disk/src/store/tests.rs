use std::fs;

use nemcon_crypto::{Signature, hash};
use nemcon_ledger::durable::Seal;
use proptest::prelude::*;

use super::*;
use crate::journal::read_from;
use crate::storage::faulty::{LOSSES, Memory, STOPS};

fn council() -> Digest {
    hash::sha256(b"council")
}

/// Block `height` has `height % 3 + 1` records.
fn block(height: u64) -> Entry {
    let records = (0..=height % 3).map(|n| format!("record {height} {n}").into_bytes()).collect();
    Entry::Block(CommittedBlock { height: Height(height), records, certificate: vec![1; 10] })
}

fn seal(height: u64) -> Entry {
    Entry::Seal(Seal {
        size: TreeSize(height),
        root: council(),
        member: "FR".to_owned(),
        time_s: 7,
        signature: Signature::from_bytes([1; 64]),
    })
}

fn keys(entry: &Entry) -> Vec<RecordKeys> {
    let Entry::Block(block) = entry else { return Vec::new() };
    let keys = |record: &Vec<u8>| RecordKeys {
        text_hash: hash::sha256(record),
        measures: vec![block.height.0 % 2],
        members: vec!["EL".to_owned()],
    };
    block.records.iter().map(keys).collect()
}

fn append<S: Storage>(store: &mut Store<S>, entry: &Entry) -> Result<(), StoreError> {
    store.append(entry, keys(entry))
}

fn open(dir: &Path) -> (Store, Vec<Entry>) {
    let mut seen = Vec::new();
    let mut replay = |entry: &Entry, _| {
        seen.push(entry.clone());
        Ok::<_, ()>(keys(entry))
    };
    let (store, _) = Store::open(dir, council(), &mut replay).unwrap();
    (store, seen)
}

fn fill(dir: &Path, heights: core::ops::Range<u64>) -> Store {
    let (mut store, _) = open(dir);
    for height in heights {
        append(&mut store, &block(height)).unwrap();
        append(&mut store, &seal(height)).unwrap();
        store.sync().unwrap();
    }
    store
}

/// Checks that every record is found by its leaf and through the index, and nothing else is.
fn verify_all(store: &Store, heights: u64) {
    let blocks = (0..heights).map(block);
    let records: Vec<Vec<u8>> = blocks
        .flat_map(|entry| match entry {
            Entry::Block(block) => block.records,
            Entry::Seal(_) => Vec::new(),
        })
        .collect();
    assert_eq!(store.size(), TreeSize(records.len() as u64));
    let index = store.index().unwrap();
    for (leaf, record) in (0..).map(LeafIndex).zip(&records) {
        assert_eq!(store.record(leaf).unwrap().as_ref(), Some(record));
        assert_eq!(index.by_hash(hash::sha256(record)).unwrap(), Some(leaf));
    }
    assert_eq!(store.record(LeafIndex(store.size().0)).unwrap(), None);
    let all: Vec<LeafIndex> = (0..records.len() as u64).map(LeafIndex).collect();
    assert_eq!(index.by_member("EL", LeafIndex(0), 999).unwrap(), all);
    let of = |number| index.by_measure(number, LeafIndex(0), 999).unwrap();
    let mut both = [of(0), of(1)].concat();
    both.sort();
    assert_eq!(both, all);
}

#[test]
fn a_store_is_replayed_in_order_and_answers_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = fill(folder.path(), 0..7);
    verify_all(&store, 7);
    drop(store);
    let (store, seen) = open(folder.path());
    assert!(seen.into_iter().eq((0..7).flat_map(|height| [block(height), seal(height)])));
    verify_all(&store, 7);
    assert_eq!(store.next_height(), Height(7));
}

#[test]
fn an_index_that_is_missing_behind_or_damaged_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let (dir, index) = (folder.path(), folder.path().join("index"));
    drop(fill(dir, 0..4));
    fs::rename(&index, dir.join("behind")).unwrap();
    drop(fill(dir, 4..7));
    verify_all(&open(dir).0, 7);

    fs::remove_dir_all(&index).unwrap();
    fs::rename(dir.join("behind"), &index).unwrap();
    verify_all(&open(dir).0, 7);

    fs::remove_dir_all(&index).unwrap();
    verify_all(&open(dir).0, 7);

    let db = index.join("db");
    let whole = fs::read(&db).unwrap();
    let used = whole.iter().rposition(|&byte| byte != 0).unwrap();
    for at in (0..used).step_by(used / 8) {
        let mut altered = whole.clone();
        altered[at] ^= 0xff;
        fs::write(&db, altered).unwrap();
        verify_all(&open(dir).0, 7);
    }
    fs::write(index.join("conf"), b"no").unwrap();
    verify_all(&open(dir).0, 7);
}

#[test]
fn an_index_ahead_of_a_restored_journal_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    drop(fill(folder.path(), 0..3));
    let segment = folder.path().join("journal/00000000000000000000.seg");
    let early = fs::read(&segment).unwrap();
    drop(fill(folder.path(), 3..6));
    fs::write(&segment, early).unwrap();
    verify_all(&open(folder.path()).0, 3);
}

#[test]
fn keys_that_the_index_lost_silently_are_put_back() {
    let folder = tempfile::tempdir().unwrap();
    drop(fill(folder.path(), 0..5));
    assert!(crate::index::lose_every_third_row(&folder.path().join("index")) > 2);
    verify_all(&open(folder.path()).0, 5);
}

#[test]
fn the_caller_can_stop_the_opening() {
    let folder = tempfile::tempdir().unwrap();
    drop(fill(folder.path(), 0..3));
    let mut count = 0;
    let mut replay = |entry: &Entry, _| {
        count += 1;
        if count == 4 { Err("no") } else { Ok(keys(entry)) }
    };
    let error = Store::open(folder.path(), council(), &mut replay).err().unwrap();
    assert!(matches!(error, OpenError::Replay { error: "no", .. }));
    assert_eq!(count, 4);
    verify_all(&open(folder.path()).0, 3);
}

#[test]
fn blocks_come_by_height_within_a_bound() {
    let folder = tempfile::tempdir().unwrap();
    let store = fill(folder.path(), 0..6);
    let from = |height, bytes_max| -> Vec<u64> {
        let blocks = store.blocks_from(Height(height), usize::MAX, bytes_max).unwrap();
        for found in &blocks {
            assert_eq!(Entry::Block(found.clone()), block(found.height.0));
        }
        blocks.iter().map(|found| found.height.0).collect()
    };
    assert_eq!(from(0, usize::MAX), [0, 1, 2, 3, 4, 5]);
    assert_eq!(from(4, 0), [4], "at least one, or a reader would never get on");
    assert_eq!(from(0, 10 + 10 + 10 + 20), [0, 1]);
    assert!(from(6, 100).is_empty() && from(u64::MAX, 100).is_empty());
}

#[test]
fn records_are_read_beside_who_appends_where_it_says_that_they_lie() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = fill(folder.path(), 0..7);
    let journal = folder.path().join("journal");
    let read = |places: Vec<BlockPlace>| -> Vec<(u64, Vec<u8>)> {
        let blocks = places.into_iter().map(|place| {
            let Entry::Block(block) = read_from(&journal, place.position).unwrap() else {
                unreachable!()
            };
            (place.first_leaf.0..).zip(block.records)
        });
        blocks.flatten().collect()
    };
    for from in 0..=store.size().0 {
        for leaves in 0..=4 {
            let found = read(store.places(LeafIndex(from), leaves));
            for leaf in from..(from + leaves).min(store.size().0) {
                let record = store.record(LeafIndex(leaf)).unwrap().unwrap();
                assert!(found.contains(&(leaf, record)), "{leaf} of {leaves} from {from}");
            }
        }
    }
    assert_eq!(store.places(LeafIndex(0), 0), []);
    assert_eq!(store.places(LeafIndex(u64::MAX), u64::MAX), []);
    assert_eq!(store.places(LeafIndex(0), u64::MAX).len(), 7);
    append(&mut store, &block(7)).unwrap();
    let last = store.places(LeafIndex(store.size().0 - 1), u64::MAX);
    assert_eq!(last.len(), 1);
    assert!(!read(last).is_empty(), "also before it is durable");
}

#[test]
fn blocks_out_of_order_and_keys_of_other_records_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = fill(folder.path(), 0..2);
    for wrong in [1, 3] {
        let refusal = append(&mut store, &block(wrong)).unwrap_err();
        assert!(matches!(refusal, StoreError::HeightOutOfOrder { expected: Height(2), .. }));
    }
    let refusal = store.append(&block(2), Vec::new()).unwrap_err();
    assert!(matches!(refusal, StoreError::KeyCount { records: 3, keys: 0 }));
    let refusal = store.append(&seal(1), keys(&block(1))).unwrap_err();
    assert!(matches!(refusal, StoreError::KeyCount { records: 0, keys: 2 }));
    append(&mut store, &block(2)).unwrap();
    store.sync().unwrap();
    verify_all(&store, 3);
}

fn open_in(memory: &Memory) -> Result<(Store<Memory>, u64), OpenError<()>> {
    let dir = Path::new("/journal");
    let (journal, recovered) = Journal::open_in(memory.clone(), dir, council(), 500)?;
    let store = Store::replayed(journal, None, &mut |entry, _| Ok(keys(entry)))?;
    Ok((store, recovered.entries))
}

/// Appends and syncs blocks until the storage stops, and returns how many were acknowledged.
fn work(memory: &Memory) -> u64 {
    let Ok((mut store, _)) = open_in(memory) else { return 0 };
    for height in 0..5 {
        let done = append(&mut store, &block(height)).is_ok()
            && append(&mut store, &seal(height)).is_ok()
            && store.sync().is_ok();
        if !done {
            assert!(append(&mut store, &seal(0)).is_err() && store.sync().is_err());
            return height;
        }
    }
    5
}

#[test]
fn every_acknowledged_block_survives_a_stop_at_every_operation() {
    let all = Memory::default();
    assert_eq!(work(&all), 5);
    for (operation, stop) in (0..=all.operations()).flat_map(|at| STOPS.map(|stop| (at, stop))) {
        for loss in LOSSES {
            let memory = Memory::stopping_at(operation, stop);
            let acknowledged = work(&memory);
            let (store, _) = open_in(&memory.after_loss(loss)).unwrap();
            let blocks = store.blocks_from(Height(0), usize::MAX, usize::MAX).unwrap();
            assert!(blocks.len() as u64 >= acknowledged);
            assert!(blocks.into_iter().map(Entry::Block).eq((0..store.next_height().0).map(block)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn restarts_anywhere_change_no_answer(restarts in prop::collection::vec(0..4_u64, 1..5)) {
        let folder = tempfile::tempdir().unwrap();
        let mut height = 0;
        for count in restarts {
            let store = fill(folder.path(), height..height + count);
            height += count;
            verify_all(&store, height);
        }
    }
}
