//! Why the file `signed` cannot be opened, or refuses an entry.

use std::path::PathBuf;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::durable::GuardError;
use nemcon_ledger::text::Show as _;

use crate::frame::FrameTooLong;
use crate::log_file::{HeadError, WriteError};
use crate::storage::StorageError;

/// Why the file `signed` cannot be opened, or refuses an entry.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// The file was to be created, and exists already.
    #[error("{} exists already", .0.shown())]
    Exists(PathBuf),
    /// The file is missing. The node must not vote before it knows what it has signed.
    #[error("{} is missing: observe, or rejoin", .0.shown())]
    Missing(PathBuf),
    /// The file's bytes are not what was written. The node must not vote before it knows what
    /// it has signed.
    #[error("{} is damaged at byte {offset}: observe, or rejoin", path.shown())]
    Damaged {
        /// The path of the file.
        path: PathBuf,
        /// The offset of the damage, or of the frame that holds it.
        offset: u64,
    },
    /// The file belongs to another council.
    #[error("{} belongs to council {found}", path.shown())]
    OtherCouncil {
        /// The path of the file.
        path: PathBuf,
        /// The digest of the council that the file names.
        found: Digest,
    },
    /// The file has a format version that this program does not know.
    #[error("{} has format version {found}, which this program does not read", path.shown())]
    OtherVersion {
        /// The path of the file.
        path: PathBuf,
        /// The version that the file names.
        found: u32,
    },
    /// A write or a sync failed earlier. Opening the file again finds out what is on the disk.
    #[error("an earlier write to the signed file failed; start again")]
    Poisoned,
    /// The entry is longer than a frame can be. Nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// The guard contradicts what the node has sealed. Nothing was written.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The entry is for a height that has not begun. Nothing was written.
    #[error("height {} is under way, not {}", current.0, found.0)]
    OtherHeight {
        /// The current height.
        current: Height,
        /// The height of the refused entry.
        found: Height,
    },
    /// The operating system refused a file operation.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SignedError {
    pub(super) const fn from_head(error: HeadError, path: PathBuf) -> Self {
        match error {
            HeadError::Version(found) => Self::OtherVersion { path, found },
            HeadError::Council(found) => Self::OtherCouncil { path, found },
            HeadError::Wrong => Self::Damaged { path, offset: 0 },
        }
    }
}

impl From<WriteError> for SignedError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Poisoned => Self::Poisoned,
            WriteError::TooLong(error) => Self::TooLong(error),
            WriteError::Storage(error) => Self::Storage(error),
        }
    }
}
