//! Where an audit reads from.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;

/// Gives the files of an export by their paths.
pub trait Source {
    /// The bytes of the file at `path`, at most `bytes_max`.
    ///
    /// # Errors
    /// [`SourceError`].
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, SourceError>;
}

/// Why a file is not there.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is longer than such a file can be.
    #[error("longer than {bytes_max} bytes")]
    TooLong {
        /// The limit.
        bytes_max: u64,
    },
}

/// A folder on this machine.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Source for Folder {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, SourceError> {
        let mut bytes = Vec::new();
        let file = File::open(self.0.join(path))?;
        file.take(bytes_max + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            return Err(SourceError::TooLong { bytes_max });
        }
        Ok(bytes)
    }
}
