//! Why a node cannot run on its ledger folder.
//!
//! What it guarantees: each error says what is wrong, where, and what to do.

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
    /// The folder cannot be created.
    #[error("{}: {source}", .path.shown())]
    Folder {
        /// The path of the folder or file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The journal or the index cannot be opened, or an entry does not follow.
    #[error("ledger folder {}: {error}", .path.shown())]
    Store {
        /// The path of the ledger folder.
        path: PathBuf,
        /// What is wrong with the journal or the index.
        error: Box<OpenError<ReplayError>>,
    },
    /// A write or a sync failed. Nothing after it was done.
    #[error("the journal: {0}")]
    Write(#[from] StoreError),
    /// The folder cannot be searched for a journal.
    #[error("the journal: {0}")]
    Journal(#[from] JournalError),
    /// The file `signed` cannot be used.
    #[error("the file `signed`: {0}")]
    SignedFile(#[from] SignedError),
    /// The folder cannot be searched for the file `signed`.
    #[error("the ledger folder: {0}")]
    Storage(#[from] StorageError),
    /// A node was to be created in a folder that a node has used.
    #[error("{} is there already: a ledger is made once, for a node that has never run", .0.shown())]
    Taken(PathBuf),
    /// There is no ledger: the node was never created, or its folder is lost or elsewhere.
    #[error("{}: no ledger is there, neither a journal nor a file `signed`", .0.shown())]
    NotMade(PathBuf),
    /// The creation of the ledger was interrupted before anything was signed.
    #[error("{}: the ledger was not made to its end", .0.shown())]
    HalfMade(PathBuf),
    /// The journal is gone, although something else in the folder shows that the node has run.
    #[error("{}: the journal is gone, but what is left in `{}` shows that this node has run", dir.shown(), .trace)]
    JournalGone {
        /// The path of the ledger folder.
        dir: PathBuf,
        /// The name of what shows that the node has run.
        trace: String,
    },
    /// The journal is shorter than what this node has sealed.
    #[error("the journal holds {size} records, but this node has sealed {sealed}: its end is lost")]
    JournalShort {
        /// The number of leaves in the journal.
        size: u64,
        /// The size that the node has sealed.
        sealed: u64,
    },
    /// At the size that the node has sealed, the journal has another root.
    #[error("at size {size} the journal has another root than this node has sealed")]
    OtherRoot {
        /// The size at which the two roots differ.
        size: u64,
    },
}

impl DiskError {
    /// Whether another process holds the folder; usually that is the node itself.
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

    /// Whether an entry of the journal does not follow. If the state began at a snapshot, the snapshot may
    /// be what is wrong.
    pub(super) fn is_of_replay(&self) -> bool {
        match self {
            Self::Store { error, .. } => matches!(**error, OpenError::Replay { .. }),
            _ => false,
        }
    }

    /// Whether the journal holds something other than what was written, so that it must be repaired.
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
