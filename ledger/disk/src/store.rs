//! One ledger folder: the journal, the index over it, and where each block lies.
//!
//! ```text
//! append ──> journal ──sync──> durable ──> index
//!                                │
//! open:      journal ──replay──> caller's state, index compared or rebuilt
//! ```
//!
//! The first block is that of height 0 and holds the genesis, leaf 0; heights follow without gaps,
//! so every leaf of the log is a record of one block here. The index is written behind the sync: it
//! never knows what the journal may lose. Where it fails, the ledger goes on without it.

use std::path::Path;

use nemcon_crypto::{Digest, LeafIndex, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::durable::{CommittedBlock, Entry};

use crate::index::{Index, IndexError, RecordKeys};
use crate::journal::{Journal, JournalError, Position, Recovered, SEGMENT_BYTES_MAX};
use crate::storage::{Disk, Storage};

/// Why the store refuses or fails.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The journal cannot be opened, read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The index has no answer.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The block does not follow the last one.
    #[error("block {} where block {} comes next", found.0, expected.0)]
    HeightOutOfOrder {
        /// The height that comes next.
        expected: Height,
        /// The height of the block.
        found: Height,
    },
    /// There must be one set of keys for each record of a block, and none for a seal.
    #[error("{keys} sets of keys for {records} records")]
    KeyCount {
        /// How many records the entry has.
        records: usize,
        /// How many sets of keys were given.
        keys: usize,
    },
    /// The journal has been changed by another hand while it was open.
    #[error("no block at {0} any more")]
    NotABlock(Position),
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError<E> {
    /// The store's own reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller refused an entry of the journal.
    #[error("the entry at {position} cannot be replayed")]
    Replay {
        /// Where the entry lies.
        position: Position,
        /// What the caller said.
        #[source]
        error: E,
    },
}

impl<E> From<JournalError> for OpenError<E> {
    fn from(error: JournalError) -> Self {
        Self::Store(error.into())
    }
}

/// Takes in an entry of the journal and names the keys of its records: one set for each record of
/// a block in order, none for a seal.
pub type Replay<'a, E> = dyn FnMut(&Entry) -> Result<Vec<RecordKeys>, E> + 'a;

/// Where a block lies in the journal and in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockPlace {
    /// In the journal, where [`crate::journal::read_from`] reads it.
    pub position: Position,
    /// Its first record, in the log.
    pub first_leaf: LeafIndex,
}

/// The places of all blocks, by height.
#[derive(Debug, Default)]
struct Blocks {
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

/// An open ledger folder.
pub struct Store<S: Storage = Disk> {
    journal: Journal<S>,
    blocks: Blocks,
    index: Option<Index>,
    unindexed: Vec<Unindexed>,
}

impl Blocks {
    const fn next_height(&self) -> Height {
        Height(self.places.len() as u64)
    }

    /// Refuses a block that does not come next, or keys that are not those of its records.
    fn verify(&self, entry: &Entry, keys: &[RecordKeys]) -> Result<(), StoreError> {
        let records = match entry {
            Entry::Block(block) if block.height != self.next_height() => {
                let (expected, found) = (self.next_height(), block.height);
                return Err(StoreError::HeightOutOfOrder { expected, found });
            }
            Entry::Block(block) => block.records.len(),
            Entry::Seal(_) => 0,
        };
        let keys = keys.len();
        if keys == records { Ok(()) } else { Err(StoreError::KeyCount { records, keys }) }
    }

    /// Notes a block; its first leaf, if the entry is one.
    fn note(&mut self, entry: &Entry, position: Position) -> Option<LeafIndex> {
        let Entry::Block(block) = entry else { return None };
        let first_leaf = LeafIndex(self.size.0);
        self.places.push(BlockPlace { position, first_leaf });
        self.size = TreeSize(self.size.0 + block.records.len() as u64);
        Some(first_leaf)
    }

    /// The block that holds a leaf, and the leaf's place in it.
    fn locate(&self, leaf: LeafIndex) -> Option<(Position, usize)> {
        let place = self.holding(leaf, 1).first()?;
        Some((place.position, usize::try_from(leaf.0 - place.first_leaf.0).ok()?))
    }

    /// The blocks that hold so many leaves from this one on.
    fn holding(&self, from: LeafIndex, leaves: u64) -> &[BlockPlace] {
        let end = self.size.0.min(from.0.saturating_add(leaves));
        if from.0 >= end {
            return &[];
        }
        let first = self.places.partition_point(|place| place.first_leaf <= from);
        let behind = self.places.partition_point(|place| place.first_leaf.0 < end);
        &self.places[first - 1..behind]
    }
}

impl Store {
    /// Opens the ledger of `council` in the folder `dir`, or makes it. Every entry of the journal
    /// goes to `replay`, in order, which may refuse it and so stop the opening; the index is
    /// compared and brought up to date in the same pass. What was replayed is durable.
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
    /// A store over an open journal, replayed; without an index only what needs none is answered.
    pub fn replayed<E>(
        journal: Journal<S>,
        mut index: Option<Index>,
        replay: &mut Replay<'_, E>,
    ) -> Result<Self, OpenError<E>> {
        let mut blocks = Blocks::default();
        for located in journal.entries()? {
            let located = located?;
            let (entry, position) = (&located.entry, located.position);
            let keys = replay(entry).map_err(|error| OpenError::Replay { position, error })?;
            blocks.verify(entry, &keys)?;
            if let Some(first_leaf) = blocks.note(entry, position) {
                let block = Unindexed { first_leaf, next: located.next, keys };
                index = index.and_then(|index| caught_up(index, &block));
            }
        }
        Ok(Self { journal, blocks, index, unindexed: Vec::new() })
    }

    /// Appends an entry, with the keys of its records if it is a block. Durable after
    /// [`Store::sync`], and only then to be acknowledged, served or indexed.
    pub fn append(&mut self, entry: &Entry, keys: Vec<RecordKeys>) -> Result<Position, StoreError> {
        self.blocks.verify(entry, &keys)?;
        let position = self.journal.append(entry)?;
        if let Some(first_leaf) = self.blocks.note(entry, position) {
            self.unindexed.push(Unindexed { first_leaf, next: self.journal.end(), keys });
        }
        Ok(position)
    }

    /// Makes every appended entry durable, then indexes the blocks among them. A failure of the
    /// index is no failure of this: [`Store::has_index`] tells.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.journal.sync()?;
        for block in self.unindexed.drain(..) {
            self.index = self.index.take().and_then(|index| applied(index, &block));
        }
        Ok(())
    }

    /// The record that is leaf `leaf`, if the log is that long.
    pub fn record(&self, leaf: LeafIndex) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((position, place)) = self.blocks.locate(leaf) else { return Ok(None) };
        let mut records = self.read_block(position)?.records;
        if place >= records.len() {
            return Err(StoreError::NotABlock(position));
        }
        Ok(Some(records.swap_remove(place)))
    }

    /// Where the blocks lie that hold so many leaves from this one on, for who reads them elsewhere.
    pub fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace> {
        self.blocks.holding(from, leaves).to_vec()
    }

    /// The blocks from `height` on, at most so many and of at most `bytes_max` together; the first one
    /// in any case, if there is one.
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

    /// The number of leaves, those not yet synced with them.
    pub const fn size(&self) -> TreeSize {
        self.blocks.size
    }

    /// The height that the next block has.
    pub const fn next_height(&self) -> Height {
        self.blocks.next_height()
    }

    /// Whether queries by hash, measure and member are answered.
    pub const fn has_index(&self) -> bool {
        self.index.is_some()
    }

    /// The index for queries.
    pub fn index(&self) -> Result<&Index, StoreError> {
        Ok(self.index.as_ref().ok_or(IndexError::Offline)?)
    }

    /// The journal, to read.
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

/// The index with a replayed block in it, there already or added now. That the index says it has
/// the block is not believed: its flush may have lost any part.
fn caught_up(index: Index, block: &Unindexed) -> Option<Index> {
    let is_there = block.next <= index.indexed_to();
    match index.is_holding(block.first_leaf, &block.keys) {
        Ok(true) if is_there => Some(index),
        Ok(_) => applied(index, block),
        Err(_) => without(index),
    }
}

/// The index with the block added, or none.
fn applied(mut index: Index, block: &Unindexed) -> Option<Index> {
    match index.apply_block(block.first_leaf, block.next, &block.keys) {
        Ok(()) => Some(index),
        Err(_) => without(index),
    }
}

/// Gives up an index that failed. If it cannot be moved aside either, the next start tries again.
fn without(index: Index) -> Option<Index> {
    drop(index.abandon());
    None
}

#[cfg(test)]
mod tests;
