//! When the last backup of a ledger was made.

use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::{StagedError, replace_file};
use nemcon_ledger::text::Time;
use serde::{Deserialize, Serialize};

use super::in_words;

/// The name of the file in a ledger folder.
const LAST_BACKUP_FILE: &str = "last-backup";

/// When the last backup of a ledger was made, and how far it goes: one line of JSON in the ledger folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    /// When it was made.
    #[serde(with = "in_words")]
    pub time: Time,
    /// The number of leaves in it.
    pub size: u64,
}

impl LastBackup {
    /// The path of the file in a ledger folder.
    pub fn file_in(ledger: &Path) -> PathBuf {
        ledger.join(LAST_BACKUP_FILE)
    }

    /// Writes it down in the ledger folder of a node.
    ///
    /// # Errors
    /// [`StagedError`]. The backup stands all the same.
    pub fn write(&self, ledger: &Path) -> Result<(), StagedError> {
        let line = serde_json::to_string(self).expect("a time and a number are JSON");
        replace_file(&Self::file_in(ledger), format!("{line}\n").as_bytes())
    }
}
