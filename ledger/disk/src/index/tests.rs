use std::fs::File;

use nemcon_crypto::hash;

use super::*;
use crate::journal::Sequence;

fn council() -> Digest {
    hash::sha256(b"council")
}

fn at(offset: u64) -> Position {
    Position { segment: Sequence(0), offset }
}

fn keys(name: &str, measures: &[u64], members: &[&str]) -> RecordKeys {
    let members = members.iter().map(|&code| code.to_owned()).collect();
    RecordKeys { text_hash: hash::sha256(name.as_bytes()), measures: measures.to_vec(), members }
}

fn sample() -> [RecordKeys; 4] {
    [
        keys("a", &[1], &["EL"]),
        keys("b", &[1, 256], &["EL", "FR"]),
        keys("c", &[], &[]),
        keys("d", &[1], &["E"]),
    ]
}

fn leaves(numbers: &[u64]) -> Vec<LeafIndex> {
    numbers.iter().copied().map(LeafIndex).collect()
}

fn open(dir: &Path, end: u64) -> Index {
    Index::open(dir, council(), at(end)).unwrap()
}

/// Block `number` has the four records of the sample, under texts of its own.
fn block(number: u64) -> [RecordKeys; 4] {
    sample().map(|keys| {
        let text_hash = hash::sha256_parts(&[keys.text_hash.as_bytes(), &number.to_be_bytes()]);
        RecordKeys { text_hash, ..keys }
    })
}

fn apply(index: &mut Index, number: u64) -> Result<(), IndexError> {
    index.apply_block(LeafIndex(number * 4), at(number + 1), &block(number))
}

#[test]
fn records_are_found_by_hash_measure_and_member() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = open(&folder.path().join("index"), 0);
    for round in 0..3 {
        if round == 1 {
            index.write().unwrap();
        } else {
            index.apply_block(LeafIndex(5), at(70), &sample()).unwrap();
        }
        assert_eq!(index.by_hash(hash::sha256(b"c")).unwrap(), Some(LeafIndex(7)));
        assert_eq!(index.by_hash(hash::sha256(b"x")).unwrap(), None);
        let by_measure = |number, from, limit| index.by_measure(number, LeafIndex(from), limit);
        assert_eq!(by_measure(1, 0, 9).unwrap(), leaves(&[5, 6, 8]));
        assert_eq!(by_measure(1, 6, 1).unwrap(), leaves(&[6]));
        assert_eq!(by_measure(1, 6, 0).unwrap(), leaves(&[]));
        assert_eq!(by_measure(256, 0, 9).unwrap(), leaves(&[6]));
        assert_eq!(by_measure(2, 0, 9).unwrap(), leaves(&[]));
        let by_member = |code: &str| index.by_member(code, LeafIndex(0), 9).unwrap();
        assert_eq!(by_member("EL"), leaves(&[5, 6]));
        assert_eq!(by_member("E"), leaves(&[8]));
        assert_eq!(by_member(&"E".repeat(300)), leaves(&[]));
    }
}

#[test]
fn many_runs_and_what_is_not_written_answer_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    for number in 0..300 {
        apply(&mut index, number).unwrap();
    }
    let verify = |index: &Index, blocks: u64| {
        for (number, keys) in (0..blocks).flat_map(|number| block(number).map(|it| (number, it))) {
            let found = index.by_hash(keys.text_hash).unwrap().unwrap();
            assert!((number * 4..number * 4 + 4).contains(&found.0));
        }
        let all: Vec<_> = (0..blocks).flat_map(|it| [it * 4, it * 4 + 1, it * 4 + 3]).collect();
        for (from, limit) in (0..=blocks * 4).step_by(7).zip((0..50).cycle()) {
            let found = index.by_measure(1, LeafIndex(from), limit).unwrap();
            let expected = all.iter().copied().filter(|leaf| *leaf >= from).take(limit);
            assert_eq!(found, leaves(&expected.collect::<Vec<_>>()));
        }
        let found = index.by_member("EL", LeafIndex(0), usize::MAX).unwrap();
        assert_eq!(found.len() as u64, blocks * 2);
    };
    verify(&index, 300);
    apply(&mut index, 300).unwrap();
    verify(&index, 301);
    drop(index);
    let index = open(&dir, 301);
    let blocks = index.size().0 / 4;
    assert!((299..=301).contains(&blocks), "a run at most is not written: {blocks}");
    verify(&index, blocks);
}

#[test]
fn an_index_is_found_again_and_a_known_block_does_not_set_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    assert_eq!(index.size(), TreeSize(0));
    apply(&mut index, 0).unwrap();
    index.write().unwrap();
    apply(&mut index, 0).unwrap();
    index.write().unwrap();
    drop(index);
    let index = open(&dir, 1);
    assert_eq!(index.size(), TreeSize(4));
    assert_eq!(index.by_hash(block(0)[0].text_hash).unwrap(), Some(LeafIndex(0)));
}

#[test]
fn an_index_that_is_still_being_closed_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    apply(&mut index, 0).unwrap();
    index.write().unwrap();
    drop(index);
    let closing = File::open(dir.join("db")).unwrap();
    closing.lock().unwrap();
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| open(&dir, 1).size());
        // The pause is long enough that an opening without a wait would have failed by now.
        std::thread::sleep(database::CLOSING_WAIT);
        drop(closing);
        assert_eq!(opened.join().unwrap(), TreeSize(4));
    });
}

#[test]
fn an_index_that_is_not_of_this_journal_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    index.apply_block(LeafIndex(0), at(70), &sample()).unwrap();
    index.write().unwrap();
    drop(index);
    let mut index = open(&dir, 69);
    assert_eq!(index.size(), TreeSize(0), "it knew more than the journal");
    assert!(folder.path().join("index.damaged-1").is_dir());
    index.apply_block(LeafIndex(0), at(20), &sample()).unwrap();
    index.write().unwrap();
    drop(index);
    let index = Index::open(&dir, hash::sha256(b"other"), at(70)).unwrap();
    assert_eq!(index.size(), TreeSize(0), "it was of another council");
    let index = index.reset().unwrap();
    index.abandon().unwrap();
    assert!(!dir.exists());
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["index.damaged-3", "index.damaged-4"]);
}

#[test]
fn an_index_that_is_opened_anew_is_empty_and_leaves_nothing_aside() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    assert_eq!(Index::open_anew(&dir, council()).unwrap().size(), TreeSize(0));
    let mut index = open(&dir, 0);
    apply(&mut index, 0).unwrap();
    index.write().unwrap();
    drop(index);
    assert_eq!(Index::open_anew(&dir, council()).unwrap().size(), TreeSize(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_damaged_database_opens_empty_or_answers_right_and_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    for number in 0..20 {
        apply(&mut index, number).unwrap();
    }
    drop(index);
    let db = fs::read(dir.join("db")).unwrap();
    let conf = fs::read(dir.join("conf")).unwrap();
    let used = db.iter().rposition(|&byte| byte != 0).unwrap();
    for at_byte in (0..=used).step_by(used / 24) {
        let copy = folder.path().join("copy");
        fs::create_dir(&copy).unwrap();
        let mut altered = db.clone();
        altered[at_byte] ^= 0xff;
        fs::write(copy.join("db"), altered).unwrap();
        fs::write(copy.join("conf"), &conf).unwrap();
        let mut index = open(&copy, 100);
        for number in 0..index.size().0 / 4 {
            let answer = index.by_hash(block(number)[2].text_hash);
            let is_right = matches!(answer, Ok(Some(leaf)) if leaf.0 == number * 4 + 2);
            assert!(is_right || answer.is_err());
        }
        let next = index.size().0 / 4;
        let applied = apply(&mut index, next).and_then(|()| index.write());
        assert!(matches!(applied, Ok(()) | Err(IndexError::Failed)));
        index.abandon().unwrap();
    }
}

#[test]
fn distances_of_any_length_are_read_back() {
    let lists = [vec![], vec![0], vec![127, 128, 129], vec![0, 1 << 40, u64::MAX]];
    for list in lists {
        let list = leaves(&list);
        assert_eq!(run::decode(&run::encode(&list)).collect::<Vec<_>>(), list);
    }
    assert_eq!(run::decode(&[0xff; 30]).count(), 0, "it does not end");
    assert_eq!(run::decode(&[[0xff; 30].as_slice(), &[1]].concat()).count(), 1);
}
