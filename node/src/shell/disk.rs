//! The ledger folder of a node: journal, index, and the file `signed`.

use std::fs;
use std::path::{Path, PathBuf};

use nemcon_ledger::journal::{Entry, Journal, JournalError};
use nemcon_ledger::signed::{Signed, SignedError, SignedState};
use nemcon_ledger::store::{OpenError, Store, StoreError};

use super::replay::{ReplayError, Replayed, block_zero, keys_of};
use super::worker::Node;

/// The file with the guard and the write-ahead log; never part of a backup.
const SIGNED_FILE: &str = "signed";

/// An open ledger folder and what its journal amounts to.
pub(super) struct Disk {
    pub(super) store: Store,
    pub(super) signed: Signed,
    pub(super) state: SignedState,
    pub(super) replayed: Replayed,
}

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
    /// It is gone although the node has signed before.
    #[error(
        "{} is missing, but the journal beside it is not: this node cannot know what it has \
         signed. Restore that file; never start from a copy of the journal alone",
        .path.display()
    )]
    SignedMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The journal is shorter than what this node has sealed.
    #[error(
        "the journal holds {size} records, but this node has sealed {sealed}: its end is lost. \
         Restore the whole ledger folder"
    )]
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

/// Opens the ledger in `dir`, or makes it where there is none.
pub(super) fn open(dir: &Path, node: &Node) -> Result<Disk, DiskError> {
    fs::create_dir_all(dir).map_err(|source| DiskError::Folder { path: dir.to_owned(), source })?;
    let is_new = !Journal::is_at(dir)?;
    let mut replayed = Replayed::new(node.genesis.clone());
    let opened = Store::open(dir, node.council, &mut |entry: &Entry| replayed.take(entry));
    let (mut store, recovered) = opened
        .map_err(|error| DiskError::Store { path: dir.to_owned(), error: Box::new(error) })?;
    if let Some(torn) = recovered.torn {
        tracing::warn!(?torn, "the journal's last entry was torn and is cut");
    }
    let path = dir.join(SIGNED_FILE);
    if !is_new && !path.exists() && store.size().0 > 0 {
        return Err(DiskError::SignedMissing { path });
    }
    let (signed, state) = open_signed(&path, node)?;
    if store.size().0 == 0 {
        let zero = block_zero(&node.genesis);
        let keys = keys_of(&zero, replayed.chain.council());
        store.append(&Entry::Block(zero), keys)?;
        store.sync()?;
    }
    verify_guard(&state, &replayed, store.size().0)?;
    Ok(Disk { store, signed, state, replayed })
}

fn open_signed(path: &Path, node: &Node) -> Result<(Signed, SignedState), DiskError> {
    if !path.exists() {
        Signed::create(path, node.council)?;
    }
    Ok(Signed::open(path, node.council)?)
}

/// What was sealed must be in the journal, with the same root.
fn verify_guard(state: &SignedState, replayed: &Replayed, size: u64) -> Result<(), DiskError> {
    let Some(guard) = &state.guard else { return Ok(()) };
    let at = usize::try_from(guard.height.0).ok().and_then(|height| height.checked_sub(1));
    let boundary = at.and_then(|at| replayed.boundaries.get(at));
    match boundary {
        None => Err(DiskError::JournalShort { size, sealed: guard.size.0 }),
        Some(boundary) if (boundary.size, boundary.root) != (guard.size, guard.root) => {
            Err(DiskError::OtherRoot { size: guard.size.0 })
        }
        Some(_) => Ok(()),
    }
}
