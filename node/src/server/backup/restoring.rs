//! Restores a node's folder from a backup.
//!
//! What it guarantees: the folder appears whole or not at all, and only where none was. The file `signed` is never made,
//! so the restored node observes: it may have signed more than the backup holds [rules.md R17].

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::Staged;
use nemcon_client::keyfile::KeyFile;
use nemcon_crypto::Digest;

use super::error::{BackupError, BadFile};
use super::manifest::FileEntry;
use super::verifying::{Verified, hashed, verify};

/// The folder of a backup with the keys.
const KEYS_FOLDER: &str = "keys/";

/// A backup that was checked, and the folder that it will be restored to.
#[derive(Debug)]
pub struct Restoring {
    folder: PathBuf,
    backup: Verified,
    staged: Staged,
}

impl Restoring {
    /// Checks the backup in `folder`, which will be restored to `to`, a new or empty folder.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn begin(folder: &Path, council: Digest, to: &Path) -> Result<Self, BackupError> {
        let staged = Staged::begin(to)?;
        Ok(Self { folder: folder.to_owned(), backup: verify(folder, council)?, staged })
    }

    /// The backup.
    pub const fn backup(&self) -> &Verified {
        &self.backup
    }

    /// The key files of the backup, which a passphrase locks: their names and paths.
    pub fn keys(&self) -> Vec<(String, PathBuf)> {
        let keys = self.backup.manifest.files.iter().filter_map(|file| {
            let name = file.path.strip_prefix(KEYS_FOLDER)?;
            Some((name.to_owned(), self.folder.join(&file.path)))
        });
        keys.collect()
    }

    /// Writes the folder, with these keys beside its configuration, and returns its path.
    ///
    /// # Errors
    /// [`BackupError`]. Then nothing has appeared.
    pub fn finish(self, keys: &[(String, KeyFile)]) -> Result<PathBuf, BackupError> {
        let mut paths = Vec::new();
        for (name, key) in keys {
            key.write(&self.staged.path().join(name), None)?;
            paths.push(name.into());
        }
        for file in &self.backup.manifest.files {
            if !file.path.starts_with(KEYS_FOLDER) {
                self.copy(file)?;
                paths.push(PathBuf::from(&file.path));
            }
        }
        self.staged.settle(&paths)?;
        Ok(self.staged.commit()?)
    }

    /// Copies a file and compares what was copied once more: the backup may change meanwhile.
    fn copy(&self, file: &FileEntry) -> Result<(), BackupError> {
        let (from, to) = (self.folder.join(&file.path), self.staged.path().join(&file.path));
        self.staged.write_unsettled(Path::new(&file.path), &[])?;
        let unwritten =
            |source| nemcon_client::atomic_write::StagedError::Io { path: to.clone(), source };
        let mut copy = File::options().append(true).open(&to).map_err(unwritten)?;
        let copied = hashed(&from, file, &mut |piece| copy.write_all(piece));
        copied.map_err(|bad: BadFile| BackupError::File { path: from, bad })
    }
}
