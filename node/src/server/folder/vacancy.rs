//! Finds out whether a folder without a journal is new, half made, or was used before.

use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_disk::journal::Journal;
use nemcon_disk::signed::{self, SignedError};
use nemcon_disk::storage::{Storage, is_there};

use super::error::DiskError;
use super::layout::{JOURNAL_FOLDER, SIGNED_FILE};

/// The beginnings of names that a running node or a repair leaves in a ledger folder, and that its
/// creation does not.
const TRACES: [&str; 4] = ["journal.", "signed.damaged-", "index", "evidence"];

/// The state of a ledger folder without a block.
pub(super) enum Vacancy {
    /// The folder holds nothing of a ledger.
    New,
    /// The creation of the ledger was interrupted.
    HalfMade,
    /// A node has run in the folder; this name shows it.
    Used(String),
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

/// The state of the folder.
pub(super) fn vacancy<S: Storage>(
    storage: &S,
    dir: &Path,
    council: Digest,
) -> Result<Vacancy, DiskError> {
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
