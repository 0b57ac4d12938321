//! An append-only file of frames whose first one says whose it is; a failed write poisons it.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::frame::{FrameTooLong, Kind, encode_frame};
use crate::storage::{Storage, StorageError, StorageFile, failed};

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
    poisoned: bool,
}

impl<F: StorageFile> LogFile<F> {
    /// Makes the file with its head and syncs it. Its name is durable after `sync_dir`.
    pub(crate) fn create<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        head: &Head,
    ) -> Result<Self, StorageError> {
        let file = storage.create(path).map_err(failed("create", path))?;
        let mut log = Self { file, path: path.to_path_buf(), size: 0, poisoned: false };
        log.write_head(head)?;
        Ok(log)
    }

    /// Opens a file of which the first `size` bytes are whole frames, and cuts what follows them,
    /// durably.
    pub(crate) fn open<S: Storage<File = F>>(
        storage: &S,
        path: &Path,
        size: u64,
        torn: bool,
    ) -> Result<Self, StorageError> {
        let mut file = storage.open(path).map_err(failed("open", path))?;
        if torn {
            file.cut(size).map_err(failed("cut", path))?;
        }
        // Also without a cut: frames that a dead process wrote may not be on the disk yet, and the
        // caller is about to act on them.
        file.sync().map_err(failed("sync", path))?;
        Ok(Self { file, path: path.to_path_buf(), size, poisoned: false })
    }

    /// Writes and syncs the head of a file that is empty.
    pub(crate) fn write_head(&mut self, head: &Head) -> Result<(), StorageError> {
        let bytes = head.frame();
        self.file.append(&bytes).map_err(failed("write", &self.path))?;
        self.size += bytes.len() as u64;
        self.file.sync().map_err(failed("sync", &self.path))
    }

    /// Appends one entry and says where it begins. Durable after [`LogFile::sync`].
    pub(crate) fn append(&mut self, payload: &[u8]) -> Result<u64, WriteError> {
        self.verify_sound()?;
        let bytes = encode_frame(Kind::Entry, payload)?;
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
        self.poisoned = false;
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

    /// The file has got another name.
    pub(crate) fn renamed(&mut self, path: &Path) {
        self.path = path.to_path_buf();
    }

    /// The bytes written so far.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }
}
