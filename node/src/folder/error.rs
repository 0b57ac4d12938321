//! Why a node cannot run on its ledger folder.

use std::path::PathBuf;

use nemcon_ledger::journal::JournalError;
use nemcon_ledger::signed::SignedError;
use nemcon_ledger::storage::StorageError;
use nemcon_ledger::store::{OpenError, StoreError};

use super::replay::ReplayError;

/// Why a ledger folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DiskError {
    /// The folder cannot be made.
    #[error("{}: {source}", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The journal or the index.
    #[error("ledger folder {}: {error}", .path.display())]
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
    /// Whether the journal holds something else than what was written, so that a repair is needed.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::JournalShort { .. } => true,
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
