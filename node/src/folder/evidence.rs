//! The folder of evidence files; each is named by its digest, so that it is kept once.

use std::path::{Path, PathBuf};

use nemcon_crypto::hash::sha256;
use nemcon_ledger::storage::{Storage, StorageFile as _, is_there};

use super::DiskError;
use crate::evidence::{EVIDENCE_FILES_MAX, Evidence};

/// What convicts other members.
const EVIDENCE_FOLDER: &str = "evidence";

/// Where evidence is kept.
pub(super) struct EvidenceFolder<S: Storage> {
    storage: S,
    dir: PathBuf,
}

impl<S: Storage> EvidenceFolder<S> {
    pub(super) fn new(storage: S, ledger: &Path) -> Self {
        Self { storage, dir: ledger.join(EVIDENCE_FOLDER) }
    }

    /// Writes a file durably, unless it is there or there are enough.
    pub(super) fn keep(&self, evidence: &Evidence) -> Result<(), DiskError> {
        let text = evidence.render();
        let path = self.dir.join(format!("{}.evidence", sha256(text.as_bytes())));
        let failed = |source| DiskError::Folder { path: path.clone(), source };
        let kept = self.storage.names(&self.dir).map_err(failed)?.len();
        if kept >= EVIDENCE_FILES_MAX || is_there(&self.storage, &path)? {
            return Ok(());
        }
        self.write(&path, text.as_bytes()).map_err(failed)?;
        tracing::warn!(member = %evidence.member, file = %path.display(), "evidence is kept");
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        self.storage.create_dir(&self.dir)?;
        let aside = path.with_extension("partial");
        if is_there(&self.storage, &aside).unwrap_or(false) {
            self.storage.remove(&aside)?;
        }
        let mut file = self.storage.create(&aside)?;
        file.append(bytes)?;
        file.sync()?;
        self.storage.rename(&aside, path)?;
        self.storage.sync_dir(&self.dir)
    }
}
