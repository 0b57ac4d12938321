//! An export that stands already: its records are not fetched again.

use std::io;
use std::path::Path;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::Folder;
use nemcon_ledger::audit::{NOTE_BYTES_MAX, Source as _, TILE_BYTES_MAX};
use nemcon_ledger::export::{CHECKPOINT_FILE, PUBLIC_FILE, is_file_of};
use nemcon_ledger::text::Show as _;

use super::scope::Scope;
use crate::failure::Failure;

/// An export in a folder, as far as its checkpoint says what it is.
#[derive(Debug)]
pub(super) struct Standing {
    folder: Folder,
    shown: String,
    checkpoint: Checkpoint,
}

impl Standing {
    /// The export in the folder `out`; `None` if there is no folder, or no checkpoint in it.
    ///
    /// # Errors
    /// [`Failure`] if something else lies in the folder of an export, which a new one would not have.
    pub(super) fn at(out: &Path, scope: Scope) -> Result<Option<Self>, Failure> {
        let shown = out.shown();
        if std::fs::symlink_metadata(out.join(CHECKPOINT_FILE)).is_err() {
            return Ok(None);
        }
        let folder = Folder::open(out).map_err(|error| unusable(&shown, &error))?;
        let checkpoint = checkpoint_in(&folder).map_err(|error| unusable(&shown, &error))?;
        let size = checkpoint.size();
        let strays = folder.strays(&|path| is_file_of(path, size));
        if let Some(first) = strays.names.first() {
            let first = first.shown();
            return Err(Failure::usage(format_args!(
                "{shown} holds {} files that are not the export’s; the first one is {first}",
                strays.count
            ))
            .next("move them elsewhere, or name a folder that does not exist yet"));
        }
        let is_public = folder.read(PUBLIC_FILE, NOTE_BYTES_MAX).is_ok();
        match (scope, is_public) {
            (Scope::Whole, true) => Err("a public export, which withholds records"),
            (Scope::Public, false) => Err("a whole export, whose records would be withheld"),
            (Scope::Whole, false) | (Scope::Public, true) => Ok(()),
        }
        .map_err(|what| {
            Failure::usage(format_args!("{shown} holds {what}")).next(
                "name a folder that does not exist yet, or one with an export of the same sort",
            )
        })?;
        Ok(Some(Self { folder, shown, checkpoint }))
    }

    /// Its size.
    pub(super) const fn tree_size(&self) -> TreeSize {
        self.checkpoint.size()
    }

    /// Checks that the log had its root at its size.
    ///
    /// # Errors
    /// [`Failure`] if it is of another log.
    pub(super) fn verify_grows(&self, root: Option<Digest>) -> Result<(), Failure> {
        if root == Some(self.checkpoint.root()) {
            return Ok(());
        }
        let shown = &self.shown;
        Err(Failure::refused(format_args!("the export in {shown} and this log are not of one log"))
            .next("nothing was changed; audit the export, or export to a folder that does not exist yet"))
    }

    /// The number of its records.
    pub(super) fn size(&self) -> u64 {
        self.checkpoint.size().0
    }

    /// Checks that its records stand below the tree head of `size`.
    ///
    /// # Errors
    /// [`Failure`] if it has more.
    pub(super) fn verify_below(&self, size: u64, node: &str) -> Result<(), Failure> {
        let (shown, has) = (&self.shown, self.size());
        if has <= size {
            return Ok(());
        }
        Err(Failure::refused(format_args!(
            "{shown} has {has} records, and {node} has {size} that are sealed by all"
        ))
        .next("nothing was changed; ask a node that has all of them"))
    }

    /// Its records.
    pub(super) fn records(&self) -> impl Iterator<Item = Result<Vec<u8>, Failure>> {
        let bundles = tiles_of(self.checkpoint.size()).filter(|path| path.row == TileRow::Entries);
        bundles.flat_map(|path| {
            let read = self.folder.read(&path.to_string(), TILE_BYTES_MAX);
            let bundle = read.map_err(io::Error::from);
            let bundle = bundle.and_then(|it| decode_bundle(&it).map_err(io::Error::other));
            match bundle {
                Ok(records) if records.len() == usize::from(path.width()) => {
                    records.into_iter().map(Ok).collect()
                }
                Ok(_) => vec![Err(unusable(&self.shown, &format_args!("{path} is no bundle")))],
                Err(error) => {
                    vec![Err(unusable(&self.shown, &format_args!("{path}: {error}")))]
                }
            }
        })
    }
}

fn checkpoint_in(folder: &Folder) -> io::Result<Checkpoint> {
    let file = folder.read(CHECKPOINT_FILE, NOTE_BYTES_MAX)?;
    let note = SignedNote::parse(&file).map_err(io::Error::other)?;
    Checkpoint::parse(note.text()).map_err(io::Error::other)
}

fn unusable(shown: &str, error: &dyn core::fmt::Display) -> Failure {
    Failure::usage(format_args!("the export in {shown} cannot be continued: {error}")).next(
        "nothing was changed; `nemcon audit` says what is wrong with it, and a folder that does not \
         exist yet gets a whole export",
    )
}
