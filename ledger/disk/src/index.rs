//! The index: finds records by text hash, measure and member. The journal can always rebuild it.
//!
//! What it guarantees: an answer names only records that the journal has, and a missing, stale or damaged
//! index is rebuilt at the next start. What it does not: it holds no only copy of anything, and without it
//! the node works on and refuses such queries.
//!
//! Records gather in memory, and some thousand of them are written together: a block costs no write of the
//! index. The next start takes what was not written from the journal.
//!
//! ```text
//! "!"                                              -> council || next position || size || rows || sum
//! "h" || first leaf of the run || byte 0 of hash   -> for each record: bytes 1..20 of the hash || leaf u32
//! "m" || measure u64 || first leaf of the run      -> leaves as distances
//! "c" || length u8 || code || first leaf           -> leaves as distances
//! ```
//!
//! Integers in keys are big-endian, so that keys are in the order of leaves. The sum is over all rows. An
//! opening reads them all and compares: an index that lost a row, or has another one, is none.

mod database;
mod error;
mod keys;
mod run;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::{Digest, LeafIndex, TreeSize};
use nemcon_ledger::codec;
use serde::{Deserialize, Serialize};

use crate::journal::Position;
use database::{Database, move_aside};
pub use error::IndexError;
pub use keys::{CODE_BYTES_MAX, RecordKeys};
use keys::{measure_key, member_key};
use run::{Run, list_row};

/// How many records make a run.
const RUN_RECORDS: u64 = if cfg!(test) { 5 } else { 8_192 };
const META_BYTES_MAX: usize = 128;
const META: &[u8] = b"!";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Meta {
    council: Digest,
    next: Position,
    size: TreeSize,
    /// How many rows there are, this one left out, and the sum of them.
    rows: u64,
    sum: u64,
}

/// The open index of one council.
#[derive(Debug)]
pub struct Index {
    db: Database,
    dir: PathBuf,
    meta: Meta,
    /// The first leaf of each run that is written, in order.
    runs: Vec<LeafIndex>,
    unwritten: Run,
}

impl Index {
    /// Opens the index in `dir`, or starts an empty one. An index that fails, belongs to another
    /// council, or goes beyond `journal_end` is moved aside first. The caller holds the journal's lock.
    pub fn open(dir: &Path, council: Digest, journal_end: Position) -> Result<Self, IndexError> {
        if let Ok((db, meta, runs)) = open_db(dir, council)
            && meta.council == council
            && meta.next <= journal_end
        {
            let unwritten = Run::after(meta.next, meta.size);
            return Ok(Self { db, dir: dir.to_path_buf(), meta, runs, unwritten });
        }
        Self::start_empty(dir, council)
    }

    /// Starts an empty index in place of the one in `dir`, which is deleted.
    pub fn open_anew(dir: &Path, council: Digest) -> Result<Self, IndexError> {
        database::wait_until_closed(&dir.join("db"));
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(IndexError::Failed),
            _ => Self::start_empty(dir, council),
        }
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

    /// The log's size after the last indexed block; 0 if no block is indexed.
    pub const fn size(&self) -> TreeSize {
        self.unwritten.size
    }

    /// Adds a durable block, all of it or nothing. `first_leaf` is the index of the block's first record,
    /// and `next` the journal position after the block. Blocks come in the order of the journal; one that
    /// the index has changes nothing.
    pub fn apply_block(
        &mut self,
        first_leaf: LeafIndex,
        next: Position,
        keys: &[RecordKeys],
    ) -> Result<(), IndexError> {
        if first_leaf.0 + keys.len() as u64 <= self.size().0 {
            return Ok(());
        }
        self.unwritten.add(first_leaf, next, keys);
        if self.unwritten.records >= RUN_RECORDS { self.write() } else { Ok(()) }
    }

    /// Writes what has gathered in memory.
    pub fn write(&mut self) -> Result<(), IndexError> {
        let Some((first, rows)) = self.unwritten.rows() else { return Ok(()) };
        let Run { next, size, .. } = self.unwritten;
        let mut meta = Meta { next, size, ..self.meta };
        let mut batch = sled::Batch::default();
        for (key, value) in rows {
            meta.count(&key, &value);
            batch.insert(key, value);
        }
        batch.insert(META, codec::encode(&meta));
        self.db.call(|db| db.apply_batch(batch))?;
        self.db.call(|db| db.flush())?;
        self.meta = meta;
        self.runs.push(first);
        self.unwritten = Run::after(meta.next, meta.size);
        Ok(())
    }

    /// The index of the leaf whose text has this hash; of several, the last.
    pub fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexError> {
        if let Some(leaf) = self.unwritten.by_hash(&text_hash) {
            return Ok(Some(leaf));
        }
        for first in self.runs.iter().rev() {
            let row = self.db.call(|db| db.get(run::row_of(*first, &text_hash)))?;
            let found = row.and_then(|row| run::find(*first, &row, &text_hash));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The leaves about measure `number`, in order from `from` on, at most `limit`.
    pub fn by_measure(
        &self,
        number: u64,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        self.list(&measure_key(number), from, limit)
    }

    /// The leaves of the member `code`, in order from `from` on, at most `limit`.
    pub fn by_member(
        &self,
        code: &str,
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        member_key(code).map_or(Ok(Vec::new()), |key| self.list(&key, from, limit))
    }

    fn list(
        &self,
        key: &[u8],
        from: LeafIndex,
        limit: usize,
    ) -> Result<Vec<LeafIndex>, IndexError> {
        // The run that holds `from` begins at it or before.
        let holding = self.runs.partition_point(|first| *first <= from).saturating_sub(1);
        let first = self.runs.get(holding).copied().unwrap_or(LeafIndex(0));
        let range = list_row(key, first)..=list_row(key, LeafIndex(u64::MAX));
        let mut found = Vec::new();
        self.db.call(|db| {
            for row in db.range(range).values() {
                let wanted = limit - found.len();
                found.extend(run::decode(&row?).filter(|leaf| *leaf >= from).take(wanted));
                if found.len() == limit {
                    break;
                }
            }
            Ok(())
        })?;
        let unwritten = self.unwritten.list(key).iter().filter(|leaf| **leaf >= from);
        found.extend(unwritten.copied().take(limit - found.len()));
        Ok(found)
    }

    fn start_empty(dir: &Path, council: Digest) -> Result<Self, IndexError> {
        if dir.exists() {
            move_aside(dir)?;
        }
        let (db, meta, runs) = open_db(dir, council)?;
        let unwritten = Run::after(meta.next, meta.size);
        Ok(Self { db, dir: dir.to_path_buf(), meta, runs, unwritten })
    }
}

impl Meta {
    /// Counts a row in. The sum does not depend on the order of the rows.
    fn count(&mut self, key: &[u8], value: &[u8]) {
        let sum = u64::from(crc32c::crc32c(key)) << 32 | u64::from(crc32c::crc32c(value));
        (self.rows, self.sum) = (self.rows.wrapping_add(1), self.sum.wrapping_add(sum));
    }
}

/// Opens a database, reads all of it and compares the rows with their number and sum.
fn open_db(dir: &Path, council: Digest) -> Result<(Database, Meta, Vec<LeafIndex>), IndexError> {
    let db = Database::open(dir)?;
    let (next, size) = (Position::START, TreeSize(0));
    let empty = Meta { council, next, size, rows: 0, sum: 0 };
    let (mut said, mut found, mut runs) = (None, empty, Vec::new());
    db.call(|db| {
        for row in db.iter() {
            let (key, value) = row?;
            if *key == *META {
                said = codec::decode::<Meta, META_BYTES_MAX>(&value).ok();
                continue;
            }
            found.count(&key, &value);
            runs.extend(run::run_of(&key));
        }
        Ok(())
    })?;
    runs.dedup();
    let meta = said.unwrap_or(empty);
    let is_whole = (meta.rows, meta.sum) == (found.rows, found.sum);
    if is_whole { Ok((db, meta, runs)) } else { Err(IndexError::Failed) }
}

/// Deletes every third row without the index's knowledge, and returns how many were deleted.
#[cfg(test)]
pub(crate) fn lose_every_third_row(dir: &Path) -> usize {
    database::wait_until_closed(&dir.join("db"));
    let db = Database::open(dir).expect("the test has closed the index");
    let lost = db.call(|db| {
        let keys: Vec<_> = db.iter().keys().filter_map(Result::ok).skip(1).step_by(3).collect();
        Ok(keys.iter().filter(|key| db.remove(key).is_ok()).count())
    });
    lost.expect("a whole database")
}

#[cfg(test)]
mod tests;
