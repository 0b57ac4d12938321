//! The index: finds records by text hash, measure and member. The journal can always rebuild it.
//!
//! What it guarantees: an answer names only records that the journal has, and a missing, stale or damaged
//! index is rebuilt at the next start. What it does not: it holds no only copy of anything, and without it
//! the node works on and refuses such queries.
//!
//! This is the only module that uses `sled`. A flush of `sled` does not survive a power loss, and `sled`
//! panics on some damage. So every call of it runs inside `catch_unwind`, and each start compares the
//! index with the journal.
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

/// The longest member code that the index holds, in bytes. A longer code is not indexed.
pub const CODE_BYTES_MAX: usize = 255;

/// The number of folders with damaged indexes that are kept.
const DAMAGED_KEPT_MAX: usize = 2;
const CACHE_BYTES: u64 = 16 << 20;
const META_BYTES_MAX: usize = 64;
const META: &[u8] = b"!";

/// How many times the opening of an index is tried while another handle of it is still closing, and
/// the pause between two tries.
const CLOSING_TRIES_MAX: u32 = 200;
const CLOSING_WAIT: Duration = Duration::from_millis(10);

/// The keys by which the index finds one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordKeys {
    /// The hash of the record's text, without signatures.
    pub text_hash: Digest,
    /// The numbers of the measures that the record is about.
    pub measures: Vec<u64>,
    /// The codes of the members that the record belongs to.
    pub members: Vec<String>,
}

/// Why the index has no answer. The journal holds everything that the index would answer from.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed or panicked. The next start rebuilds the index.
    #[error("the index failed; it is rebuilt at the next start")]
    Failed,
    /// The index failed earlier in this run, or the store was opened without one.
    #[error("there is no index; it is rebuilt at the next start")]
    Offline,
    /// A damaged index could not be renamed.
    #[error("cannot move the damaged index {}", dir.shown())]
    MoveAside {
        /// The folder of the damaged index.
        dir: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Meta {
    council: Digest,
    next: Position,
}

/// The open index of one council.
#[derive(Debug)]
pub struct Index {
    db: Database,
    dir: PathBuf,
    meta: Meta,
}

/// The database. Closing it flushes, and a flush of a damaged database can panic; so it is closed
/// inside `catch_unwind` too.
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
        // A failed flush loses nothing for good: the next start finds the missing keys and adds them.
        drop(catch_unwind(AssertUnwindSafe(|| drop(self.0.take()))));
    }
}

/// Runs a call of the database and turns its errors and its panics into [`IndexError::Failed`].
fn guarded<T>(call: impl FnOnce() -> Result<T, sled::Error>) -> Result<T, IndexError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(IndexError::Failed),
    }
}

impl Index {
    /// Opens the index in `dir`, or starts an empty one. An index that fails, belongs to another
    /// council, or goes beyond `journal_end` is moved aside first. The caller holds the journal's lock.
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

    /// Moves this index aside after a failure. The next start finds no index and builds a new one.
    pub fn abandon(self) -> Result<(), IndexError> {
        let dir = self.dir.clone();
        drop(self);
        move_aside(&dir)
    }

    /// The journal position after the last indexed block; [`Position::START`] if no block is indexed.
    pub const fn indexed_to(&self) -> Position {
        self.meta.next
    }

    /// Adds a durable block, all of it or nothing. `first_leaf` is the index of the block's first record,
    /// and `next` the journal position after the block. Adding the same block again changes nothing.
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

    /// Whether the index has every key of a block that was added before.
    pub fn is_holding(
        &self,
        first_leaf: LeafIndex,
        keys: &[RecordKeys],
    ) -> Result<bool, IndexError> {
        for (leaf, keys) in (first_leaf.0..).map(LeafIndex).zip(keys) {
            // The found leaf may be greater: if several records have one text, the key names the
            // last of them.
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

    /// The index of the leaf whose text has this hash.
    pub fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexError> {
        let found = self.db.call(|db| db.get(hash_key(text_hash)))?;
        found.map(|value| leaf_of(&value)).transpose()
    }

    /// The leaves about measure `number`, in order from `from` on, at most `limit`.
    pub fn by_measure(
        &self,
        number: u64,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        self.list(measure_key(number), from, limit)
    }

    /// The leaves of the member `code`, in order from `from` on, at most `limit`.
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

/// Opens a database and reads all of it. Most damage shows in such a walk, and now is the best time
/// to find it: the journal is about to be replayed, so that the index can be rebuilt at once.
fn open_db(dir: &Path, council: Digest) -> Result<(Database, Meta), IndexError> {
    wait_until_closed(&dir.join("db"));
    // `sled` writes when its buffer is full and when it is closed. What a crash takes of the index is in
    // the journal. The database's own flusher would sync every half second, even with nothing to write.
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

/// Waits for the index that was open before. After `sled` is closed, its threads hold the lock of the
/// database file for a moment. No other process holds it, because the caller has the journal's lock.
fn wait_until_closed(db: &Path) {
    // If this file cannot be opened, opening the database reports the reason.
    let Ok(file) = File::open(db) else { return };
    for _ in 0..CLOSING_TRIES_MAX {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(CLOSING_WAIT),
            Ok(()) | Err(TryLockError::Error(_)) => return,
        }
    }
}

/// Renames `index` to `index.damaged-<n>` and deletes the oldest of the damaged ones.
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

/// Reads the leaf index in a value or at the end of a key.
fn leaf_of(bytes: &[u8]) -> Result<LeafIndex, IndexError> {
    let leaf = bytes.last_chunk().ok_or(IndexError::Failed)?;
    Ok(LeafIndex(u64::from_be_bytes(*leaf)))
}

/// Deletes every third key without the index's knowledge, and returns how many were deleted.
#[cfg(test)]
pub(crate) fn lose_every_third_key(dir: &Path) -> usize {
    wait_until_closed(&dir.join("db"));
    let db = sled::open(dir).expect("the test has closed the index");
    let keys: Vec<_> = db.iter().keys().filter_map(Result::ok).skip(1).step_by(3).collect();
    keys.iter().filter(|key| db.remove(key).is_ok()).count()
}

#[cfg(test)]
mod tests;
