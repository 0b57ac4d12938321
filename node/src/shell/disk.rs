//! The ledger folder of a node: journal, index, and the file `signed`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nemcon_crypto::hash::sha256;
use nemcon_ledger::journal::{Entry, Journal, JournalError};
use nemcon_ledger::signed::{Signed, SignedError, SignedState};
use nemcon_ledger::store::{OpenError, Store, StoreError};

use super::replay::{ReplayError, Replayed, block_zero, keys_of};
use super::worker::Node;
use crate::evidence::{EVIDENCE_FILES_MAX, Evidence};
use crate::replica::HEIGHT_UNKNOWN;

/// The file with the guard and the write-ahead log; never part of a backup.
const SIGNED_FILE: &str = "signed";
/// What convicts other members.
const EVIDENCE_FOLDER: &str = "evidence";

/// An open ledger folder and what its journal amounts to.
pub(super) struct Disk {
    pub(super) store: Store,
    pub(super) signed: Signed,
    pub(super) state: SignedState,
    pub(super) replayed: Replayed,
    pub(super) evidence: EvidenceFolder,
}

/// The folder of evidence files; each is named by its digest, so that it is kept once.
pub(super) struct EvidenceFolder(PathBuf);

impl EvidenceFolder {
    /// Writes a file, unless it is there or there are enough.
    pub(super) fn keep(&self, evidence: &Evidence) -> Result<(), DiskError> {
        let text = evidence.render();
        let path = self.0.join(format!("{}.evidence", sha256(text.as_bytes())));
        let failed = |source| DiskError::Folder { path: path.clone(), source };
        if path.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.0).map_err(failed)?;
        if fs::read_dir(&self.0).map_err(failed)?.count() >= EVIDENCE_FILES_MAX {
            return Ok(());
        }
        let aside = path.with_extension("partial");
        let write = || {
            let mut file = fs::File::create(&aside)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&aside, &path)
        };
        write().map_err(failed)?;
        tracing::warn!(member = %evidence.member, file = %path.display(), "evidence is kept");
        Ok(())
    }
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
    let (signed, state) = open_signed(&dir.join(SIGNED_FILE), node, is_new)?;
    if store.size().0 == 0 {
        let zero = block_zero(&node.genesis);
        let keys = keys_of(&zero, replayed.chain.council());
        store.append(&Entry::Block(zero), keys)?;
        store.sync()?;
    }
    verify_guard(&state, &replayed, store.size().0)?;
    let evidence = EvidenceFolder(dir.join(EVIDENCE_FOLDER));
    Ok(Disk { store, signed, state, replayed, evidence })
}

/// Opens the file `signed`. Where it is missing or damaged although the node may have signed
/// before, a new one says that it has lost track (R17).
fn open_signed(path: &Path, node: &Node, is_new: bool) -> Result<(Signed, SignedState), DiskError> {
    if is_new && !path.exists() {
        Signed::create(path, node.council)?;
        return Ok(Signed::open(path, node.council)?);
    }
    match Signed::open(path, node.council) {
        Err(SignedError::Damaged { offset, .. }) => {
            tracing::error!(offset, "the file `signed` is damaged and put aside");
            put_aside(path)?;
        }
        Err(SignedError::Missing(_)) => tracing::error!("the file `signed` is missing"),
        opened => return Ok(opened?),
    }
    Signed::create(path, node.council)?;
    let (mut signed, mut state) = Signed::open(path, node.council)?;
    signed.append_observe(HEIGHT_UNKNOWN)?;
    signed.sync()?;
    state.votes_from = HEIGHT_UNKNOWN;
    Ok((signed, state))
}

fn put_aside(path: &Path) -> Result<(), DiskError> {
    let mut aside = (0..).map(|n| path.with_extension(format!("damaged-{n}")));
    let aside = aside.find(|aside| !aside.exists()).expect("some number is free");
    fs::rename(path, &aside).map_err(|source| DiskError::Folder { path: aside, source })
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
