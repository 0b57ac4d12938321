//! Folders and files that appear whole or not at all.

use nemcon_ledger::text::Show as _;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A folder under construction beside the place where it will appear.
#[derive(Debug)]
pub struct Staged {
    target: PathBuf,
    /// Removed with all in it when dropped, unless it was committed.
    building: PathBuf,
}

/// Why a folder does not appear.
#[derive(Debug, thiserror::Error)]
pub enum StagedError {
    /// There is something in it already.
    #[error("{}: not an empty folder", .0.shown())]
    NotEmpty(PathBuf),
    /// The system refuses.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StagedError + '_ {
    |source| StagedError::Io { path: path.to_owned(), source }
}

impl Staged {
    /// Begins a folder that will be `target`, which must not exist or be an empty folder.
    ///
    /// # Errors
    /// [`StagedError`].
    pub fn begin(target: &Path) -> Result<Self, StagedError> {
        let target = std::path::absolute(target).map_err(io_error(target))?;
        verify_vacant(&target)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".unfinished-{}", std::process::id()));
        let building = target.with_file_name(name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(io_error(parent))?;
        }
        DirBuilder::new().mode(0o700).create(&building).map_err(io_error(&building))?;
        Ok(Self { target, building })
    }

    /// The folder to write into.
    pub fn path(&self) -> &Path {
        &self.building
    }

    /// Where it will be.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Makes a folder, with those that lead to it; its path.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn folder(&self, path: impl AsRef<Path>) -> Result<PathBuf, StagedError> {
        let path = self.building.join(path);
        fs::create_dir_all(&path).map_err(io_error(&path))?;
        Ok(path)
    }

    /// Writes one file, with the folders that lead to it; durable when this returns.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), StagedError> {
        let path = self.building.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io_error(folder))?;
        }
        let written = File::create(&path)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(io_error(&path))
    }

    /// Puts the folder in its place; there it is durable.
    ///
    /// # Errors
    /// [`StagedError`]; then nothing has appeared.
    pub fn commit(self) -> Result<PathBuf, StagedError> {
        // Renaming replaces an empty folder and refuses any other.
        fs::rename(&self.building, &self.target).map_err(|source| match source.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                StagedError::NotEmpty(self.target.clone())
            }
            _ => StagedError::Io { path: self.target.clone(), source },
        })?;
        if let Some(parent) = self.target.parent() {
            File::open(parent).and_then(|folder| folder.sync_all()).map_err(io_error(parent))?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a commit there is nothing at this path; a failure leaves a folder named unfinished.
        let _ = fs::remove_dir_all(&self.building);
    }
}

fn verify_vacant(target: &Path) -> Result<(), StagedError> {
    let entry = match fs::read_dir(target) {
        Ok(mut entries) => entries.next().map(|_| ()),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound => None,
            io::ErrorKind::NotADirectory => Some(()),
            _ => return Err(io_error(target)(error)),
        },
    };
    match entry {
        None => Ok(()),
        Some(()) => Err(StagedError::NotEmpty(target.to_owned())),
    }
}

/// Replaces a file in one step: a reader sees the old one or the new one. Who may read it stays as it
/// was.
///
/// # Errors
/// [`StagedError::Io`]; then the old one stands.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), StagedError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".unfinished-{}", std::process::id()));
    let building = path.with_file_name(name);
    let written = File::create(&building)
        .and_then(|mut file| {
            if let Ok(before) = path.metadata() {
                file.set_permissions(before.permissions())?;
            }
            file.write_all(bytes).and_then(|()| file.sync_all())
        })
        .and_then(|()| fs::rename(&building, path));
    written.map_err(|source| {
        let _ = fs::remove_file(&building);
        StagedError::Io { path: path.to_owned(), source }
    })
}

/// Writes a file that does not exist yet, for its owner alone; durable when this returns.
///
/// # Errors
/// What the system said; then whatever stood there is untouched, and nothing half written stays.
pub fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_when_it_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a/b");
        let staged = Staged::begin(&target).unwrap();
        staged.write("x/y", b"z").unwrap();
        assert!(!target.exists());
        staged.commit().unwrap();
        assert_eq!(fs::read(target.join("x/y")).unwrap(), b"z");
        assert_eq!(fs::read_dir(target.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::begin(&folder.path().join("a")).unwrap();
        staged.write("x", b"z").unwrap();
        drop(staged);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn only_an_absent_or_empty_folder_is_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::begin(folder.path()).unwrap();
        fs::write(folder.path().join("late"), "").unwrap();
        assert!(matches!(staged.commit(), Err(StagedError::NotEmpty(_))));
        assert!(matches!(Staged::begin(folder.path()), Err(StagedError::NotEmpty(_))));
        let file = folder.path().join("late");
        assert!(matches!(Staged::begin(&file), Err(StagedError::NotEmpty(_))));
        assert!(file.exists());
    }

    #[test]
    fn a_file_is_replaced_in_one_step() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        for bytes in [b"a", b"b"] {
            replace_file(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
