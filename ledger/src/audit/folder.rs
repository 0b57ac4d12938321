//! Where an audit reads from.

use std::io;
use std::path::{Path, PathBuf};

use crate::files::{self, FileError};

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
    /// How many.
    pub count: u64,
    /// The first ones' names as they were found, which may hold any character; what is no regular
    /// file says so behind its name.
    pub names: Vec<String>,
}

/// A folder on this machine. No link below it is followed.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, which links may lead to.
    ///
    /// # Errors
    /// [`io::Error`] if there is none, or it cannot be listed.
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

impl Strays {
    fn add(&mut self, path: &Path, what: Option<String>) {
        self.count += 1;
        if self.names.len() < STRAYS_NAMED_MAX {
            let what = what.map(|what| format!(" ({what})")).unwrap_or_default();
            self.names.push(format!("{}{what}", path.to_string_lossy()));
        }
    }
}
