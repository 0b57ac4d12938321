//! An export of which a part is under construction and the rest was published before.

use nemcon_kit::Folder;
use nemcon_ledger::audit::{FileError, Source, Strays};
use nemcon_ledger::export::PUBLIC_FILE;

use crate::atomic_write::Staged;
use crate::failure::Failure;

/// The files under construction, and those below them.
pub(super) struct Overlay<'a> {
    pub(super) staged: Folder,
    placed: &'a Folder,
}

impl<'a> Overlay<'a> {
    /// The files of `staged` above those of `placed`.
    ///
    /// # Errors
    /// [`Failure`] if they cannot be listed.
    pub(super) fn of(staged: &Staged, placed: &'a Folder) -> Result<Self, Failure> {
        let staged = Folder::open(staged.path()).map_err(|error| {
            Failure::usage(format_args!("the folder under construction: {error}"))
                .next("see to the room and to who may write there")
        })?;
        Ok(Self { staged, placed })
    }
}

impl Source for Overlay<'_> {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        match self.staged.read(path, bytes_max) {
            // Whether records are withheld is for the files under construction to say.
            Err(FileError::Missing) if path != PUBLIC_FILE => self.placed.read(path, bytes_max),
            read => read,
        }
    }

    fn strays(&self, _: &dyn Fn(&str) -> bool) -> Strays {
        Strays::default()
    }
}
