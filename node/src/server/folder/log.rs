//! The log in a ledger folder, read beside the node that runs on it, if one does.
//!
//! What it guarantees: nothing is locked and nothing is written. What is given stands below a tree head that
//! every member has sealed. This node's own seal is one of them and was made after the sync of the journal,
//! so all of it is durable.

use std::path::Path;

use nemcon_crypto::Checkpoint;
use nemcon_crypto::Digest;
use nemcon_crypto::note::SignedNote;
use nemcon_disk::journal::{JournalError, JournalReader};
use nemcon_disk::storage::Disk;
use nemcon_disk::store::{Keys, OpenError};
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Chain, Height};
use nemcon_replica::replica::SealBook;

use super::error::DiskError;
use super::names::JOURNAL_FOLDER;
use super::own_past::Trust;
use super::replay::{Replay, Replayed};
use super::{Identity, in_folder, init, usable_snapshot};

/// The log in a ledger folder, up to the newest tree head that every member has sealed.
pub struct FolderLog {
    /// The height of the block that ends at the tree head.
    pub height: Height,
    /// The tree head.
    pub checkpoint: Checkpoint,
    /// The tree head with the signature of this node as the log and the seals of all members.
    pub note: SignedNote,
    reader: JournalReader,
}

impl FolderLog {
    /// Reads the folder `dir`. `None` if no tree head has been sealed by every member, or if no key is held
    /// with which this node could sign the tree head as the log.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn open(dir: &Path, node: &Identity) -> Result<Option<Self>, DiskError> {
        let (reader, replayed) = read(dir, &node.genesis, node.council, &node.me)?;
        let Replayed { chain, boundaries, seals, .. } = replayed;
        let mut book = SealBook::new(&node.genesis, boundaries);
        // Newest first: once all have sealed a height, those below it are not needed.
        for seal in seals.iter().rev() {
            let _ = book.take(chain.rosters(), seal);
        }
        let sealed = book.sealed_checkpoint(&chain, &node.me, &node.keys);
        Ok(sealed.map(|(height, checkpoint, note)| Self { height, checkpoint, note, reader }))
    }

    /// The records below the tree head, from leaf `from` on.
    pub fn records(&self, from: u64) -> impl Iterator<Item = Result<Vec<u8>, JournalError>> {
        let size = self.checkpoint.size().0;
        let mut first = 0;
        let blocks = self.reader.entries().filter_map(|located| match located {
            Ok(located) => match located.entry {
                Entry::Block(block) => Some(Ok(block.records)),
                Entry::Seal(_) => None,
            },
            Err(error) => Some(Err(error)),
        });
        let blocks = blocks.map_while(move |records| {
            let begins = first;
            first += records.as_ref().map_or(0, |records| records.len() as u64);
            (begins < size).then_some((begins, records))
        });
        blocks.flat_map(move |(begins, records)| match records {
            Err(error) => vec![Err(error)],
            Ok(records) => {
                let wanted = |(leaf, _): &(u64, Vec<u8>)| (from..size).contains(leaf);
                let records = (begins..).zip(records).filter(wanted);
                records.map(|(_, record)| Ok(record)).collect()
            }
        })
    }
}

/// The chain at the end of the ledger in `dir`, of a council and a member of it.
///
/// # Errors
/// [`DiskError`].
pub(crate) fn read_chain(
    dir: &Path,
    genesis: &Genesis,
    council: Digest,
    me: &Code,
) -> Result<Chain, DiskError> {
    read(dir, genesis, council, me).map(|(_, replayed)| replayed.chain)
}

fn read(
    dir: &Path,
    genesis: &Genesis,
    council: Digest,
    me: &Code,
) -> Result<(JournalReader, Replayed), DiskError> {
    // The snapshot first: a node that runs may write one of a block that a reader opened before lacks.
    let snapshot = usable_snapshot(&Disk, dir, genesis);
    let (reader, _) = JournalReader::open(&dir.join(JOURNAL_FOLDER), council)?;
    if reader.next_sequence().0 == 0 {
        return Err(init::why_no_journal(&Disk, dir, council));
    }
    let is_from_snapshot = snapshot.is_some();
    let begin = |snapshot| Replay::begin(genesis, me, snapshot, Trust::OwnPast);
    let replayed = match replayed(&reader, dir, begin(snapshot)) {
        Err(error) if is_from_snapshot && error.is_of_replay() => {
            replayed(&reader, dir, begin(None))?
        }
        replayed => replayed?,
    };
    Ok((reader, replayed))
}

fn replayed(reader: &JournalReader, dir: &Path, mut replay: Replay) -> Result<Replayed, DiskError> {
    let wrong = |position, error| in_folder(dir, OpenError::Replay { position, error });
    for located in reader.entries() {
        let located = located?;
        let taken = replay.take(&located.entry, Keys::NotWanted);
        taken.map_err(|error| wrong(located.position, error))?;
    }
    replay.end().map_err(|error| wrong(reader.end(), error))
}
