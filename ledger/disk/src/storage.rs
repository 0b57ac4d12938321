//! The file operations that the journal and `signed` need, as a trait that a simulator can implement.
//!
//! What a caller may rely on: bytes and names are durable once the sync named at each method has
//! succeeded, and not before. Nobody retries here. The caller treats a failed write or sync as
//! final and opens its file again to find out what is on the disk.

use nemcon_ledger::text::Show as _;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// A tree of folders whose files are appended to and synced.
pub trait Storage: Clone {
    /// The type of an open file.
    type File: StorageFile;
    /// The type of a held lock, which is released when dropped.
    type Lock;

    /// Creates the folder and its parents, durably. Does nothing if the folder exists.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// The names of the files in the folder, sorted; none if there is no such folder.
    fn names(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Creates an empty file; fails if it exists. Durable after [`Storage::sync_dir`].
    fn create(&self, path: &Path) -> io::Result<Self::File>;
    /// Opens an existing file for writing and leaves its content as it is.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
    /// Reads the whole content of an existing file, which is opened for reading only.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Fills `buffer` from `offset` of an existing file.
    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
    /// Renames a file and replaces a file that has the new name. Durable after [`Storage::sync_dir`].
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Deletes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the lock file at `path`; `None` if another holder has it.
    fn lock(&self, path: &Path) -> io::Result<Option<Self::Lock>>;
}

/// An open file of a [`Storage`].
pub trait StorageFile {
    /// Appends to the end of the file. Durable after [`StorageFile::sync`].
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Shortens the file to its first `size` bytes, which needs no room.
    /// Durable after [`StorageFile::sync`].
    fn cut(&mut self, size: u64) -> io::Result<()>;
    /// Overwrites existing bytes, which needs no room. Durable after [`StorageFile::sync`].
    fn write_over(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Makes the file's content and size durable (`fdatasync`). After a failure a second sync may
    /// report success for bytes that are lost.
    fn sync(&mut self) -> io::Result<()>;
}

/// A file operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}", path.shown())]
pub struct StorageError {
    /// What the operation was to do, as words for a message.
    pub action: &'static str,
    /// The file or folder that the operation was for.
    pub path: PathBuf,
    /// The error of the operating system.
    #[source]
    pub source: io::Error,
}

/// For `map_err`: adds the operation and the path to an error of the operating system.
pub(crate) fn failed<'a>(
    action: &'static str,
    path: &'a Path,
) -> impl FnOnce(io::Error) -> StorageError + use<'a> {
    move |source| StorageError { action, path: path.to_path_buf(), source }
}

/// Whether a file of that name exists.
pub fn is_there<S: Storage>(storage: &S, path: &Path) -> Result<bool, StorageError> {
    let dir = dir_of(path);
    let names = storage.names(dir).map_err(failed("list", dir))?;
    Ok(names.iter().any(|name| path.file_name().is_some_and(|wanted| wanted == name.as_str())))
}

/// Replaces the file's content durably, and returns the file, open for appending.
///
/// The bytes are written to another file and synced before that file is renamed. So at any moment the
/// path names a whole file, the old one or the new one.
///
/// # Errors
/// [`StorageError`]; then the path names either.
pub fn replace<S: Storage>(
    storage: &S,
    path: &Path,
    bytes: &[u8],
) -> Result<S::File, StorageError> {
    replace_with(storage, path, |file| file.append(bytes))
}

/// Like [`replace`], with a content that `write` appends in pieces.
///
/// # Errors
/// [`StorageError`]; then the path names either.
pub fn replace_with<S: Storage>(
    storage: &S,
    path: &Path,
    write: impl FnOnce(&mut S::File) -> io::Result<()>,
) -> Result<S::File, StorageError> {
    let aside = path.with_added_extension("new");
    if is_there(storage, &aside)? {
        storage.remove(&aside).map_err(failed("remove", &aside))?;
    }
    let mut file = storage.create(&aside).map_err(failed("create", &aside))?;
    write(&mut file).map_err(failed("write", &aside))?;
    file.sync().map_err(failed("sync", &aside))?;
    storage.rename(&aside, path).map_err(failed("rename", &aside))?;
    let dir = dir_of(path);
    storage.sync_dir(dir).map_err(failed("sync", dir))?;
    Ok(file)
}

/// The folder that holds `path`.
pub(crate) fn dir_of(path: &Path) -> &Path {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    type File = File;
    type Lock = File;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        if dir.is_dir() {
            return Ok(());
        }
        let above = dir_of(dir);
        self.create_dir(above)?;
        match fs::create_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => self.sync_dir(above),
        }
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let listing = match fs::read_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing?,
        };
        let mut names = Vec::new();
        for entry in listing {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn create(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        File::open(path)?.read_exact_at(buffer, offset)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path) -> io::Result<Option<File>> {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl StorageFile for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, size: u64) -> io::Result<()> {
        self.set_len(size)?;
        self.seek(SeekFrom::Start(size)).map(|_| ())
    }

    fn write_over(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

#[cfg(test)]
pub(crate) mod faulty;
