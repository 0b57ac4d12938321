//! One ledger folder: the journal, the index over it, and the place of each block.
//!
//! ```text
//! append ──> journal ──sync──> durable ──> index
//!                                │
//! open:      journal ──replay──> caller's state, index compared or rebuilt
//! ```
//!
//! The first block has height 0 and holds the genesis as leaf 0. Heights follow without gaps, so every leaf
//! of the log is a record of exactly one block in the store.
//!
//! What it guarantees: the index is written after the sync, so it never knows a block that the journal
//! may lose. What it does not: if the index fails, the store goes on without it, and queries by hash,
//! measure and member are refused.

use std::path::Path;

use nemcon_crypto::{Digest, LeafIndex, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};

use crate::index::{Index, IndexError, RecordKeys};
use crate::journal::{Journal, JournalError, Position, Recovered, SEGMENT_BYTES_MAX};
use crate::storage::{Disk, Storage};

/// Why the store refuses a call or fails.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The journal cannot be opened, read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The index failed or is offline.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The block does not follow the last one.
    #[error("block {} where block {} comes next", found.0, expected.0)]
    HeightOutOfOrder {
        /// The height that must come next.
        expected: Height,
        /// The height of the refused block.
        found: Height,
    },
    /// The number of key sets is wrong: a block needs one for each of its records, a seal none.
    #[error("{keys} sets of keys for {records} records")]
    KeyCount {
        /// The number of records in the entry.
        records: usize,
        /// The number of key sets that were given.
        keys: usize,
    },
    /// No block is at this position any more: something other than this store changed the journal.
    #[error("no block at {0} any more")]
    NotABlock(Position),
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError<E> {
    /// The store itself failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller's replay refused an entry of the journal.
    #[error("the entry at {position} cannot be replayed")]
    Replay {
        /// The position of the refused entry.
        position: Position,
        /// The caller's reason.
        #[source]
        error: E,
    },
}

impl<E> From<JournalError> for OpenError<E> {
    fn from(error: JournalError) -> Self {
        Self::Store(error.into())
    }
}

/// The caller's replay: takes in an entry of the journal and, where the store asks for them, returns the
/// keys of its records. That is one set for each record of a block, in order, and none for a seal.
pub type Replay<'a, E> = dyn FnMut(&Entry, Keys) -> Result<Vec<RecordKeys>, E> + 'a;

/// Whether the index needs the keys of an entry's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The index lacks the entry.
    Wanted,
    /// The index has the entry, or there is no index.
    NotWanted,
}

/// The place of a block in the journal and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockPlace {
    /// The block's position in the journal, for [`crate::journal::read_from`].
    pub position: Position,
    /// The index of the block's first record in the log.
    pub first_leaf: LeafIndex,
}

/// The places of all blocks, by height.
#[derive(Debug, Default)]
pub struct Blocks {
    places: Vec<BlockPlace>,
    size: TreeSize,
}

/// A block that is in the journal and not yet in the index.
#[derive(Debug)]
struct Unindexed {
    first_leaf: LeafIndex,
    next: Position,
    keys: Vec<RecordKeys>,
}

/// A ledger folder that is open for appending.
pub struct Store<S: Storage = Disk> {
    journal: Journal<S>,
    blocks: Blocks,
    index: Option<Index>,
    unindexed: Vec<Unindexed>,
    /// Seals that become one entry of the journal with the next block, or the next sync.
    seals: Vec<Seal>,
}

/// The most seals that wait for the next block or sync.
const SEALS_WAITING_MAX: usize = 1_024;

impl Blocks {
    const fn next_height(&self) -> Height {
        Height(self.places.len() as u64)
    }

    /// Refuses a block that does not come next.
    fn verify(&self, entry: &Entry) -> Result<(), StoreError> {
        match entry {
            Entry::Block(block) if block.height != self.next_height() => {
                let (expected, found) = (self.next_height(), block.height);
                Err(StoreError::HeightOutOfOrder { expected, found })
            }
            Entry::Block(_) | Entry::Seal(_) => Ok(()),
        }
    }

    /// The log's size once the entry is noted.
    fn size_with(&self, entry: &Entry) -> TreeSize {
        match entry {
            Entry::Block(block) => TreeSize(self.size.0 + block.records.len() as u64),
            Entry::Seal(_) => TreeSize(0),
        }
    }

    /// Notes an entry; if it is a block, returns the index of its first leaf.
    pub fn note(&mut self, entry: &Entry, position: Position) -> Option<LeafIndex> {
        let Entry::Block(block) = entry else { return None };
        let first_leaf = LeafIndex(self.size.0);
        self.places.push(BlockPlace { position, first_leaf });
        self.size = TreeSize(self.size.0 + block.records.len() as u64);
        Some(first_leaf)
    }

    /// The position of the block that holds a leaf, and the leaf's index in that block.
    fn locate(&self, leaf: LeafIndex) -> Option<(Position, usize)> {
        let place = self.holding(leaf, 1).first()?;
        Some((place.position, usize::try_from(leaf.0 - place.first_leaf.0).ok()?))
    }

    /// The number of leaves in all blocks.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The places of the blocks that hold `leaves` leaves from `from` on.
    pub fn holding(&self, from: LeafIndex, leaves: u64) -> &[BlockPlace] {
        let end = self.size.0.min(from.0.saturating_add(leaves));
        if from.0 >= end {
            return &[];
        }
        let first = self.places.partition_point(|place| place.first_leaf <= from);
        let behind = self.places.partition_point(|place| place.first_leaf.0 < end);
        &self.places[first - 1..behind]
    }
}

/// Refuses a wrong number of key sets.
fn verify_count(entry: &Entry, keys: &[RecordKeys]) -> Result<(), StoreError> {
    let records = match entry {
        Entry::Block(block) => block.records.len(),
        Entry::Seal(_) => 0,
    };
    let keys = keys.len();
    if keys == records { Ok(()) } else { Err(StoreError::KeyCount { records, keys }) }
}

impl Store {
    /// Opens the ledger of `council` in the folder `dir`, or creates it. Every entry of the journal
    /// goes to `replay` in order; `replay` may refuse an entry, and the opening then fails. The
    /// same pass brings the index up to date. All replayed entries are durable.
    pub fn open<E>(
        dir: &Path,
        council: Digest,
        replay: &mut Replay<'_, E>,
    ) -> Result<(Self, Recovered), OpenError<E>> {
        let (journal, recovered) = Journal::open(&dir.join("journal"), council, SEGMENT_BYTES_MAX)?;
        let index = Index::open(&dir.join("index"), council, journal.end());
        Ok((Self::replayed(journal, index.ok(), replay)?, recovered))
    }
}

impl<S: Storage> Store<S> {
    /// A store over an open journal that was replayed. Without an index it refuses the queries
    /// that need one.
    pub fn replayed<E>(
        journal: Journal<S>,
        mut index: Option<Index>,
        replay: &mut Replay<'_, E>,
    ) -> Result<Self, OpenError<E>> {
        let mut blocks = Blocks::default();
        for located in journal.entries()? {
            let located = located?;
            let (entry, position) = (&located.entry, located.position);
            let lacks = |index: &Index| blocks.size_with(entry) > index.size();
            let wanted = index.as_ref().is_some_and(lacks);
            let wants = if wanted { Keys::Wanted } else { Keys::NotWanted };
            let keys = replay(entry, wants);
            let keys = keys.map_err(|error| OpenError::Replay { position, error })?;
            blocks.verify(entry)?;
            if let Some(first_leaf) = blocks.note(entry, position)
                && wanted
            {
                verify_count(entry, &keys)?;
                let block = Unindexed { first_leaf, next: located.next, keys };
                index = index.and_then(|index| applied(index, &block));
            }
        }
        // An index of another, longer journal.
        if index.as_ref().is_some_and(|index| index.size() > blocks.size) {
            index = index.and_then(without);
        }
        Ok(Self { journal, blocks, index, unindexed: Vec::new(), seals: Vec::new() })
    }

    /// Appends an entry, with the key sets of its records if it is a block. The entry is durable
    /// after [`Store::sync`]; before that it must not be acknowledged, served or indexed. Seals wait in
    /// memory for the next block or sync, to lie in the journal together.
    pub fn append(&mut self, entry: &Entry, keys: Vec<RecordKeys>) -> Result<(), StoreError> {
        self.blocks.verify(entry)?;
        verify_count(entry, &keys)?;
        if let Entry::Seal(seal) = entry {
            self.journal.verify_sound()?;
            self.seals.push(seal.clone());
            return if self.seals.len() < SEALS_WAITING_MAX { Ok(()) } else { self.append_seals() };
        }
        self.append_seals()?;
        let position = self.journal.append(entry)?;
        if let Some(first_leaf) = self.blocks.note(entry, position) {
            self.unindexed.push(Unindexed { first_leaf, next: self.journal.end(), keys });
        }
        Ok(())
    }

    fn append_seals(&mut self) -> Result<(), StoreError> {
        self.journal.append_seals(&self.seals)?;
        self.seals.clear();
        Ok(())
    }

    /// Makes every appended entry durable, then indexes the blocks among them. A failure of the
    /// index is no failure of this call; [`Store::index`] tells it.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.append_seals()?;
        self.journal.sync()?;
        for block in self.unindexed.drain(..) {
            self.index = self.index.take().and_then(|index| applied(index, &block));
        }
        Ok(())
    }

    /// The seals that wait for the next block or sync.
    pub fn seals_waiting(&self) -> &[Seal] {
        &self.seals
    }

    /// Reads the record that is leaf `leaf`; `None` if the log is shorter.
    pub fn record(&self, leaf: LeafIndex) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((position, place)) = self.blocks.locate(leaf) else { return Ok(None) };
        let mut records = self.read_block(position)?.records;
        if place >= records.len() {
            return Err(StoreError::NotABlock(position));
        }
        Ok(Some(records.swap_remove(place)))
    }

    /// The places of the blocks that hold `leaves` leaves from `from` on, for a reader in another task.
    pub fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace> {
        self.blocks.holding(from, leaves).to_vec()
    }

    /// The blocks from `height` on, limited in number and to `bytes_max` bytes together. The first
    /// block is always included if it exists.
    pub fn blocks_from(
        &self,
        height: Height,
        blocks_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<CommittedBlock>, StoreError> {
        let first = usize::try_from(height.0).unwrap_or(usize::MAX);
        let mut blocks = Vec::new();
        let mut bytes = 0;
        for place in self.blocks.places.get(first..).unwrap_or_default().iter().take(blocks_max) {
            let block = self.read_block(place.position)?;
            bytes += block.bytes();
            if bytes > bytes_max && !blocks.is_empty() {
                break;
            }
            blocks.push(block);
        }
        Ok(blocks)
    }

    /// The number of leaves, unsynced ones included.
    pub const fn size(&self) -> TreeSize {
        self.blocks.size
    }

    /// The height of the next block.
    pub const fn next_height(&self) -> Height {
        self.blocks.next_height()
    }

    /// The index, for queries; an error if there is none.
    pub fn index(&self) -> Result<&Index, StoreError> {
        Ok(self.index.as_ref().ok_or(IndexError::Offline)?)
    }

    /// Writes what the index holds in memory alone, so that the next start finds it. A failure of the
    /// index is no failure of this call.
    pub fn write_index(&mut self) {
        self.index = self.index.take().and_then(|mut index| match index.write() {
            Ok(()) => Some(index),
            Err(_) => without(index),
        });
    }

    /// The journal, for reading. Seals that wait for the next block or sync are not in it.
    pub const fn journal(&self) -> &Journal<S> {
        &self.journal
    }

    fn read_block(&self, position: Position) -> Result<CommittedBlock, StoreError> {
        match self.journal.read(position)? {
            Entry::Block(block) => Ok(block),
            Entry::Seal(_) => Err(StoreError::NotABlock(position)),
        }
    }
}

/// The index with the block added; `None` if that failed.
fn applied(mut index: Index, block: &Unindexed) -> Option<Index> {
    match index.apply_block(block.first_leaf, block.next, &block.keys) {
        Ok(()) => Some(index),
        Err(_) => without(index),
    }
}

/// Gives up an index that failed, and moves it aside. If that fails too, the next start tries again.
fn without(index: Index) -> Option<Index> {
    drop(index.abandon());
    None
}

#[cfg(test)]
mod tests;
