//! Creates the ledger folder of a node that has never run, once [rules.md R17].
//!
//! ```text
//! lock ─▶ signed, blank ─▶ segment 0, its head ─▶ block 0
//! ```
//!
//! The file `signed` comes first, so a journal without it belongs to a node that has lost the file. After
//! a crash in between, `signed` is blank, and by this the folder is known to be half made: every vote
//! and every seal is written to `signed` before it is sent.

use super::layout::{JOURNAL_FOLDER, SIGNED_FILE};
use super::vacancy::{Vacancy, vacancy};
use std::path::Path;

use nemcon_disk::journal::{Journal, JournalError, SEGMENT_BYTES_MAX};
use nemcon_disk::signed::Signed;
use nemcon_disk::storage::{Disk, Storage};
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Genesis;

use super::replay::block_zero;
use super::{DiskError, Folder};

impl Folder {
    /// Creates the ledger of a node that has never run, durably: block 0, and a file `signed` that
    /// says that nothing was signed. Completes an earlier creation that was interrupted.
    ///
    /// # Errors
    /// [`DiskError::Taken`] if the folder holds anything of a ledger. Then nothing was changed.
    pub fn init(dir: &Path, genesis: &Genesis) -> Result<(), DiskError> {
        Self::init_in(Disk, dir, genesis)
    }
}

impl<S: Storage> Folder<S> {
    /// Like [`Folder::init`], in any storage.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn init_in(storage: S, dir: &Path, genesis: &Genesis) -> Result<(), DiskError> {
        let (journals, path, council) =
            (dir.join(JOURNAL_FOLDER), dir.join(SIGNED_FILE), genesis.digest());
        let failed = |source| DiskError::Folder { path: journals.clone(), source };
        storage.create_dir(&journals).map_err(failed)?;
        let lock = storage.lock(&journals.join("lock")).map_err(failed)?;
        let lock = lock.ok_or_else(|| JournalError::InUse(journals.clone()))?;
        match vacancy(&storage, dir, council)? {
            Vacancy::New => drop(Signed::create_in(storage.clone(), &path, council)?),
            Vacancy::HalfMade => {}
            Vacancy::Used(name) => return Err(DiskError::Taken(dir.join(name))),
        }
        // Another process that takes the lock now finds a folder that is half made.
        drop(lock);
        let opened = Journal::open_in(storage, &journals, council, SEGMENT_BYTES_MAX)?;
        let (mut journal, recovered) = opened;
        if recovered.entries > 0 {
            return Err(DiskError::Taken(journals));
        }
        journal.append(&Entry::Block(block_zero(genesis)))?;
        Ok(journal.sync()?)
    }
}
