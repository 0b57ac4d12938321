//! The names in a ledger folder.

use std::path::{Path, PathBuf};

/// The file with the guard and the write-ahead log. Backups leave it out.
pub(super) const SIGNED_FILE: &str = "signed";

pub(super) const JOURNAL_FOLDER: &str = "journal";

pub(super) const INDEX_FOLDER: &str = "index";

/// The path of the journal in a ledger folder.
pub(in crate::server) fn journal_in(ledger: &Path) -> PathBuf {
    ledger.join(JOURNAL_FOLDER)
}
