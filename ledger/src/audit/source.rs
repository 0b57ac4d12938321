//! Where an audit reads from.

use core::fmt;
use std::io;
use std::path::Path;

/// How many names of foreign files are remembered.
const STRAYS_NAMED_MAX: usize = 10;

/// Gives the files of an export by their paths.
pub trait Source {
    /// The bytes of the file at `path`, at most `bytes_max`.
    ///
    /// # Errors
    /// [`FileError`].
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError>;

    /// What lies beside the files for which `is_ours` holds, where the source can tell.
    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays;
}

/// Files that an audit has not looked at: nothing vouches for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strays {
    /// How many files there are.
    pub count: u64,
    /// The first ones' names as they were found, which may hold any character; what is no regular
    /// file says so behind its name.
    pub names: Vec<String>,
}

impl Strays {
    /// Counts one more at `path`, and names it while there is room; `what` says what it is.
    pub fn add(&mut self, path: &Path, what: Option<String>) {
        self.count += 1;
        if self.names.len() < STRAYS_NAMED_MAX {
            let what = what.map(|what| format!(" ({what})")).unwrap_or_default();
            self.names.push(format!("{}{what}", path.to_string_lossy()));
        }
    }
}

/// What a path leads to that is no regular file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// A folder.
    Folder,
    /// A symbolic link, where none is followed.
    Link,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A device.
    Device,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is none.
    #[error("no such file")]
    Missing,
    /// This machine does not let it be read, or fails to.
    #[error("it cannot be read: {0}")]
    Unreadable(io::Error),
    /// It is no regular file.
    #[error("{0}, not a regular file")]
    NotRegular(Other),
    /// It is longer than such a file can be.
    #[error("longer than {bytes_max} bytes")]
    TooLong {
        /// The limit.
        bytes_max: u64,
    },
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Folder => "a folder",
            Self::Link => "a symbolic link, which is not followed",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        })
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(error),
        }
    }
}

impl From<FileError> for io::Error {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Missing => Self::new(io::ErrorKind::NotFound, error.to_string()),
            FileError::Unreadable(error) => error,
            FileError::NotRegular(_) | FileError::TooLong { .. } => {
                Self::new(io::ErrorKind::InvalidInput, error.to_string())
            }
        }
    }
}
