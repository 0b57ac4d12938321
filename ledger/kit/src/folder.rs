//! An export in a folder, as the source that an audit reads.

use std::io;
use std::path::{Path, PathBuf};

use nemcon_ledger::audit::{FileError, Source, Strays};

use crate::files;

/// A folder with an export on this machine. Reading follows no link below the folder.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`. Links in `path` itself are followed.
    ///
    /// # Errors
    /// [`io::Error`] if the folder does not exist or cannot be listed.
    pub fn open(path: &Path) -> io::Result<Self> {
        std::fs::read_dir(path)?;
        Ok(Self(path.to_owned()))
    }
}

impl Source for Folder {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        files::read_below(&self.0, path, bytes_max)
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        let strays = std::cell::RefCell::new(Strays::default());
        files::walk(
            &self.0,
            &mut |path, other| match other {
                None if path.to_str().is_some_and(is_ours) => {}
                None => strays.borrow_mut().add(path, None),
                Some(other) => strays.borrow_mut().add(path, Some(other.to_string())),
            },
            &mut |path, error| strays.borrow_mut().add(path, Some(error.to_string())),
        );
        strays.into_inner()
    }
}
