//! The folder of evidence files.
//!
//! What it guarantees: a file is whole and durable, or not there; each is named by its member and digest, so
//! that it is kept once.

use std::path::{Path, PathBuf};

use nemcon_crypto::hash::sha256;
use nemcon_disk::storage::{Storage, StorageFile as _, is_there};
use nemcon_ledger::text::Show as _;
use nemcon_replica::evidence::{EVIDENCE_FILES_PER_MEMBER_MAX, Evidence};

use super::error::DiskError;
use super::names::EVIDENCE_FOLDER;

/// The folder with evidence files.
pub(super) struct EvidenceFolder<S: Storage> {
    storage: S,
    dir: PathBuf,
}

impl<S: Storage> EvidenceFolder<S> {
    pub(super) fn new(storage: S, ledger: &Path) -> Self {
        Self { storage, dir: ledger.join(EVIDENCE_FOLDER) }
    }

    /// Writes an evidence file durably, unless it exists or the member has enough of them.
    pub(super) fn keep(&self, evidence: &Evidence) -> Result<(), DiskError> {
        let text = evidence.render();
        let of_member = format!("{}-", evidence.member);
        let path = self.dir.join(format!("{of_member}{}.evidence", sha256(text.as_bytes())));
        let failed = |source| DiskError::Folder { path: path.clone(), source };
        let names = self.storage.names(&self.dir).map_err(failed)?;
        let kept = names.iter().filter(|name| name.starts_with(&of_member)).count();
        if kept >= EVIDENCE_FILES_PER_MEMBER_MAX || is_there(&self.storage, &path)? {
            return Ok(());
        }
        self.write(&path, text.as_bytes()).map_err(failed)?;
        tracing::warn!(event = %"evidence-kept", member = %evidence.member, file = %path.shown(), "evidence is kept");
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

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::Signature;
    use nemcon_disk::storage::Disk;
    use nemcon_replica::evidence::{Proof, Signed};

    /// Evidence number `number` against `member`. Its content does not matter, since the folder
    /// does not judge it.
    fn evidence(member: &str, number: usize) -> Evidence {
        let signed = |text: String| Signed {
            message: text.into_bytes(),
            signature: Signature::from_bytes([0; 64]),
        };
        let proof = Proof::DoubleVote(signed(format!("{number}")), signed("other".to_owned()));
        Evidence { council: sha256(b""), member: member.parse().unwrap(), proof }
    }

    #[test]
    fn one_liar_leaves_room_for_evidence_of_others() {
        let ledger = tempfile::tempdir().unwrap();
        let folder = EvidenceFolder::new(Disk, ledger.path());
        for number in 0..3 * EVIDENCE_FILES_PER_MEMBER_MAX {
            folder.keep(&evidence("M1", number)).unwrap();
        }
        folder.keep(&evidence("M11", 0)).unwrap();
        folder.keep(&evidence("M11", 0)).unwrap();
        let names = Disk.names(&ledger.path().join(EVIDENCE_FOLDER)).unwrap();
        let of = |code: &str| names.iter().filter(|name| name.starts_with(code)).count();
        assert_eq!((of("M1-"), of("M11-")), (EVIDENCE_FILES_PER_MEMBER_MAX, 1));
    }
}
