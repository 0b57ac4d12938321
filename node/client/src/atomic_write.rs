//! Writes folders and files that appear whole or not at all.

use nemcon_ledger::text::Show as _;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// A folder under construction, beside the place where it will appear.
#[derive(Debug)]
pub struct Staged {
    target: PathBuf,
    /// The folder under construction. Dropping removes it with its content, unless it was committed.
    building: PathBuf,
}

/// Why a folder or a file was not put in its place.
#[derive(Debug, thiserror::Error)]
pub enum StagedError {
    /// The target folder exists and is not empty.
    #[error("{}: not an empty folder", .0.shown())]
    NotEmpty(PathBuf),
    /// The target exists and is a device, a pipe, a link or a folder.
    #[error("{}: not a regular file", .0.shown())]
    NotAFile(PathBuf),
    /// The operating system refused an operation.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StagedError + '_ {
    |source| StagedError::Io { path: path.to_owned(), source }
}

impl Staged {
    /// Begins a folder that will appear at `target`, which must not exist or be an empty folder.
    ///
    /// # Errors
    /// [`StagedError`].
    pub fn begin(target: &Path) -> Result<Self, StagedError> {
        let target = std::path::absolute(target).map_err(io_error(target))?;
        verify_vacant(&target)?;
        Self::beside(target)
    }

    /// Begins a folder that will replace the folder at `target`.
    ///
    /// # Errors
    /// [`StagedError::Io`], also if there is no folder at `target`.
    pub fn begin_over(target: &Path) -> Result<Self, StagedError> {
        // A link to a folder stays, and the folder that it leads to is replaced.
        Self::beside(fs::canonicalize(target).map_err(io_error(target))?)
    }

    /// Begins a folder beside the folder at `target`, whose files are moved from it one by one.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub(crate) fn begin_beside(target: &Path) -> Result<Self, StagedError> {
        Self::beside(target.to_owned())
    }

    fn beside(target: PathBuf) -> Result<Self, StagedError> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".unfinished-{}", std::process::id()));
        let building = target.with_file_name(name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).map_err(io_error(parent))?;
        }
        DirBuilder::new().mode(0o700).create(&building).map_err(io_error(&target))?;
        Ok(Self { target, building })
    }

    /// The folder to write into.
    pub fn path(&self) -> &Path {
        &self.building
    }

    /// The path where the folder will appear.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Creates a folder in it, with its parents, and returns the path.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn folder(&self, path: impl AsRef<Path>) -> Result<PathBuf, StagedError> {
        let (place, path) = (self.target.join(&path), self.building.join(path));
        fs::create_dir_all(&path).map_err(io_error(&place))?;
        Ok(path)
    }

    /// Writes one file in it, with the file's parents. The file is durable when this returns.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), StagedError> {
        let (place, path) = (self.target.join(&path), self.building.join(path));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io_error(&place))?;
        }
        let written = File::create(&path)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
        written.map_err(io_error(&place))
    }

    /// Writes one file in it, with the file's parents. The file is durable after [`Self::settle`]
    /// alone: many files together become durable much faster than one by one.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn write_unsettled(&self, path: &Path, bytes: &[u8]) -> Result<(), StagedError> {
        let (place, path) = (self.target.join(path), self.building.join(path));
        let written = match fs::write(&path, bytes) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = folder_of(&path);
                fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes))
            }
            written => written,
        };
        written.map_err(io_error(&place))
    }

    /// Makes the files at `paths` in it durable.
    ///
    /// # Errors
    /// [`StagedError::Io`].
    pub fn settle(&self, paths: &[PathBuf]) -> Result<(), StagedError> {
        // One pass over the file system writes everything out; each file then has nothing left to
        // write, and tells an error of its own.
        let target = &self.target;
        let folder = File::open(&self.building).map_err(io_error(target))?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        rustix::fs::syncfs(&folder).map_err(|error| io_error(target)(error.into()))?;
        for path in paths {
            let synced = File::open(self.building.join(path)).and_then(|file| file.sync_all());
            synced.map_err(io_error(&target.join(path)))?;
        }
        folder.sync_all().map_err(io_error(target))
    }

    /// Moves the folder to its target. It is durable there when this returns.
    ///
    /// # Errors
    /// [`StagedError`]. Then nothing has appeared at the target.
    pub fn commit(self) -> Result<PathBuf, StagedError> {
        // Renaming replaces an empty folder and fails for any other.
        fs::rename(&self.building, &self.target).map_err(|source| match source.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                StagedError::NotEmpty(self.target.clone())
            }
            _ => StagedError::Io { path: self.target.clone(), source },
        })?;
        sync_folder_of(&self.target).map_err(io_error(&self.target))?;
        Ok(self.target.clone())
    }

    /// Puts the folder in the place of the one at its target, which is removed. A reader sees the old
    /// folder or the new one, and the new one has the permissions of the old one. It is durable there when
    /// this returns.
    ///
    /// # Errors
    /// [`StagedError::Io`]. Then the old folder is at the target.
    pub fn commit_over(self) -> Result<PathBuf, StagedError> {
        let (building, target) = (&self.building, &self.target);
        let permissions = fs::metadata(target).map_err(io_error(target))?.permissions();
        fs::set_permissions(building, permissions).map_err(io_error(target))?;
        let exchange = rustix::fs::RenameFlags::EXCHANGE;
        rustix::fs::renameat_with(rustix::fs::CWD, building, rustix::fs::CWD, target, exchange)
            .map_err(|error| io_error(target)(error.into()))?;
        sync_folder_of(target).map_err(io_error(target))?;
        Ok(self.target.clone())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a commit nothing is at this path, or the folder that was replaced. If the removal fails,
        // a folder whose name says "unfinished" remains.
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

/// Writes a new file that only its owner can read. The file is durable when this returns.
///
/// # Errors
/// The error of the operating system, or the folder in which no file can be made. An existing file is left
/// as it was, and no new file has appeared.
pub fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    built_beside(path, bytes)?.persist_noclobber(path)?;
    let settled = sync_folder_of(path);
    if settled.is_err() {
        let _ = fs::remove_file(path);
    }
    settled
}

/// Writes a file, or replaces a regular file in one step, so that a reader sees the old content or
/// the new one. A replaced file keeps its permissions; only its owner can read a new one. The file
/// is durable when this returns.
///
/// # Errors
/// [`StagedError`]. Anything at the path that is no regular file is left as it is.
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), StagedError> {
    let before = replaceable(path)?;
    let building = built_beside(path, bytes).map_err(io_error(path))?;
    if let Some(before) = before {
        building.as_file().set_permissions(before).map_err(io_error(path))?;
    }
    put(building, path)
}

/// Like [`replace_file`], but afterwards only the owner can read the file, whatever the
/// old permissions were.
///
/// # Errors
/// [`StagedError`]. Anything at the path that is no regular file is left as it is.
pub fn replace_secret(path: &Path, bytes: &[u8]) -> Result<(), StagedError> {
    replaceable(path)?;
    put(built_beside(path, bytes).map_err(io_error(path))?, path)
}

/// Writes a durable file beside `path` under another name. Dropping removes it. No error names the file
/// under construction, which nobody has asked for.
fn built_beside(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    let mut building = tempfile::Builder::new()
        .prefix(".unfinished-")
        .tempfile_in(folder)
        .map_err(|error| no_place(folder, error.kind()))?;
    building.as_file_mut().write_all(bytes)?;
    building.as_file().sync_all()?;
    Ok(building)
}

/// The error for a folder in which no file can be made.
fn no_place(folder: &Path, kind: io::ErrorKind) -> io::Error {
    let folder = folder.shown();
    let words = match kind {
        io::ErrorKind::NotFound => format!("the folder {folder} does not exist; make it first"),
        io::ErrorKind::NotADirectory => format!("{folder} is no folder; name another one"),
        kind => format!("no file can be made in the folder {folder}: {kind}"),
    };
    io::Error::new(kind, words)
}

/// The permissions of the regular file at `path`; `None` if nothing is there.
///
/// A device, a pipe or a link that a person names is not nemcon's to remove.
fn replaceable(path: &Path) -> Result<Option<Permissions>, StagedError> {
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(Some(found.permissions())),
        Ok(_) => Err(StagedError::NotAFile(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error(path)(error)),
    }
}

fn put(building: NamedTempFile, path: &Path) -> Result<(), StagedError> {
    building.persist(path).map_err(|error| io_error(path)(error.error))?;
    sync_folder_of(path).map_err(io_error(path))
}

/// Makes the names in the file's folder durable.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// The folder of a file; the current folder if the path is a bare name.
pub fn folder_of(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
