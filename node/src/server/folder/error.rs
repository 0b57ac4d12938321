//! Why a node cannot run on its ledger folder.

use std::path::PathBuf;

use nemcon_disk::journal::JournalError;
use nemcon_disk::signed::SignedError;
use nemcon_disk::storage::StorageError;
use nemcon_disk::store::{OpenError, StoreError};
use nemcon_ledger::text::Show as _;

use super::replay::ReplayError;

/// Why a ledger folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The folder cannot be made.
    #[error("{}: {source}", .path.shown())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The journal or the index.
    #[error("ledger folder {}: {error}", .path.shown())]
    Store {
        /// Which.
        path: PathBuf,
        /// Why.
        error: Box<OpenError<ReplayError>>,
    },
    /// Writing or syncing failed: nothing after it was done.
    #[error("the journal: {0}")]
    Write(#[from] StoreError),
    /// The journal cannot be looked for.
    #[error("the journal: {0}")]
    Journal(#[from] JournalError),
    /// The file `signed`.
    #[error("the file `signed`: {0}")]
    Signed(#[from] SignedError),
    /// It cannot be looked for.
    #[error("the ledger folder: {0}")]
    Storage(#[from] StorageError),
    /// A node is made where one has run.
    #[error("{} is there already: a ledger is made once, for a node that has never run", .0.shown())]
    Taken(PathBuf),
    /// There is no ledger: the node is new, or its folder is lost or elsewhere.
    #[error("{}: no ledger is there, neither a journal nor a file `signed`", .0.shown())]
    NotMade(PathBuf),
    /// The making of the ledger was interrupted, before anything was signed.
    #[error("{}: the ledger was not made to its end", .0.shown())]
    HalfMade(PathBuf),
    /// The journal is gone, and something else shows that the node has run.
    #[error("{}: the journal is gone, but what is left in `{}` shows that this node has run", dir.shown(), .trace)]
    JournalGone {
        /// The ledger folder.
        dir: PathBuf,
        /// What is in it.
        trace: String,
    },
    /// The journal is shorter than what this node has sealed.
    #[error("the journal holds {size} records, but this node has sealed {sealed}: its end is lost")]
    JournalShort {
        /// What it holds.
        size: u64,
        /// What was sealed.
        sealed: u64,
    },
    /// The journal has another tree than the one that this node has sealed.
    #[error("at size {size} the journal has another root than this node has sealed")]
    OtherRoot {
        /// The size.
        size: u64,
    },
}

impl DiskError {
    /// Whether another process has the folder, most likely the node itself.
    pub fn is_in_use(&self) -> bool {
        let is_taken = |error: &JournalError| matches!(error, JournalError::InUse(_));
        match self {
            Self::Journal(error) | Self::Write(StoreError::Journal(error)) => is_taken(error),
            Self::Store { error, .. } => match error.as_ref() {
                OpenError::Store(StoreError::Journal(error)) => is_taken(error),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether the journal holds something else than what was written, so that a repair is needed.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::JournalShort { .. } | Self::JournalGone { .. } => true,
            Self::Journal(error) | Self::Write(StoreError::Journal(error)) => error.is_damage(),
            Self::Store { error, .. } => match error.as_ref() {
                OpenError::Store(StoreError::Journal(error)) => error.is_damage(),
                OpenError::Store(StoreError::HeightOutOfOrder { .. })
                | OpenError::Replay { .. } => true,
                OpenError::Store(_) => false,
            },
            _ => false,
        }
    }
}
