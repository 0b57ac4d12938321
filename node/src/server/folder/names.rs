//! The names of the parts of a ledger folder.

use std::path::{Path, PathBuf};

/// The file with the guard and the write-ahead log. Backups leave it out.
pub(super) const SIGNED_FILE: &str = "signed";
/// The folder of the journal's segments.
pub(super) const JOURNAL_FOLDER: &str = "journal";
/// The state at the end of a block. The journal can always make it anew.
pub(super) const SNAPSHOT_FILE: &str = "snapshot";
/// The folder of the index.
pub(super) const INDEX_FOLDER: &str = "index";
/// The folder with evidence against other members.
pub(super) const EVIDENCE_FOLDER: &str = "evidence";

/// Whether anything of a ledger lies in a folder.
pub(crate) fn has_ledger(dir: &Path) -> bool {
    let names = [JOURNAL_FOLDER, SIGNED_FILE, SNAPSHOT_FILE, INDEX_FOLDER, EVIDENCE_FOLDER];
    names.iter().any(|name| dir.join(name).exists())
}

/// The path of the evidence in a ledger folder.
pub(crate) fn evidence_in(ledger: &Path) -> PathBuf {
    ledger.join(EVIDENCE_FOLDER)
}

/// The path of the file `signed` in a ledger folder.
pub(crate) fn signed_in(ledger: &Path) -> PathBuf {
    ledger.join(SIGNED_FILE)
}

/// The path of the index in a ledger folder.
pub(crate) fn index_in(ledger: &Path) -> PathBuf {
    ledger.join(INDEX_FOLDER)
}

/// The path of the journal in a ledger folder.
pub(crate) fn journal_in(ledger: &Path) -> PathBuf {
    ledger.join(JOURNAL_FOLDER)
}
