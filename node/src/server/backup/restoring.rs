//! Restores a node's folder from a backup.
//!
//! What it guarantees: the folder appears whole or not at all, and only where none was. The file `signed` is never made,
//! so the restored node observes: it may have signed more than the backup holds [rules.md R17].

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::{Staged, StagedError};
use nemcon_client::keyfile::KeyFile;
use nemcon_crypto::Digest;

use super::error::BackupError;
use super::manifest::FileEntry;
use super::settings::KEYS_FOLDER;
use super::verifying::{Verified, hashed, verify};
use super::writing::verify_apart;

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
        verify_apart(to, folder, "the backup’s own folder")?;
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
        self.staged.write_unsettled(Path::new(&file.path), &[])?;
        let to = self.staged.target().join(&file.path);
        let unwritten = |source| StagedError::Io { path: to.clone(), source };
        let copy = self.staged.path().join(&file.path);
        let mut copy = File::options().append(true).open(copy).map_err(unwritten)?;
        hashed(&self.folder.join(&file.path), file, &mut |piece| {
            copy.write_all(piece).map_err(|error| unwritten(error).into())
        })
    }
}
