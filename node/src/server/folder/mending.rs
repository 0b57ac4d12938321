//! The repair of a journal: builds a new one from the sound prefix and from blocks that peers prove.
//!
//! ```text
//! journal/            damaged, locked, read only
//! journal.mending/    the new one: prefix, blocks of peers, seals
//! journal.damaged-0/  the damaged one, after the new one holds all that this node has signed on
//! ```
//!
//! What it guarantees: after a crash the old journal has its name, or no journal has it. In the second case
//! the next repair has no sound prefix and fetches everything. The folder never looks like a new node's,
//! because the file `signed` stays.

use std::path::{Path, PathBuf};

use nemcon_disk::journal::{Journal, JournalError, JournalReader, SEGMENT_BYTES_MAX};
use nemcon_disk::storage::{Disk, Storage as _, is_there};
use nemcon_disk::store::Keys;
use nemcon_ledger::durable::{CommittedBlock, Entry, Guard, Seal};
use nemcon_ledger::{Height, Known, Rosters};
use nemcon_replica::replica::{SealBook, Standing, Taken, Unfit, prove};
use serde::Serialize;

use super::error::DiskError;
use super::names::{INDEX_FOLDER, JOURNAL_FOLDER, SIGNED_FILE};
use super::own_past::Trust;
use super::replay::{Replay, block_zero};
use super::{Identity, open_signed};

const MENDING_FOLDER: &str = "journal.mending";

/// A journal under repair.
pub struct Mending {
    dir: PathBuf,
    node: Identity,
    journal: Journal,
    replayed: Replay,
    seals: SealBook,
    guard: Option<Guard>,
    needed: Height,
    sound: Height,
    is_damaged: bool,
    /// Whether the damaged journal has not even a sound block 0.
    is_empty: bool,
    /// The lock of the damaged journal.
    _lock: <Disk as nemcon_disk::storage::Storage>::Lock,
}

/// The result of a repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// The height of the last block of the sound prefix.
    pub sound: u64,
    /// The height of the last block after the repair.
    pub height: u64,
    /// The path where the damaged journal is kept.
    #[serde(serialize_with = "nemcon_client::path_json::path")]
    pub aside: PathBuf,
}

impl Mending {
    /// Reads the sound prefix of the journal and copies it into the new journal.
    ///
    /// # Errors
    /// [`DiskError`]. Then the journal is as it was.
    pub fn begin(dir: &Path, node: &Identity) -> Result<Self, DiskError> {
        let (journals, aside) = (dir.join(JOURNAL_FOLDER), dir.join(MENDING_FOLDER));
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DiskError::Folder { path, source }
        };
        Disk.create_dir(&journals).map_err(failed(&journals))?;
        let lock = Disk.lock(&journals.join("lock")).map_err(failed(&journals))?;
        let lock = lock.ok_or(JournalError::InUse(journals.clone()))?;
        let (_, signed) = open_signed(Disk, &dir.join(SIGNED_FILE), node.council)?;
        remove_files(&aside).map_err(failed(&aside))?;
        let (journal, _) = Journal::open(&aside, node.council, SEGMENT_BYTES_MAX)?;
        let mut mending = Self {
            dir: dir.to_owned(),
            node: node.clone(),
            journal,
            replayed: Replay::begin(&node.genesis, &node.me, None, Trust::Nothing),
            seals: SealBook::new(&node.genesis, Vec::new()),
            guard: signed.guard,
            // When the current height began, the block below it was in the journal.
            needed: signed
                .guard
                .map_or(Height(0), |guard| guard.height)
                .max(Height(signed.height.0.saturating_sub(1))),
            sound: Height(0),
            is_damaged: false,
            is_empty: false,
            _lock: lock,
        };
        mending.copy_sound(&journals)?;
        mending.verify_guard()?;
        Ok(mending)
    }

    fn copy_sound(&mut self, journals: &Path) -> Result<(), DiskError> {
        let (reader, _, damage) = JournalReader::open_sound_in(Disk, journals, self.node.council)?;
        if let Some(damage) = damage {
            tracing::warn!(event = %"sound-up-to", %damage, "sound up to there");
            self.is_damaged = true;
        }
        let mut is_founded = false;
        for located in reader.entries() {
            let Ok(located) =
                located.inspect_err(|damage| tracing::warn!(event = %"sound-up-to", %damage))
            else {
                self.is_damaged = true;
                break;
            };
            if let Err(error) = self.replayed.take(&located.entry, Keys::NotWanted) {
                tracing::warn!(event = %"sound-up-to", position = %located.position, %error, "sound up to there");
                self.is_damaged = true;
                break;
            }
            self.journal.append(&located.entry)?;
            is_founded = true;
        }
        if !is_founded {
            (self.is_damaged, self.is_empty) = (true, true);
            self.journal.append(&Entry::Block(block_zero(&self.node.genesis)))?;
        }
        self.sound = self.height();
        self.seals = SealBook::new(&self.node.genesis, self.replayed.boundaries().to_vec());
        for seal in self.replayed.seals().iter().rev() {
            let _ = self.seals.take(self.replayed.chain().rosters(), seal);
        }
        Ok(())
    }

    /// Whether the journal needs no repair.
    pub fn is_sound(&self) -> bool {
        !self.is_damaged && self.has_enough()
    }

    /// Whether the new journal has every block that this node has signed on.
    pub fn has_enough(&self) -> bool {
        self.height() >= self.needed
    }

    /// Whether the sound prefix was empty.
    pub const fn was_empty(&self) -> bool {
        self.is_empty
    }

    /// The height of the last block so far.
    pub fn height(&self) -> Height {
        self.replayed.chain().height()
    }

    /// The rosters up to that height.
    pub fn rosters(&self) -> &Rosters {
        self.replayed.chain().rosters()
    }

    /// The height of the last block that the journal must have.
    pub const fn needed(&self) -> Height {
        self.needed
    }

    /// Takes the blocks that follow and carry their own proofs; returns how many there were.
    ///
    /// # Errors
    /// [`MendError`]: the journal cannot be repaired with these blocks.
    pub fn take_blocks(&mut self, blocks: &[CommittedBlock]) -> Result<usize, MendError> {
        let mut taken = 0;
        for committed in blocks {
            if committed.height != self.height().next() {
                continue;
            }
            match prove(self.replayed.chain(), committed, &mut Known::nothing()) {
                Ok(_) => self.take_block(committed)?,
                Err(Unfit::Unproven) => {
                    tracing::warn!(event = %"block-unproven", height = committed.height.0, "a peer's block proves nothing");
                    break;
                }
                Err(Unfit::Invalid(error)) => {
                    return Err(MendError::Invalid { height: committed.height, error });
                }
            }
            taken += 1;
        }
        Ok(taken)
    }

    fn take_block(&mut self, committed: &CommittedBlock) -> Result<(), DiskError> {
        let entry = Entry::Block(committed.clone());
        self.replayed.take(&entry, Keys::NotWanted).expect("it was proven on this very chain");
        self.journal.append(&entry)?;
        let boundary = *self.replayed.boundaries().last().expect("of the block just taken");
        for seal in self.seals.extend(boundary) {
            self.take_seal(&seal)?;
        }
        self.verify_guard()
    }

    /// Keeps the new seals that verify, and returns how many there were.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn take_seals(&mut self, seals: &[Seal]) -> Result<usize, DiskError> {
        let mut taken = 0;
        for seal in seals {
            taken += usize::from(self.take_seal(seal)?);
        }
        Ok(taken)
    }

    fn take_seal(&mut self, seal: &Seal) -> Result<bool, DiskError> {
        let is_new = matches!(
            self.seals.take(self.replayed.chain().rosters(), seal),
            Ok(Taken::New | Taken::Completes(_))
        );
        if is_new {
            self.journal.append(&Entry::Seal(seal.clone()))?;
        }
        Ok(is_new)
    }

    /// The standing to send to a peer, so that it sends the seals that are lacking.
    pub fn standing(&self) -> Standing {
        Standing {
            height: self.height(),
            sealed: self.seals.standing(self.replayed.chain().rosters()),
            certificate: self.replayed.certificate(),
        }
    }

    /// Checks that at the guard's height the journal has the guard's tree.
    fn verify_guard(&self) -> Result<(), DiskError> {
        let Some(guard) = self.guard else { return Ok(()) };
        let at = usize::try_from(guard.height.0).ok().and_then(|height| height.checked_sub(1));
        match at.and_then(|at| self.replayed.boundaries().get(at)) {
            Some(boundary) if (boundary.size, boundary.root) != (guard.size, guard.root) => {
                Err(DiskError::OtherRoot { size: guard.size.0 })
            }
            _ => Ok(()),
        }
    }

    /// Puts the new journal in the place of the damaged one, durably.
    ///
    /// # Errors
    /// [`DiskError`]. Then one of the two journals has the name, or none has.
    pub fn finish(mut self) -> Result<Mended, DiskError> {
        self.journal.sync()?;
        let (sound, height) = (self.sound.0, self.height().0);
        let aside = free_name(&self.dir)?;
        let failed = |source| DiskError::Folder { path: self.dir.clone(), source };
        Disk.rename(&self.dir.join(JOURNAL_FOLDER), &aside).map_err(failed)?;
        // Between the two renames there is no journal. After a crash here, the guard shows that one
        // existed, and the next repair fetches everything.
        Disk.rename(&self.dir.join(MENDING_FOLDER), &self.dir.join(JOURNAL_FOLDER))
            .map_err(failed)?;
        // The index holds positions of the old journal, which mean nothing in the new one.
        if is_there(&Disk, &self.dir.join(INDEX_FOLDER))? {
            Disk.rename(&self.dir.join(INDEX_FOLDER), &aside.join(INDEX_FOLDER)).map_err(failed)?;
        }
        Disk.sync_dir(&self.dir).map_err(failed)?;
        Ok(Mended { sound, height, aside })
    }

    /// Removes the new journal and leaves the damaged one as it was.
    ///
    /// # Errors
    /// [`DiskError`]. Then the new journal is still in its folder.
    pub fn discard(self) -> Result<(), DiskError> {
        let path = self.dir.join(MENDING_FOLDER);
        drop(self.journal);
        let removed = remove_files(&path).and_then(|()| std::fs::remove_dir(&path));
        removed.map_err(|source| DiskError::Folder { path, source })
    }
}

/// Why the blocks of peers cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The new journal cannot be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// More than two thirds of the members have decided a block that does not follow.
    #[error("block {} does not follow: {error}", .height.0)]
    Invalid {
        /// The height of the block.
        height: Height,
        /// Why the block does not follow.
        error: nemcon_ledger::chain::BlockError,
    },
}

fn remove_files(dir: &Path) -> std::io::Result<()> {
    Disk.names(dir)?.iter().try_for_each(|name| Disk.remove(&dir.join(name)))
}

fn free_name(dir: &Path) -> Result<PathBuf, DiskError> {
    let mut number = 0;
    loop {
        let aside = dir.join(format!("{JOURNAL_FOLDER}.damaged-{number}"));
        if !is_there(&Disk, &aside)? {
            return Ok(aside);
        }
        number += 1;
    }
}
