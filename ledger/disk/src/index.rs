//! The index by hash, measure and member: rebuilt from the journal whenever there is doubt.
//!
//! The one home of `sled`, whose flush does not survive a power loss and which panics on some
//! damage. So it holds no only copy, every call of it is inside `catch_unwind`, and each start
//! compares it with the journal.
//!
//! ```text
//! "!"                                    -> council || next position    written with every block
//! "h" || text hash (32)                  -> leaf u64
//! "m" || measure u64 || leaf u64         -> ()
//! "c" || length u8 || code || leaf u64   -> ()
//! ```
//!
//! Integers in keys are big-endian, so that keys are in the order of leaves.

use std::fs::{self, File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{io, thread};

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::codec;
use nemcon_ledger::text::Show as _;
use serde::{Deserialize, Serialize};

use crate::journal::Position;

/// The longest member code that is indexed whole; a longer one is not indexed.
pub const CODE_BYTES_MAX: usize = 255;

/// How many folders of damaged indexes are kept.
const DAMAGED_KEPT_MAX: usize = 2;
const CACHE_BYTES: u64 = 16 << 20;
const META_BYTES_MAX: usize = 64;
const META: &[u8] = b"!";

/// How often an index that is still being closed is tried again, and after how long.
const CLOSING_TRIES_MAX: u32 = 200;
const CLOSING_WAIT: Duration = Duration::from_millis(10);

/// By what a record is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKeys {
    /// The hash of its text, without signatures.
    pub text_hash: Digest,
    /// The measures that it is about, by number.
    pub measures: Vec<u64>,
    /// The members that it is of, by code.
    pub members: Vec<String>,
}

/// Why the index has no answer. The journal has all that it would say.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed or panicked: the index is rebuilt at the next start.
    #[error("the index failed; it is rebuilt at the next start")]
    Failed,
    /// The index failed earlier, or there is none.
    #[error("there is no index; it is rebuilt at the next start")]
    Offline,
    /// A damaged index could not be moved out of the way.
    #[error("cannot move the damaged index {}", dir.shown())]
    MoveAside {
        /// The folder.
        dir: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Meta {
    council: Digest,
    next: Position,
}

/// An open index of one council.
#[derive(Debug)]
pub struct Index {
    db: Database,
    dir: PathBuf,
    meta: Meta,
}

/// A database that is closed inside `catch_unwind` too: closing flushes, and on damage panics.
#[derive(Debug)]
struct Database(Option<sled::Db>);

impl Database {
    fn call<T>(
        &self,
        call: impl FnOnce(&sled::Db) -> Result<T, sled::Error>,
    ) -> Result<T, IndexError> {
        let db = self.0.as_ref().expect("a database is taken out only when it is dropped");
        guarded(|| call(db))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What is lost with a failed flush is found missing at the next start.
        drop(catch_unwind(AssertUnwindSafe(|| drop(self.0.take()))));
    }
}

/// Runs a call of the database; its errors and its panics are one failure.
fn guarded<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(IndexError::Failed),
    }
}

impl Index {
    /// Opens the index in `dir`, or starts an empty one: where there is none, and in the place of
    /// one that fails, is of another council, or knows more than the journal up to `journal_end`.
    /// That one is moved aside. The caller holds the journal's lock.
    pub fn open(dir: &Path, council: Digest, journal_end: Position) -> Result<Self, IndexError> {
        if let Ok((db, meta)) = open_db(dir, council)
            && meta.council == council
            && meta.next <= journal_end
        {
            return Ok(Self { db, dir: dir.to_path_buf(), meta });
        }
        Self::start_empty(dir, council)
    }

    /// Moves this index aside and starts an empty one in its place.
    pub fn reset(self) -> Result<Self, IndexError> {
        let (dir, council) = (self.dir.clone(), self.meta.council);
        drop(self);
        Self::start_empty(&dir, council)
    }

    /// Moves this index aside, after a failure: the next start finds none and rebuilds it.
    pub fn abandon(self) -> Result<(), IndexError> {
        let dir = self.dir.clone();
        drop(self);
        move_aside(&dir)
    }

    /// Behind the last block that is indexed; [`Position::START`] if none is.
    pub const fn indexed_to(&self) -> Position {
        self.meta.next
    }

    /// Takes in a block whose first record is `first_leaf` and behind which `next` is, all or
    /// nothing. The same block may be taken in again. Call it when the block is durable.
    pub fn apply_block(
        &mut self,
        first_leaf: LeafIndex,
        next: Position,
        keys: &[RecordKeys],
    ) -> Result<(), IndexError> {
        let mut batch = sled::Batch::default();
        for (leaf, keys) in (first_leaf.0..).map(LeafIndex).zip(keys) {
            batch.insert(hash_key(keys.text_hash), &leaf.0.to_be_bytes());
            for key in list_keys(keys) {
                batch.insert(with_leaf(key, leaf), &[]);
            }
        }
        let meta = Meta { next: next.max(self.meta.next), ..self.meta };
        batch.insert(META, codec::encode(&meta));
        self.db.call(|db| db.apply_batch(batch))?;
        self.meta = meta;
        Ok(())
    }

    /// Whether every key of a block that was taken in is there.
    pub fn is_holding(
        &self,
        first_leaf: LeafIndex,
        keys: &[RecordKeys],
    ) -> Result<bool, IndexError> {
        for (leaf, keys) in (first_leaf.0..).map(LeafIndex).zip(keys) {
            // Not equal: of records with the same text the last one has the key.
            if self.by_hash(keys.text_hash)?.is_none_or(|found| found < leaf) {
                return Ok(false);
            }
            for key in list_keys(keys) {
                if !self.db.call(|db| db.contains_key(with_leaf(key, leaf)))? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// The record whose text has this hash.
    pub fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexError> {
        let found = self.db.call(|db| db.get(hash_key(text_hash)))?;
        found.map(|value| leaf_of(&value)).transpose()
    }

    /// The records about measure `number` from leaf `from` on, at most `limit`.
    pub fn by_measure(
        &self,
        number: u64,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        self.list(measure_key(number), from, limit)
    }

    /// The records of the member `code` from leaf `from` on, at most `limit`.
    pub fn by_member(
        &self,
        code: &str,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        member_key(code).map_or(Ok(Vec::new()), |key| self.list(key, from, limit))
    }

    fn list(
        &self,
        key: Vec<u8>,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        let last = with_leaf(key.clone(), LeafIndex(u64::MAX));
        let range = with_leaf(key, from)..=last;
        let found: Vec<sled::IVec> =
            self.db.call(|db| db.range(range).keys().take(limit).collect())?;
        found.iter().map(|key| leaf_of(key)).collect()
    }

    fn start_empty(dir: &Path, council: Digest) -> Result<Self, IndexError> {
        if dir.exists() {
            move_aside(dir)?;
        }
        let (db, meta) = open_db(dir, council)?;
        Ok(Self { db, dir: dir.to_path_buf(), meta })
    }
}

/// Opens a database and walks through all of it, which is where most damage shows: better now, with
/// the journal about to be replayed, than at a query.
fn open_db(dir: &Path, council: Digest) -> Result<(Database, Meta), IndexError> {
    wait_until_closed(&dir.join("db"));
    // Written when a buffer is full, and when it is closed: what a crash takes of it is in the journal.
    // The database's own flusher would sync every half second, with something to write or nothing.
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(None);
    let db = guarded(|| config.open())?;
    let db = Database(Some(db));
    db.call(|db| db.iter().try_for_each(|pair| pair.map(drop)))?;
    let meta = match db.call(|db| db.get(META))? {
        Some(value) => codec::decode::<Meta, META_BYTES_MAX>(&value).ok(),
        None if db.call(|db| Ok(db.is_empty()))? => Some(Meta { council, next: Position::START }),
        None => None,
    };
    Ok((db, meta.ok_or(IndexError::Failed)?))
}

/// Waits for the index that was open before: threads of its database hold the file's lock for a
/// moment after it was closed. Nobody else does, as the caller holds the journal's lock.
fn wait_until_closed(db: &Path) {
    // What cannot be opened here is told by the database.
    let Ok(file) = File::open(db) else { return };
    for _ in 0..CLOSING_TRIES_MAX {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(CLOSING_WAIT),
            Ok(()) | Err(TryLockError::Error(_)) => return,
        }
    }
}

/// Renames `index` to `index.damaged-<n>` and deletes the oldest of those.
fn move_aside(dir: &Path) -> Result<(), IndexError> {
    let moved = || -> io::Result<()> {
        let mut numbers = damaged_numbers(dir)?;
        let number = numbers.last().map_or(1, |last| last + 1);
        fs::rename(dir, damaged_dir(dir, number))?;
        numbers.push(number);
        let surplus = numbers.len().saturating_sub(DAMAGED_KEPT_MAX);
        numbers[..surplus].iter().try_for_each(|&old| fs::remove_dir_all(damaged_dir(dir, old)))
    };
    moved().map_err(|source| IndexError::MoveAside { dir: dir.to_path_buf(), source })
}

fn damaged_dir(dir: &Path, number: u64) -> PathBuf {
    dir.with_extension(format!("damaged-{number}"))
}

fn damaged_numbers(dir: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    let folder = dir.parent().filter(|folder| !folder.as_os_str().is_empty());
    for entry in fs::read_dir(folder.unwrap_or(Path::new(".")))? {
        let path = entry?.path();
        let number = path.extension().and_then(|end| end.to_str()?.strip_prefix("damaged-"));
        let number = number.and_then(|digits| digits.parse().ok());
        numbers.extend(
            number.filter(|&number| path.file_name() == damaged_dir(dir, number).file_name()),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn hash_key(text_hash: Digest) -> Vec<u8> {
    [b"h", text_hash.as_bytes().as_slice()].concat()
}

fn measure_key(number: u64) -> Vec<u8> {
    [b"m", number.to_be_bytes().as_slice()].concat()
}

fn member_key(code: &str) -> Option<Vec<u8>> {
    let length = u8::try_from(code.len()).ok()?;
    Some([&[b'c', length], code.as_bytes()].concat())
}

fn list_keys(keys: &RecordKeys) -> impl Iterator<Item = Vec<u8>> {
    let measures = keys.measures.iter().map(|&number| measure_key(number));
    measures.chain(keys.members.iter().filter_map(|code| member_key(code)))
}

fn with_leaf(mut key: Vec<u8>, leaf: LeafIndex) -> Vec<u8> {
    key.extend(leaf.0.to_be_bytes());
    key
}

/// The leaf that a value or the end of a key names.
fn leaf_of(bytes: &[u8]) -> Result<LeafIndex, IndexError> {
    let leaf = bytes.last_chunk().ok_or(IndexError::Failed)?;
    Ok(LeafIndex(u64::from_be_bytes(*leaf)))
}

/// Deletes keys behind the index's back, and says how many.
#[cfg(test)]
pub(crate) fn lose_every_third_key(dir: &Path) -> usize {
    wait_until_closed(&dir.join("db"));
    let db = sled::open(dir).expect("the test has closed the index");
    let keys: Vec<_> = db.iter().keys().filter_map(Result::ok).skip(1).step_by(3).collect();
    keys.iter().filter(|key| db.remove(key).is_ok()).count()
}

#[cfg(test)]
mod tests;
