//! What lies in the folder of a ledger, by name.

use std::path::{Path, PathBuf};

/// The file with the guard and the write-ahead log; never part of a backup.
pub(super) const SIGNED_FILE: &str = "signed";

pub(super) const JOURNAL_FOLDER: &str = "journal";

pub(super) const INDEX_FOLDER: &str = "index";

/// The journal's folder in that of a ledger.
pub(in crate::server) fn journal_in(ledger: &Path) -> PathBuf {
    ledger.join(JOURNAL_FOLDER)
}
