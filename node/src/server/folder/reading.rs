//! A ledger folder that is read without its node: the state of its council, and where its leaves are.
//!
//! What it guarantees: nothing is locked and nothing is written, so a node may run on the folder. What is told was
//! derived from the journal as a node derives it at its start. Where the journal is damaged, or holds a block that this
//! release cannot judge, what lies before is told, with the reason why it ends there.

use std::collections::BTreeMap;
use std::path::Path;

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_disk::index::RecordKeys;
use nemcon_disk::journal::{JournalReader, Located, Position};
use nemcon_disk::signed::SignedState;
use nemcon_disk::storage::Disk;
use nemcon_disk::store::{BlockPlace, Blocks, Keys, OpenError};
use nemcon_ledger::Chain;
use nemcon_replica::replica::Replica;

use super::error::DiskError;
use super::names::JOURNAL_FOLDER;
use super::own_past::Trust;
use super::replay::{Replay, ReplayError, Replayed};
use super::{Found, Identity, in_folder, init, usable_snapshot};

/// A ledger folder as it was read.
pub struct ReadLedger {
    /// What replaying the journal has led to.
    pub replayed: Replayed,
    /// Where the leaves are, and whose.
    pub leaves: ReadLeaves,
    /// Why reading ended before the journal's end; `None` if all of it was read.
    pub ends: Option<String>,
    /// Whether the journal ends in a frame that was never written whole, as while a node appends.
    pub is_torn: bool,
}

/// Where the leaves of a journal are: the index of one run of a command, in memory alone.
#[derive(Debug, Default)]
pub struct ReadLeaves {
    blocks: Blocks,
    texts: BTreeMap<Digest, LeafIndex>,
    measures: BTreeMap<u64, Vec<LeafIndex>>,
    parties: BTreeMap<String, Vec<LeafIndex>>,
}

impl ReadLedger {
    /// Reads the ledger folder `dir`.
    ///
    /// # Errors
    /// [`DiskError`] if no block of this council can be read there.
    pub fn open(dir: &Path, node: &Identity, trust: Trust) -> Result<Self, DiskError> {
        // The snapshot first: a node that runs may write one of a block that a reader opened before lacks.
        let snapshot = match trust {
            Trust::OwnPast => usable_snapshot(&Disk, dir, &node.genesis),
            Trust::Nothing => None,
        };
        let journal = dir.join(JOURNAL_FOLDER);
        let (reader, recovered, damage) =
            JournalReader::open_sound_in(Disk, &journal, node.council)?;
        if reader.next_sequence().0 == 0 {
            let absent = || init::why_no_journal(&Disk, dir, node.council);
            return Err(damage.map_or_else(absent, Into::into));
        }
        let is_from_snapshot = snapshot.is_some();
        let mut read = Self::read(&reader, node, snapshot, trust);
        if is_from_snapshot && !matches!(&read, Ok(Self { ends: None, .. })) {
            // The snapshot may be what is wrong.
            read = Self::read(&reader, node, None, trust);
        }
        let at_start = |error| OpenError::Replay { position: Position::START, error };
        let mut read = read.map_err(|error| in_folder(dir, at_start(error)))?;
        read.ends = read.ends.or_else(|| damage.map(|damage| damage.to_string()));
        read.is_torn = recovered.torn.is_some();
        Ok(read)
    }

    fn read(
        reader: &JournalReader,
        node: &Identity,
        snapshot: Option<Chain>,
        trust: Trust,
    ) -> Result<Self, ReplayError> {
        let mut replay = Replay::begin(&node.genesis, &node.me, snapshot, trust);
        let (mut leaves, mut ends) = (ReadLeaves::default(), None);
        for located in reader.entries() {
            let why = match located {
                Ok(located) => match replay.take(&located.entry, Keys::Wanted) {
                    Ok(keys) => {
                        leaves.note(&located, keys);
                        continue;
                    }
                    Err(error) if leaves.blocks.size().0 == 0 => return Err(error),
                    Err(error) => error.to_string(),
                },
                Err(error) => error.to_string(),
            };
            ends = Some(why);
            break;
        }
        Ok(Self { replayed: replay.end()?, leaves, ends, is_torn: false })
    }

    /// A replica that answers and never takes a step, with the leaves and the reason why reading ended.
    pub fn into_replica(self, node: &Identity) -> (Replica, ReadLeaves, Option<String>) {
        let Self { replayed, leaves, ends, is_torn: _ } = self;
        let found = Found { replayed, signed: SignedState::default() };
        (Replica::restore(found.restored(node)), leaves, ends)
    }
}

impl ReadLeaves {
    fn note(&mut self, located: &Located, keys: Vec<RecordKeys>) {
        let Some(first) = self.blocks.note(&located.entry, located.position) else { return };
        for (leaf, keys) in (first.0..).map(LeafIndex).zip(keys) {
            self.texts.insert(keys.text_hash, leaf);
            for number in keys.measures {
                self.measures.entry(number).or_default().push(leaf);
            }
            for party in keys.members {
                self.parties.entry(party).or_default().push(leaf);
            }
        }
    }

    /// The places of the blocks that hold `leaves` leaves from `from` on.
    pub fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace> {
        self.blocks.holding(from, leaves).to_vec()
    }

    /// The leaf whose text has this hash; of several, the last.
    pub fn by_hash(&self, text_hash: &Digest) -> Option<LeafIndex> {
        self.texts.get(text_hash).copied()
    }

    /// The leaves about a measure, in order from `from` on, at most `limit`.
    pub fn by_measure(&self, number: u64, from: LeafIndex, limit: usize) -> Vec<LeafIndex> {
        part(self.measures.get(&number), from, limit)
    }

    /// The leaves that this party has signed, in order from `from` on, at most `limit`.
    pub fn by_party(&self, code: &str, from: LeafIndex, limit: usize) -> Vec<LeafIndex> {
        part(self.parties.get(code), from, limit)
    }
}

fn part(all: Option<&Vec<LeafIndex>>, from: LeafIndex, limit: usize) -> Vec<LeafIndex> {
    let all = all.map_or(&[][..], Vec::as_slice);
    let begins = all.partition_point(|leaf| *leaf < from);
    all[begins..].iter().take(limit).copied().collect()
}
