//! The ledger folder of a node: journal, index, and the file `signed`.
//!
//! What it guarantees: a lost folder is never mistaken for a new node's, because the folder is created once,
//! by an act of its own. Opening it says what the node may do. Every [`Write`] of the replica is carried
//! out as it says, or reported as failed. What it does not: it sends nothing and judges no message.
//!
//! The simulator of the tests drives this same code on a storage in memory.

mod error;
mod evidence;
mod init;
mod log;
mod mending;
mod names;
mod own_past;
mod reading;
mod replay;
mod seals_found;
mod snapshot;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nemcon_crypto::Digest;
use nemcon_disk::index::Index;
use nemcon_disk::journal::{Journal, SEGMENT_BYTES_MAX};
use nemcon_disk::signed::{SignedError, SignedFile, SignedState};
use nemcon_disk::storage::{Disk, Storage, is_there};
use nemcon_disk::store::{OpenError, Store, StoreError};
use nemcon_ledger::durable::{CommittedBlock, Entry};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};

pub use error::DiskError;
pub use log::FolderLog;
pub(crate) use log::read_chain;
pub use mending::{MendError, Mended, Mending};
pub(crate) use names::{evidence_in, has_ledger, index_in, journal_in, signed_in};
pub use own_past::Trust;
pub use reading::{ReadLeaves, ReadLedger};
pub use replay::{ReplayError, Replayed};
pub use snapshot::{DueSnapshot, SNAPSHOT_RECORD_BYTES};

use evidence::EvidenceFolder;
use names::{INDEX_FOLDER, JOURNAL_FOLDER, SIGNED_FILE, SNAPSHOT_FILE};
use nemcon_replica::consensus::Timeouts;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{
    BLOCKS_BYTES_MAX, BLOCKS_PER_MESSAGE_MAX, HEIGHT_UNKNOWN, Restored, Write,
};
use replay::{Replay, keys_of, measures_in};

/// The identity of a node: its member, its council and its keys.
#[derive(Clone)]
pub struct Identity {
    /// The code of the node's member.
    pub me: Code,
    /// The council's genesis.
    pub genesis: Genesis,
    /// The council's digest.
    pub council: Digest,
    /// The keys that the node holds.
    pub keys: Keyring,
}

/// An open ledger folder.
pub struct Folder<S: Storage = Disk> {
    store: Store<S>,
    signed: SignedFile<S>,
    evidence: EvidenceFolder<S>,
    storage: S,
    dir: PathBuf,
    /// The number of measures in the log.
    measures: u64,
    /// The bytes of the records that came after the snapshot, or after the one that is under way.
    since_snapshot: u64,
    /// The bytes of the last snapshot that was written since the start; 0 before.
    snapshot_bytes: Arc<AtomicU64>,
}

/// What opening a ledger folder found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The result of replaying the journal.
    pub replayed: Replayed,
    /// What this node had signed.
    pub signed: SignedState,
}

impl Found {
    /// The state with which the replica begins.
    pub fn restored(self, identity: &Identity) -> Restored {
        let Self { replayed, signed } = self;
        Restored {
            genesis: identity.genesis.clone(),
            me: identity.me.clone(),
            keys: identity.keys.clone(),
            chain: replayed.chain,
            boundaries: replayed.boundaries,
            seals: replayed.seals,
            guard: signed.guard,
            wal: (signed.height, signed.wal),
            votes_from: signed.votes_from,
            certificate: replayed.certificate,
            timeouts: Timeouts::default(),
        }
    }
}

impl Folder {
    /// Creates the ledger of a node that has never run, durably: block 0, and a file `signed` that
    /// says that nothing was signed. Completes an earlier creation that was interrupted.
    ///
    /// # Errors
    /// [`DiskError::Taken`] if the folder holds anything of a ledger. Then nothing was changed.
    pub fn init(dir: &Path, genesis: &Genesis) -> Result<(), DiskError> {
        Self::init_in(Disk, dir, genesis)
    }

    /// Opens the ledger in `dir`, which [`Folder::init`] has created. If the file `signed` is
    /// missing or damaged, the node observes. If the journal is gone, nothing is opened.
    ///
    /// # Errors
    /// [`DiskError`]: the node must not run on this folder.
    pub fn open(dir: &Path, node: &Identity, trust: Trust) -> Result<(Self, Found), DiskError> {
        let folder = dir.join(INDEX_FOLDER);
        let index = |journal: &Journal| match trust {
            Trust::OwnPast => Index::open(&folder, node.council, journal.end()).ok(),
            Trust::Nothing => Index::open_anew(&folder, node.council).ok(),
        };
        Self::open_with(&Disk, dir, node, trust, &index)
    }
}

impl<S: Storage> Folder<S> {
    /// Like [`Folder::init`], in any storage.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn init_in(storage: S, dir: &Path, genesis: &Genesis) -> Result<(), DiskError> {
        init::make(storage, dir, genesis)
    }

    /// Like [`Folder::open`], in any storage and without an index.
    ///
    /// # Errors
    /// [`DiskError`]: the node must not run on this folder.
    pub fn open_in(
        storage: &S,
        dir: &Path,
        node: &Identity,
        trust: Trust,
    ) -> Result<(Self, Found), DiskError> {
        Self::open_with(storage, dir, node, trust, &|_| None)
    }

    /// Opens the folder from its snapshot, or without one where there is none that the journal agrees with.
    fn open_with(
        storage: &S,
        dir: &Path,
        node: &Identity,
        trust: Trust,
        index: &dyn Fn(&Journal<S>) -> Option<Index>,
    ) -> Result<(Self, Found), DiskError> {
        let snapshot = usable_snapshot(storage, dir, &node.genesis);
        let begin = |snapshot| Replay::begin(&node.genesis, &node.me, snapshot, trust);
        let is_from_snapshot = snapshot.is_some() && trust == Trust::OwnPast;
        let (folder, found) = match Self::open_from(storage, dir, node, begin(snapshot), index) {
            Err(error) if is_from_snapshot && error.is_of_replay() => {
                tracing::warn!(event = %"snapshot-unused", "{error}: the state is made from the journal");
                Self::open_from(storage, dir, node, begin(None), index)?
            }
            opened => opened?,
        };
        if trust == Trust::Nothing && !found.replayed.is_snapshot_proven {
            folder.remove_snapshot()?;
        }
        Ok((folder, found))
    }

    /// Removes a snapshot that a start which trusts nothing has not proven.
    fn remove_snapshot(&self) -> Result<(), DiskError> {
        let path = self.dir.join(SNAPSHOT_FILE);
        if is_there(&self.storage, &path)? {
            tracing::error!(event = %"snapshot-removed", "the snapshot is not what the journal leads to, and is removed");
            self.storage.remove(&path).map_err(|source| DiskError::Folder { path, source })?;
        }
        Ok(())
    }

    fn open_from(
        storage: &S,
        dir: &Path,
        node: &Identity,
        mut replay: Replay,
        index: &dyn Fn(&Journal<S>) -> Option<Index>,
    ) -> Result<(Self, Found), DiskError> {
        let (journals, council) = (dir.join(JOURNAL_FOLDER), node.council);
        if !Journal::is_in(storage, &journals)? {
            return Err(init::why_no_journal(storage, dir, council));
        }
        let opened = Journal::open_in(storage.clone(), &journals, council, SEGMENT_BYTES_MAX)?;
        let (journal, recovered) = opened;
        if let Some(torn) = recovered.torn {
            tracing::warn!(event = %"journal-torn", ?torn, "the journal's last entry was torn and is cut");
        }
        let index = index(&journal);
        let (end, before) = (journal.end(), replay.chain().size().0);
        let mut since_snapshot = 0;
        let mut take = |entry: &Entry, keys| {
            let is_after = replay.height() >= replay.snapshot();
            since_snapshot += if is_after { bytes_of(entry) } else { 0 };
            replay.take(entry, keys)
        };
        let opened = Store::replayed(journal, index, &mut take);
        let store = opened.map_err(|error| in_folder(dir, error))?;
        if store.size().0 == 0 {
            return Err(init::why_no_journal(storage, dir, council));
        }
        let not_replayed = |error| in_folder(dir, OpenError::Replay { position: end, error });
        let replayed = replay.end().map_err(not_replayed)?;
        tracing::debug!(
            records = store.size().0,
            applied = store.size().0.saturating_sub(before),
            "the journal is read"
        );
        let evidence = EvidenceFolder::new(storage.clone(), dir);
        let (signed, state) = open_signed(storage.clone(), &dir.join(SIGNED_FILE), council)?;
        verify_guard(&state, &replayed, store.size().0)?;
        let (storage, dir, measures) = (storage.clone(), dir.to_owned(), replayed.measures);
        let folder = Self {
            store,
            signed,
            evidence,
            storage,
            dir,
            measures,
            since_snapshot,
            snapshot_bytes: Arc::default(),
        };
        Ok((folder, Found { replayed, signed: state }))
    }

    /// Carries out one disk operation of the replica.
    ///
    /// # Errors
    /// [`DiskError`]: the node must stop, and no effect that follows this one may be done.
    pub fn write(&mut self, write: &Write) -> Result<(), DiskError> {
        match write {
            Write::Journal(entry) => self.append(entry)?,
            Write::SyncJournal => self.store.sync()?,
            Write::Guard(guard) => self.signed.append_guard(*guard)?,
            Write::Wal(height, bytes) => self.signed.append_wal(*height, bytes.clone())?,
            Write::BeginHeight(height) => self.signed.start_height(*height)?,
            Write::SyncSigned => self.signed.sync()?,
            Write::Observe(votes_from) => self.signed.append_observe(*votes_from)?,
            Write::Evidence(evidence) => self.evidence.keep(evidence)?,
        }
        Ok(())
    }

    fn append(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let keys = match entry {
            Entry::Block(block) => {
                let before = self.measures;
                self.measures += measures_in(block);
                keys_of(block, before)
            }
            Entry::Seal(_) => Vec::new(),
        };
        self.since_snapshot += bytes_of(entry);
        self.store.append(entry, keys)
    }

    /// A snapshot of this chain, whose last block is durable, if at least so many bytes of records came
    /// after the last one, and as many as that one has. So snapshots write no more bytes than blocks do, however
    /// long the ledger is. The caller writes it; the next one is due so many bytes later.
    pub fn due_snapshot(
        &mut self,
        chain: &Arc<Chain>,
        record_bytes: u64,
    ) -> Option<DueSnapshot<S>> {
        let bytes = record_bytes.max(self.snapshot_bytes.load(Ordering::Relaxed));
        if self.since_snapshot < bytes || chain.height() == Height(0) {
            return None;
        }
        self.since_snapshot = 0;
        Some(DueSnapshot {
            storage: self.storage.clone(),
            path: self.dir.join(SNAPSHOT_FILE),
            chain: Arc::clone(chain),
            written: Arc::clone(&self.snapshot_bytes),
        })
    }

    /// Decided blocks from `height` on, as many as fit into one answer to a peer.
    ///
    /// # Errors
    /// [`StoreError`]: the journal cannot be read.
    pub fn blocks_for_peer(&self, height: Height) -> Result<Vec<CommittedBlock>, StoreError> {
        // Block 0 is the genesis, which every node has.
        let from = height.max(Height(1));
        self.store.blocks_from(from, BLOCKS_PER_MESSAGE_MAX, BLOCKS_BYTES_MAX)
    }

    /// The ledger, for reading.
    pub const fn store(&self) -> &Store<S> {
        &self.store
    }
}

/// The bytes of the records in an entry.
fn bytes_of(entry: &Entry) -> u64 {
    match entry {
        Entry::Block(block) => block.bytes() as u64,
        Entry::Seal(_) => 0,
    }
}

/// The chain of the snapshot, if there is one of this council and release.
fn usable_snapshot<S: Storage>(storage: &S, dir: &Path, genesis: &Genesis) -> Option<Chain> {
    match snapshot::read(storage, dir, genesis) {
        Ok(chain) => chain,
        Err(reason) => {
            tracing::warn!(event = %"snapshot-unused",
                "the snapshot is not used, {reason}: the state is made from the journal"
            );
            None
        }
    }
}

fn in_folder(dir: &Path, error: OpenError<ReplayError>) -> DiskError {
    DiskError::Store { path: dir.to_owned(), error: Box::new(error) }
}

/// Opens the file `signed`. If it is missing or damaged, creates one that says that the node has
/// lost track of what it signed [rules.md R17].
fn open_signed<S: Storage>(
    storage: S,
    path: &Path,
    council: Digest,
) -> Result<(SignedFile<S>, SignedState), DiskError> {
    if is_there(&storage, path)? {
        match SignedFile::open_in(storage.clone(), path, council) {
            Err(SignedError::Damaged { offset, .. }) => {
                tracing::error!(event = %"signed-damaged", offset, "the file `signed` is damaged and put aside");
                put_aside(&storage, path)?;
            }
            opened => return Ok(opened?),
        }
    }
    tracing::error!(event = %"signed-unknown", "what this node has signed is not known: it withholds its votes");
    SignedFile::create_voting_from(storage.clone(), path, council, HEIGHT_UNKNOWN)?;
    Ok(SignedFile::open_in(storage, path, council)?)
}

fn put_aside<S: Storage>(storage: &S, path: &Path) -> Result<(), DiskError> {
    let mut number = 0;
    let aside = loop {
        let aside = path.with_extension(format!("damaged-{number}"));
        if !is_there(storage, &aside)? {
            break aside;
        }
        number += 1;
    };
    storage.rename(path, &aside).map_err(|source| DiskError::Folder { path: aside, source })
}

/// Checks that the journal has what was sealed, with the same root.
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
