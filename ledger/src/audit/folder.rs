//! Where an audit reads from.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// How many names of foreign files are remembered.
const STRAYS_NAMED_MAX: usize = 10;

/// Gives the files of an export by their paths.
pub trait Source {
    /// The bytes of the file at `path`, at most `bytes_max`.
    ///
    /// # Errors
    /// [`SourceError`].
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, SourceError>;

    /// What lies beside the files for which `is_ours` holds, where the source can tell.
    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays;
}

/// Files that an audit has not looked at: nothing vouches for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strays {
    /// How many.
    pub count: u64,
    /// The first ones' names as they were found, which may hold any character.
    pub names: Vec<String>,
}

/// Why a file is not there.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A folder, a device, a pipe.
    #[error("not a regular file")]
    NotAFile,
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
        let path = self.0.join(path);
        // Before it is opened: opening a pipe waits for a writer, who may never come.
        if !fs::metadata(&path)?.is_file() {
            return Err(SourceError::NotAFile);
        }
        let mut bytes = Vec::new();
        File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            return Err(SourceError::TooLong { bytes_max });
        }
        Ok(bytes)
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        let mut strays = Strays::default();
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            // What cannot be listed holds nothing that was read from it.
            let Ok(entries) = fs::read_dir(self.0.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let path = folder.join(entry.file_name());
                // A link to a folder is not followed: it may lead round in a circle.
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else if !path.to_str().is_some_and(is_ours) {
                    strays.add(&path);
                }
            }
        }
        strays
    }
}

impl Strays {
    fn add(&mut self, path: &Path) {
        self.count += 1;
        if self.names.len() < STRAYS_NAMED_MAX {
            self.names.push(path.to_string_lossy().into_owned());
        }
    }
}
