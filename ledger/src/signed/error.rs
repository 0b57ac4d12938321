//! Why the file `signed` cannot be opened, or refuses what it is given.

use std::path::PathBuf;

use nemcon_crypto::{Digest, TreeSize};

use crate::Height;
use crate::frame::FrameTooLong;
use crate::log_file::{HeadError, WriteError};
use crate::storage::StorageError;
use crate::text::Show as _;

/// Why sealing what a guard names would contradict what was sealed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// A smaller tree.
    #[error("size {} is smaller than the {} that was sealed", found.0, sealed.0)]
    SmallerSize {
        /// The size last sealed.
        sealed: TreeSize,
        /// The size of the refused guard.
        found: TreeSize,
    },
    /// A second root for one size.
    #[error("size {} was sealed with root {sealed}, not {found}", size.0)]
    OtherRoot {
        /// The size of both.
        size: TreeSize,
        /// The root that was sealed.
        sealed: Digest,
        /// The root of the refused guard.
        found: Digest,
    },
    /// An earlier height, or another one for the same size.
    #[error("height {} does not follow the {} that was sealed", found.0, sealed.0)]
    WrongHeight {
        /// The height last sealed.
        sealed: Height,
        /// The height of the refused guard.
        found: Height,
    },
    /// An earlier time.
    #[error("time {found_s} is before the {sealed_s} of the last seal")]
    EarlierTime {
        /// The time last sealed, in seconds of POSIX time.
        sealed_s: u64,
        /// The time of the refused guard.
        found_s: u64,
    },
}

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
