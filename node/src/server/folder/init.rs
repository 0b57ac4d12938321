//! The ledger folder of a node that has never run, made once [rules.md R17].
//!
//! ```text
//! lock ─▶ signed, blank ─▶ segment 0, its head ─▶ block 0
//! ```
//!
//! The file `signed` comes first, so a journal without it belongs to a node that has lost the file. After
//! a crash in between, `signed` is blank, and by this the folder is known to be half made: every vote
//! and every seal is written to `signed` before it is sent.

use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_disk::journal::{Journal, JournalError, SEGMENT_BYTES_MAX};
use nemcon_disk::signed::{self, SignedError, SignedFile};
use nemcon_disk::storage::{Storage, is_there};
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Genesis;

use super::error::DiskError;
use super::names::{JOURNAL_FOLDER, SIGNED_FILE};
use super::replay::block_zero;

/// The beginnings of names that a running node or a repair leaves in a ledger folder, and that its
/// creation does not.
const TRACES: [&str; 5] = ["journal.", "signed.damaged-", "index", "snapshot", "evidence"];

/// The state of a ledger folder without a block.
enum Vacancy {
    /// The folder holds nothing of a ledger.
    New,
    /// The creation of the ledger was interrupted.
    HalfMade,
    /// A node has run in the folder; this name shows it.
    Used(String),
}

/// Creates the ledger of a node that has never run, durably: block 0, and a file `signed` that says
/// that nothing was signed.
pub(super) fn make<S: Storage>(storage: S, dir: &Path, genesis: &Genesis) -> Result<(), DiskError> {
    let journals = dir.join(JOURNAL_FOLDER);
    let path = dir.join(SIGNED_FILE);
    let council = genesis.digest();
    let failed = |source| DiskError::Folder { path: journals.clone(), source };
    storage.create_dir(&journals).map_err(failed)?;
    let lock = storage.lock(&journals.join("lock")).map_err(failed)?;
    let lock = lock.ok_or_else(|| JournalError::InUse(journals.clone()))?;
    match vacancy(&storage, dir, council)? {
        Vacancy::New => drop(SignedFile::create_in(storage.clone(), &path, council)?),
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

/// The reason why a node cannot run on a folder whose journal has no block.
pub(super) fn why_no_journal<S: Storage>(storage: &S, dir: &Path, council: Digest) -> DiskError {
    match vacancy(storage, dir, council) {
        Ok(Vacancy::New) => DiskError::NotMade(dir.to_owned()),
        Ok(Vacancy::HalfMade) => DiskError::HalfMade(dir.to_owned()),
        Ok(Vacancy::Used(trace)) => DiskError::JournalGone { dir: dir.to_owned(), trace },
        Err(error) => error,
    }
}

fn vacancy<S: Storage>(storage: &S, dir: &Path, council: Digest) -> Result<Vacancy, DiskError> {
    let names = storage.names(dir);
    let names = names.map_err(|source| DiskError::Folder { path: dir.to_owned(), source })?;
    let is_trace = |name: &&String| TRACES.iter().any(|trace| name.starts_with(trace));
    if let Some(trace) = names.iter().find(is_trace) {
        return Ok(Vacancy::Used(trace.clone()));
    }
    let path = dir.join(SIGNED_FILE);
    if is_there(storage, &path)? {
        let is_blank = match signed::read_in(storage, &path, council) {
            Err(SignedError::Damaged { .. }) => false,
            read => read?.is_blank(),
        };
        let used = || Vacancy::Used(SIGNED_FILE.to_owned());
        return Ok(if is_blank { Vacancy::HalfMade } else { used() });
    }
    // Creation begins with the file `signed`. So a segment without that file is the rest of
    // a used journal.
    let has_segment = Journal::is_in(storage, &dir.join(JOURNAL_FOLDER))?;
    let used = || Vacancy::Used(JOURNAL_FOLDER.to_owned());
    Ok(if has_segment { used() } else { Vacancy::New })
}
