//! An append-only file of frames. Its first frame names its council; a failed write poisons it.
//!
//! Opening such a file again needs no room: a torn end is cut in place. Until the cut is synced, a power
//! loss can bring the torn bytes back, and the next start cuts them again. Nothing is appended before
//! the cut is synced.
//!
//! What the system shows of a file is not always on the disk. If a sync failed in an earlier process, the
//! page cache may still show bytes that were dropped, and a new sync would report success for them. So
//! opening writes the end of the file over with the bytes that it shows, and syncs after that. It writes
//! over as much as can have been unsynced at one time, which [`UNSYNCED_BYTES_MAX`] bounds. Bytes that
//! were on the disk stay the same.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::codec;
use serde::{Deserialize, Serialize};

use crate::frame::{FrameTooLong, Kind, encode_frame};
use crate::storage::{self, Storage, StorageError, StorageFile, dir_of, failed};

/// The purpose of a log file, which its head names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// A segment of the journal.
    Segment,
    /// The file `signed`: the guard and the write-ahead log.
    SignedFile,
}

/// The first frame of a log file. In every format version its first bytes are the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    version: u32,
    purpose: Purpose,
    council: Digest,
    /// The number of the file's first entry; 0 if the entries of the file have no numbers.
    first: u64,
}

/// Why the head of a file is not the expected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadError {
    /// A program of another version wrote the file; this is the version that it names.
    Version(u32),
    /// The file belongs to another council; this is its digest.
    Council(Digest),
    /// The bytes are no head of this purpose and first entry.
    Wrong,
}

/// The most bytes that may be unsynced: before they would exceed it, appending syncs. One
/// longest frame fits.
pub(crate) const UNSYNCED_BYTES_MAX: u64 = 9 << 20;

const HEAD_BYTES_MAX: usize = 256;

impl Purpose {
    /// The format version in which files of this purpose are written.
    pub(crate) const fn version(self) -> u32 {
        match self {
            Self::Segment => 2,
            Self::SignedFile => 1,
        }
    }
}

impl Head {
    /// The head of a new file, in the current format version.
    pub(crate) const fn new(purpose: Purpose, council: Digest, first: u64) -> Self {
        Self { version: purpose.version(), purpose, council, first }
    }

    /// Compares a file's first payload with this head, which is the expected one, in the current
    /// format version or an older one. Returns the version.
    pub(crate) fn verify(&self, payload: &[u8]) -> Result<u32, HeadError> {
        let version = payload.first_chunk().ok_or(HeadError::Wrong)?;
        let version = u32::from_le_bytes(*version);
        if version == 0 || version > self.version {
            return Err(HeadError::Version(version));
        }
        let found: Self =
            codec::decode::<Self, HEAD_BYTES_MAX>(payload).map_err(|_| HeadError::Wrong)?;
        if found.council != self.council {
            return Err(HeadError::Council(found.council));
        }
        if found == (Self { version, ..*self }) { Ok(version) } else { Err(HeadError::Wrong) }
    }

    /// The head as a whole frame.
    pub(crate) fn frame(&self) -> Vec<u8> {
        encode_frame(Kind::Head, &codec::encode(self)).expect("a head is shorter than a frame")
    }
}

/// Why a frame was not appended or not synced.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// A write or sync failed earlier. Only opening the file again finds out what is on the disk.
    #[error("an earlier write failed")]
    Poisoned,
    /// The entry is longer than a frame can be. Nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// The operating system refused this write or sync.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// A log file that is open for appending.
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
    /// Replaces the file's content with these whole frames, durably, and opens the file for appending.
    pub(crate) fn write_anew<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        frames: &[u8],
    ) -> Result<Self, StorageError> {
        let file = storage::replace(storage, path, frames)?;
        Ok(Self::of(file, path, frames.len() as u64))
    }

    /// Opens an existing file for appending. `frames` are its whole frames as they were read; the
    /// bytes after them are torn and are cut. From then on the frames are durable.
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
        // An earlier process may have failed to make the file's name durable, so the folder
        // is synced too.
        let dir = dir_of(path);
        storage.sync_dir(dir).map_err(failed("sync", dir))?;
        Ok(Self { unsynced_max, ..Self::of(file, path, size) })
    }

    /// A log file with `size` bytes, all of them durable.
    fn of(file: F, path: &Path, size: u64) -> Self {
        let (path, unsynced_max) = (path.to_path_buf(), UNSYNCED_BYTES_MAX);
        Self { file, path, size, synced: size, unsynced_max, poisoned: false }
    }

    /// Appends one entry and returns the offset of its frame. It is durable after [`LogFile::sync`].
    pub(crate) fn append(&mut self, kind: Kind, payload: &[u8]) -> Result<u64, WriteError> {
        self.verify_sound()?;
        let bytes = encode_frame(kind, payload)?;
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

    /// Makes everything appended durable. After a failure the sync is never tried again, because
    /// the system may have dropped the pages and would report success.
    pub(crate) fn sync(&mut self) -> Result<(), WriteError> {
        self.verify_sound()?;
        self.poisoned = true;
        self.file.sync().map_err(failed("sync", &self.path))?;
        (self.poisoned, self.synced) = (false, self.size);
        Ok(())
    }

    /// Fails if an earlier write or sync failed.
    pub(crate) const fn verify_sound(&self) -> Result<(), WriteError> {
        if self.poisoned { Err(WriteError::Poisoned) } else { Ok(()) }
    }

    /// Marks the file as failed because of something beside it, such as a failed sync of its folder.
    pub(crate) const fn poison(&mut self) {
        self.poisoned = true;
    }

    /// The number of bytes written so far.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }
}

#[cfg(test)]
mod tests;
