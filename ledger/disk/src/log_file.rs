//! An append-only file of frames whose first one says whose it is; a failed write poisons it.
//!
//! Opening it again needs no room: a torn end is cut in place. What is cut may be there again after a
//! power loss until the cut is synced, and is torn then as it was. Nothing is appended before that.
//!
//! What the system shows of a file is not always on the disk: where a sync failed in a process
//! before this one, the cache may show bytes that it has dropped, and would report success for them
//! now. So the end of the file is written over with what it shows before it is synced: as much as can
//! have been unsynced at one time, which [`UNSYNCED_BYTES_MAX`] bounds. Bytes that were on the disk
//! are the same before and after.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::codec;
use serde::{Deserialize, Serialize};

use crate::frame::{FrameTooLong, Kind, encode_frame};
use crate::storage::{Storage, StorageError, StorageFile, dir_of, failed, is_there};

/// What a log file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// A segment of the journal.
    Segment,
    /// The guard and write-ahead log.
    Signed,
}

/// The first frame of a log file. The version comes first in its bytes, in every version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    version: u32,
    purpose: Purpose,
    council: Digest,
    /// The number of the file's first entry; 0 where entries have none.
    first: u64,
}

/// Why a file is not the one that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// Written by a program of another version.
    Version(u32),
    /// Belongs to another council.
    Council(Digest),
    /// Not a head of this purpose and place.
    Wrong,
}

/// Beyond so many bytes that are not synced, appending syncs first: one longest frame fits.
pub(crate) const UNSYNCED_BYTES_MAX: u64 = 9 << 20;

const VERSION: u32 = 1;
const HEAD_BYTES_MAX: usize = 256;

impl Head {
    /// The head of a file that is written now.
    pub(crate) const fn new(purpose: Purpose, council: Digest, first: u64) -> Self {
        Self { version: VERSION, purpose, council, first }
    }

    /// Compares what a file's first frame holds with what it must hold.
    pub(crate) fn verify(&self, payload: &[u8]) -> Result<(), HeadError> {
        let version = payload.first_chunk().ok_or(HeadError::Wrong)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(HeadError::Version(version));
        }
        let found: Self =
            codec::decode::<Self, HEAD_BYTES_MAX>(payload).map_err(|_| HeadError::Wrong)?;
        if found.council != self.council {
            return Err(HeadError::Council(found.council));
        }
        if found == *self { Ok(()) } else { Err(HeadError::Wrong) }
    }

    /// The whole frame.
    pub(crate) fn frame(&self) -> Vec<u8> {
        encode_frame(Kind::Head, &codec::encode(self)).expect("a head is shorter than a frame")
    }
}

/// Why nothing was appended or synced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// A write or sync failed earlier: what is on the disk is known only after opening it again.
    #[error("an earlier write failed")]
    Poisoned,
    /// The entry does not fit; nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// This write or sync failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A log file open for appending.
#[derive(Debug)]
pub(crate) struct LogFile<F> {
    file: F,
    path: PathBuf,
    size: u64,
    synced: u64,
    unsynced_max: u64,
    poisoned: bool,
}

impl<F: StorageFile> LogFile<F> {
    /// Gives the file these whole frames as its content, durably, and opens it for appending.
    ///
    /// They are written aside and synced before they get the name: under it there is at any moment
    /// a whole file, the old one or the new one.
    pub(crate) fn write_anew<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        frames: &[u8],
    ) -> Result<Self, StorageError> {
        let aside = path.with_added_extension("new");
        if is_there(storage, &aside)? {
            storage.remove(&aside).map_err(failed("remove", &aside))?;
        }
        let mut file = storage.create(&aside).map_err(failed("create", &aside))?;
        file.append(frames).map_err(failed("write", &aside))?;
        file.sync().map_err(failed("sync", &aside))?;
        storage.rename(&aside, path).map_err(failed("rename", &aside))?;
        let dir = dir_of(path);
        storage.sync_dir(dir).map_err(failed("sync", dir))?;
        Ok(Self::of(file, path, frames.len() as u64))
    }

    /// Opens a file that is there for appending. `frames` are its whole frames as they were read;
    /// what follows them is torn, and cut. What was read is durable from then on.
    pub(crate) fn open<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        frames: &[u8],
        is_torn: bool,
    ) -> Result<Self, StorageError> {
        Self::open_within(storage, path, frames, is_torn, UNSYNCED_BYTES_MAX)
    }

    fn open_within<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        frames: &[u8],
        is_torn: bool,
        unsynced_max: u64,
    ) -> Result<Self, StorageError> {
        let size = frames.len() as u64;
        let mut file = storage.open(path).map_err(failed("open", path))?;
        if is_torn {
            file.cut(size).map_err(failed("cut", path))?;
        }
        let shown = size.saturating_sub(unsynced_max);
        let end = &frames[usize::try_from(shown).expect("frames lie in memory")..];
        file.write_over(shown, end).map_err(failed("write", path))?;
        file.sync().map_err(failed("sync", path))?;
        // The name too may be one that a process before this one could not make durable.
        let dir = dir_of(path);
        storage.sync_dir(dir).map_err(failed("sync", dir))?;
        Ok(Self { unsynced_max, ..Self::of(file, path, size) })
    }

    /// A file of `size` bytes that are durable.
    fn of(file: F, path: &Path, size: u64) -> Self {
        let (path, unsynced_max) = (path.to_path_buf(), UNSYNCED_BYTES_MAX);
        Self { file, path, size, synced: size, unsynced_max, poisoned: false }
    }

    /// Appends one entry and says where it begins. Durable after [`LogFile::sync`].
    pub(crate) fn append(&mut self, payload: &[u8]) -> Result<u64, WriteError> {
        self.verify_sound()?;
        let bytes = encode_frame(Kind::Entry, payload)?;
        let unsynced = self.size - self.synced;
        if unsynced > 0 && unsynced + bytes.len() as u64 > self.unsynced_max {
            self.sync()?;
        }
        self.poisoned = true;
        self.file.append(&bytes).map_err(failed("write", &self.path))?;
        self.poisoned = false;
        let offset = self.size;
        self.size += bytes.len() as u64;
        Ok(offset)
    }

    /// Makes everything appended durable. Never tried again after a failure: the system may have
    /// dropped the pages and would report success.
    pub(crate) fn sync(&mut self) -> Result<(), WriteError> {
        self.verify_sound()?;
        self.poisoned = true;
        self.file.sync().map_err(failed("sync", &self.path))?;
        (self.poisoned, self.synced) = (false, self.size);
        Ok(())
    }

    /// Refuses if an earlier write or sync failed.
    pub(crate) const fn verify_sound(&self) -> Result<(), WriteError> {
        if self.poisoned { Err(WriteError::Poisoned) } else { Ok(()) }
    }

    /// For a failure beside the file itself, such as one of its folder.
    pub(crate) const fn poison(&mut self) {
        self.poisoned = true;
    }

    /// The bytes written so far.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }
}

#[cfg(test)]
mod tests;
