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

#[test]
fn records_are_found_by_hash_measure_and_member() {
    let folder = tempfile::tempdir().unwrap();
    let mut index = open(&folder.path().join("index"), 0);
    for _ in 0..2 {
        index.apply_block(LeafIndex(5), at(70), &sample()).unwrap();
        assert_eq!(index.by_hash(hash::sha256(b"c")).unwrap(), Some(LeafIndex(7)));
        assert_eq!(index.by_hash(hash::sha256(b"x")).unwrap(), None);
        let by_measure = |number, from, limit| index.by_measure(number, LeafIndex(from), limit);
        assert_eq!(by_measure(1, 0, 9).unwrap(), leaves(&[5, 6, 8]));
        assert_eq!(by_measure(1, 6, 1).unwrap(), leaves(&[6]));
        assert_eq!(by_measure(256, 0, 9).unwrap(), leaves(&[6]));
        assert_eq!(by_measure(2, 0, 9).unwrap(), leaves(&[]));
        let by_member = |code: &str| index.by_member(code, LeafIndex(0), 9).unwrap();
        assert_eq!(by_member("EL"), leaves(&[5, 6]));
        assert_eq!(by_member("E"), leaves(&[8]));
        assert_eq!(by_member(&"E".repeat(300)), leaves(&[]));
        assert!(index.is_holding(LeafIndex(5), &sample()).unwrap());
        assert!(!index.is_holding(LeafIndex(6), &sample()).unwrap());
    }
}

#[test]
fn an_index_is_found_again_and_an_older_block_does_not_set_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    assert_eq!(index.indexed_to(), Position::START);
    index.apply_block(LeafIndex(0), at(70), &sample()).unwrap();
    index.apply_block(LeafIndex(0), at(50), &sample()).unwrap();
    drop(index);
    let index = open(&dir, 70);
    assert_eq!(index.indexed_to(), at(70));
    assert_eq!(index.by_hash(hash::sha256(b"a")).unwrap(), Some(LeafIndex(0)));
}

#[test]
fn an_index_that_is_still_being_closed_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    index.apply_block(LeafIndex(0), at(70), &sample()).unwrap();
    drop(index);
    let closing = File::open(dir.join("db")).unwrap();
    closing.lock().unwrap();
    std::thread::scope(|scope| {
        let opened = scope.spawn(|| open(&dir, 70).indexed_to());
        // The pause is long enough that an opening without a wait would have failed by now.
        std::thread::sleep(CLOSING_WAIT);
        drop(closing);
        assert_eq!(opened.join().unwrap(), at(70));
    });
}

#[test]
fn an_index_that_is_not_of_this_journal_is_moved_aside() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    index.apply_block(LeafIndex(0), at(70), &sample()).unwrap();
    drop(index);
    let mut index = open(&dir, 69);
    assert_eq!(index.indexed_to(), Position::START, "it knew more than the journal");
    assert!(folder.path().join("index.damaged-1").is_dir());
    index.apply_block(LeafIndex(0), at(20), &sample()).unwrap();
    drop(index);
    let index = Index::open(&dir, hash::sha256(b"other"), at(70)).unwrap();
    assert_eq!(index.indexed_to(), Position::START, "it was of another council");
    let index = index.reset().unwrap();
    index.abandon().unwrap();
    assert!(!dir.exists());
    let mut names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["index.damaged-3", "index.damaged-4"]);
}

#[test]
fn a_damaged_database_opens_empty_or_answers_and_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let mut index = open(&dir, 0);
    for block in 0..20 {
        index.apply_block(LeafIndex(block * 4), at(block), &sample()).unwrap();
    }
    drop(index);
    let db = fs::read(dir.join("db")).unwrap();
    let conf = fs::read(dir.join("conf")).unwrap();
    let used = db.iter().rposition(|&byte| byte != 0).unwrap();
    for at_byte in (0..=used).step_by(used / 12) {
        let copy = folder.path().join("copy");
        fs::create_dir(&copy).unwrap();
        let mut altered = db.clone();
        altered[at_byte] ^= 0xff;
        fs::write(copy.join("db"), altered).unwrap();
        fs::write(copy.join("conf"), &conf).unwrap();
        let mut index = open(&copy, 100);
        let answer = index.is_holding(LeafIndex(76), &sample());
        assert!(matches!(answer, Ok(_) | Err(IndexError::Failed)));
        let applied = index.apply_block(LeafIndex(80), at(90), &sample());
        assert!(matches!(applied, Ok(()) | Err(IndexError::Failed)));
        index.abandon().unwrap();
    }
}
