//! Reads files that somebody else may have made: only regular files, and only up to a limit.
//!
//! A pipe waits for a writer that may never come, a device has no end, and a link may lead out of
//! the folder. So each path is checked before the file is opened, and again on the open file.

use std::fs::{self, File, FileType};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Component, Path, PathBuf};

use nemcon_ledger::audit::{FileError, Other};

/// Opens the regular file at `path`, which a person gave. Links in the path are followed.
///
/// # Errors
/// [`FileError`], but never its variant `TooLong`.
pub fn open(path: &Path) -> Result<File, FileError> {
    open_as(path, &fs::metadata(path)?)
}

/// Reads the regular file at `path`, which has at most `bytes_max` bytes.
///
/// # Errors
/// [`FileError`].
pub fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    read_to(open(path)?, bytes_max)
}

/// Reads the regular file at `path` below `root`, and follows no link on the way.
///
/// # Errors
/// [`FileError`]; `NotRegular` also if the path leads through a link.
pub fn read_below(root: &Path, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let mut at = root.to_owned();
    let mut parts = Path::new(path).components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(part) = part else { return Err(FileError::Missing) };
        at.push(part);
        let there = fs::symlink_metadata(&at)?;
        match (other(there.file_type()), parts.peek()) {
            (Some(Other::Folder), Some(_)) => {}
            (None, None) => return read_to(open_as(&at, &there)?, bytes_max),
            (None, Some(_)) => return Err(FileError::Missing),
            (Some(other), _) => return Err(FileError::NotRegular(other)),
        }
    }
    Err(FileError::NotRegular(Other::Folder))
}

/// Passes every file and link below `root` to `found`, with its path. The walk enters folders and
/// does not follow links. Folders that cannot be listed are passed to `unlisted`.
pub fn walk(
    root: &Path,
    found: &mut dyn FnMut(&Path, Option<Other>),
    unlisted: &mut dyn FnMut(&Path, io::Error),
) {
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) => {
                unlisted(&folder, error);
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = folder.join(entry.file_name());
            match entry.file_type().map(other) {
                Ok(Some(Other::Folder)) => folders.push(path),
                Ok(other) => found(&path, other),
                Err(error) => unlisted(&path, error),
            }
        }
    }
}

/// The sort of a file that is not a regular one.
fn other(kind: FileType) -> Option<Other> {
    if kind.is_file() {
        return None;
    }
    Some(match kind {
        kind if kind.is_dir() => Other::Folder,
        kind if kind.is_symlink() => Other::Link,
        kind if kind.is_fifo() => Other::Pipe,
        kind if kind.is_socket() => Other::Socket,
        _ => Other::Device,
    })
}

/// Opens the file that was looked at; fails if another file was put in its place since.
fn open_as(path: &Path, looked_at: &fs::Metadata) -> Result<File, FileError> {
    if let Some(other) = other(looked_at.file_type()) {
        return Err(FileError::NotRegular(other));
    }
    let file = File::open(path)?;
    let opened = file.metadata()?;
    if (opened.dev(), opened.ino()) == (looked_at.dev(), looked_at.ino()) {
        return Ok(file);
    }
    let changed = "it was replaced while it was opened";
    Err(FileError::Unreadable(io::Error::other(changed)))
}

fn read_to(file: File, bytes_max: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(FileError::TooLong { bytes_max });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn regular_files_are_read_to_their_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert!(matches!(read(&path, 4), Err(FileError::TooLong { bytes_max: 4 })));
        symlink("a", folder.path().join("link")).unwrap();
        assert_eq!(read(&folder.path().join("link"), 5).unwrap(), b"12345");
        assert!(matches!(read(&folder.path().join("b"), 5), Err(FileError::Missing)));
        assert!(matches!(read(&path.join("below"), 5), Err(FileError::Missing)));
    }

    #[test]
    fn nothing_else_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        symlink("/dev/null", folder.path().join("link")).unwrap();
        for (path, wanted) in [
            (folder.path().to_owned(), Other::Folder),
            (socket, Other::Socket),
            (folder.path().join("link"), Other::Device),
            (PathBuf::from("/dev/zero"), Other::Device),
        ] {
            let read = read(&path, 5);
            assert!(matches!(read, Err(FileError::NotRegular(found)) if found == wanted));
        }
    }

    #[test]
    fn no_link_is_followed_below_a_root() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("real")).unwrap();
        fs::write(folder.path().join("real/a"), b"1").unwrap();
        symlink("real", folder.path().join("linked")).unwrap();
        symlink("a", folder.path().join("real/b")).unwrap();
        let read = |path| read_below(folder.path(), path, 5);
        assert_eq!(read("real/a").unwrap(), b"1");
        for path in ["linked/a", "real/b"] {
            assert!(matches!(read(path), Err(FileError::NotRegular(Other::Link))), "{path}");
        }
        for path in ["real/c", "real/a/b", "../x", "/etc/passwd"] {
            assert!(matches!(read(path), Err(FileError::Missing)), "{path}");
        }
        for path in ["real", ""] {
            assert!(matches!(read(path), Err(FileError::NotRegular(Other::Folder))), "{path:?}");
        }
    }
}
