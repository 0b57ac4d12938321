//! The database below the index: the only module that uses `sled`.
//!
//! A flush of `sled` does not survive a power loss, and `sled` panics on some damage. So every call of it
//! runs inside `catch_unwind`, and opening reads everything that is there.

use std::fs::{self, File, TryLockError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{io, thread};

use super::error::IndexError;

/// The number of folders with damaged indexes that are kept.
const DAMAGED_KEPT_MAX: usize = 2;
const CACHE_BYTES: u64 = 16 << 20;
/// `sled` writes a segment at a time: a small one leaves less room unused.
const SEGMENT_BYTES: usize = 128 << 10;

/// How many times the opening of an index is tried while another handle of it is still closing, and
/// the pause between two tries.
const CLOSING_TRIES_MAX: u32 = 200;
pub(super) const CLOSING_WAIT: Duration = Duration::from_millis(10);

/// The database. Closing it flushes, and a flush of a damaged database can panic; so it is closed
/// inside `catch_unwind` too.
#[derive(Debug)]
pub(super) struct Database(Option<sled::Db>);

impl Database {
    pub(super) fn open(dir: &Path) -> Result<Self, IndexError> {
        wait_until_closed(&dir.join("db"));
        // The index says itself when it is to be written. The database's own flusher would sync every half
        // second, even with nothing to write.
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(CACHE_BYTES)
            .segment_size(SEGMENT_BYTES)
            .flush_every_ms(None);
        Ok(Self(Some(guarded(|| config.open())?)))
    }

    pub(super) fn call<T>(
        &self,
        call: impl FnOnce(&sled::Db) -> Result<T, sled::Error>,
    ) -> Result<T, IndexError> {
        let db = self.0.as_ref().expect("a database is taken out only when it is dropped");
        guarded(|| call(db))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A failed flush loses nothing for good: the next start finds what is missing and adds it.
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

/// Waits for the index that was open before. After `sled` is closed, its threads hold the lock of the
/// database file for a moment. No other process holds it, because the caller has the journal's lock.
pub(super) fn wait_until_closed(db: &Path) {
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
pub(super) fn move_aside(dir: &Path) -> Result<(), IndexError> {
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
