//! Why the file `signed` cannot be opened, or refuses what it is given.

use std::path::PathBuf;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::durable::GuardError;
use nemcon_ledger::text::Show as _;

use crate::frame::FrameTooLong;
use crate::log_file::{HeadError, WriteError};
use crate::storage::StorageError;

/// Why the file `signed` cannot be opened, or refuses what it is given.
#[derive(Debug, thiserror::Error)]
pub enum SignedError {
    /// It is made once and there already.
    #[error("{} exists already", .0.shown())]
    Exists(PathBuf),
    /// It is not there: this node must not vote before it knows what it has signed.
    #[error("{} is missing: observe, or rejoin", .0.shown())]
    Missing(PathBuf),
    /// Its bytes are not what was written: this node must not vote either.
    #[error("{} is damaged at byte {offset}: observe, or rejoin", path.shown())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the damage is, or the frame that holds it.
        offset: u64,
    },
    /// It belongs to another council.
    #[error("{} belongs to council {found}", path.shown())]
    OtherCouncil {
        /// The file.
        path: PathBuf,
        /// The council that it names.
        found: Digest,
    },
    /// It is in a form that this program does not know.
    #[error("{} has format version {found}, which this program does not read", path.shown())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// The version that it names.
        found: u32,
    },
    /// A write or a sync failed earlier.
    #[error("an earlier write to the signed file failed; start again")]
    Poisoned,
    /// The entry is too long; nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// The guard contradicts what was sealed; nothing was written.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The entry is of a height that was not started; nothing was written.
    #[error("height {} is under way, not {}", current.0, found.0)]
    OtherHeight {
        /// The height last started.
        current: Height,
        /// The height of the refused entry.
        found: Height,
    },
    /// The system refused an operation.
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
