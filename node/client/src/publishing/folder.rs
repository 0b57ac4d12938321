//! The folder of a published log: what stands in it, and how files come into it.
//!
//! What it guarantees: one process at a time writes. A file appears whole; the checkpoint appears when everything that
//! it speaks of is durable in its place.

use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{
    TilePath, TileRow, decode_bundle, decode_hash_tile, encode_bundle, tiles_of,
};
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::{Folder, files};
use nemcon_ledger::audit::{FileError, NOTE_BYTES_MAX, Source as _};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE, KEYS_FILE, PUBLIC_FILE, is_file_of};
use nemcon_ledger::text::Show as _;

use super::Shows;
use crate::atomic_write::Staged;
use crate::failure::Failure;

/// The folder of the entry bundles.
const ENTRIES_FOLDER: &str = "tile/entries";

/// A folder in which a log is published.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) files: Folder,
    path: PathBuf,
    /// What was published last.
    pub(super) checkpoint: Option<Checkpoint>,
    /// The same with the lines under it.
    pub(super) note: Option<SignedNote>,
    /// Held for as long as this process writes.
    _lock: File,
}

impl Placed {
    /// Opens the folder, or makes it, and lets no other process write into it.
    ///
    /// # Errors
    /// [`Failure`] if that cannot be, or something else is there.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("{}: {error}", path.shown()))
                .next("name a folder in which this user may write")
        };
        if !path.exists() {
            fs::create_dir_all(path).map_err(|error| failed(&error))?;
            fs::set_permissions(path, Permissions::from_mode(0o755)).map_err(|it| failed(&it))?;
        }
        let path = &fs::canonicalize(path).map_err(|error| failed(&error))?;
        let lock = File::open(path).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::usage(format_args!(
                    "another process publishes into {}",
                    path.shown()
                ))
                .next("one process suffices; end the other one first"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let files = Folder::open(path).map_err(|error| failed(&error))?;
        let mut placed =
            Self { files, path: path.clone(), checkpoint: None, note: None, _lock: lock };
        placed.remove_unfinished();
        if let Some((note, checkpoint)) = placed.read_checkpoint()? {
            (placed.note, placed.checkpoint) = (Some(note), Some(checkpoint));
        }
        Ok(placed)
    }

    fn read_checkpoint(&self) -> Result<Option<(SignedNote, Checkpoint)>, Failure> {
        let unusable = |error: &dyn core::fmt::Display| {
            Failure::refused(format_args!("`checkpoint` in {}: {error}", self.path.shown()))
                .next("publish into a new folder, and find out who has changed this one")
        };
        let bytes = match self.files.read(CHECKPOINT_FILE, NOTE_BYTES_MAX) {
            Err(FileError::Missing) => return Ok(None),
            read => read.map_err(|error| unusable(&error))?,
        };
        let note = SignedNote::parse(&bytes).map_err(|error| unusable(&error))?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|error| unusable(&error))?;
        Ok(Some((note, checkpoint)))
    }

    /// Checks that the folder shows no more and no less of the log than is to be shown, also where an earlier run has
    /// ended before it placed a checkpoint.
    ///
    /// # Errors
    /// [`Failure`] if it does.
    pub(super) fn verify_sort(&self, shows: Shows) -> Result<(), Failure> {
        let has = |file| self.path.join(file).exists();
        let found = match (has(PUBLIC_FILE), has(ENTRIES_FOLDER) || has(GENESIS_FILE)) {
            (true, _) => Shows::Public,
            (false, true) => Shows::Everything,
            (false, false) if self.checkpoint.is_none() => return Ok(()),
            (false, false) => Shows::Hashes,
        };
        if found == shows {
            return Ok(());
        }
        Err(Failure::refused(format_args!(
            "{} shows “{found}” of the log, and “{shows}” is asked for",
            self.path.shown()
        ))
        .next("publish into a new folder: what somebody has read is not taken back by changing this one"))
    }

    /// Checks that nothing lies in the folder but files that a published log has or had.
    ///
    /// # Errors
    /// [`Failure`] with the first other one.
    pub(super) fn verify_names(&self) -> Result<(), Failure> {
        let size = self.size();
        let is_of_log = |path: &str| {
            is_file_of(path, TreeSize(0))
                || path.parse::<TilePath>().is_ok_and(|it| it.was_of(size))
        };
        let strays = match self.checkpoint {
            Some(_) => self.files.strays(&is_of_log),
            // An earlier run may have ended before it placed one.
            None => self.files.strays(&|path| is_of_log(path) || path.parse::<TilePath>().is_ok()),
        };
        let Some(first) = strays.names.first() else { return Ok(()) };
        Err(Failure::usage(format_args!(
            "{} holds what is not of a published log: {}",
            self.path.shown(),
            first.shown()
        ))
        .next("move it elsewhere, or name an empty folder or one that does not exist yet"))
    }

    /// Writes anew the partial bundles of former sizes whose records are under construction: each shows what the newest
    /// one shows.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn mend_partial(&self, staged: &Staged, size: TreeSize) -> Result<(), Failure> {
        for newest in tiles_of(size).filter(|path| path.row == TileRow::Entries) {
            let Ok(bundle) = fs::read(staged.path().join(newest.to_string())) else { continue };
            let full = TilePath { partial: None, ..newest };
            let Ok(former) = fs::read_dir(self.path.join(format!("{full}.p"))) else { continue };
            let records = decode_bundle(&bundle).expect("a bundle that was written here");
            for former in former.flatten() {
                let width = former.file_name().to_str().and_then(|name| name.parse().ok());
                let Some(records) = width.and_then(|width: usize| records.get(..width)) else {
                    continue;
                };
                let path = format!("{full}.p/{}", records.len());
                if path != newest.to_string() {
                    let bytes = encode_bundle(records).expect("records of a bundle fit another");
                    staged.write(&path, &bytes)?;
                }
            }
        }
        Ok(())
    }

    /// Removes a file that is not to be shown, if it is there.
    ///
    /// # Errors
    /// [`Failure`] if it stays.
    pub(super) fn remove(&self, path: &str) -> Result<(), Failure> {
        let path = self.path.join(path);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Failure::usage(format_args!("{}: {error}", path.shown()))
                    .next("remove it: it shows what is not public"))
            }
            _ => Ok(()),
        }
    }

    /// Removes what an earlier run has left unfinished beside the folder.
    fn remove_unfinished(&self) {
        let Some(name) = self.path.file_name().and_then(|name| name.to_str()) else { return };
        let prefix = format!("{name}.unfinished-");
        let beside = self.path.parent().map(fs::read_dir).into_iter().flatten().flatten();
        for entry in beside.flatten() {
            if entry.file_name().to_str().is_some_and(|it| it.starts_with(&prefix)) {
                // If it stays, it is in nobody’s way.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The path of the folder.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How many records are published.
    pub(super) fn size(&self) -> TreeSize {
        self.checkpoint.as_ref().map_or(TreeSize(0), Checkpoint::size)
    }

    /// The hashes of a tile that is published.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read.
    pub(super) fn hashes(&self, path: TilePath) -> Result<Vec<Digest>, Failure> {
        let unusable = |error: &dyn core::fmt::Display| {
            Failure::refused(format_args!("{}/{path}: {error}", self.path.shown()))
                .next("publish into a new folder, and find out who has changed this one")
        };
        let bytes = self.files.read(&path.to_string(), u64::from(path.width()) * 32);
        let bytes = bytes.map_err(|error| unusable(&error))?;
        decode_hash_tile(path, &bytes).map_err(|error| unusable(&error))
    }

    /// Moves the files under construction that are new or differ into the folder, the checkpoint last. Returns how
    /// many these are.
    ///
    /// # Errors
    /// [`Failure`]. Then the checkpoint stands as it was, and all files that it speaks of.
    pub(super) fn take(
        &self,
        staged: &Staged,
        is_shown: &dyn Fn(&str) -> bool,
    ) -> Result<usize, Failure> {
        let mut paths = Vec::new();
        files::walk(staged.path(), &mut |path, _| paths.push(path.to_owned()), &mut |_, _| {});
        paths.retain(|path| path.to_str().is_some_and(is_shown) && self.differs(staged, path));
        staged.settle(&paths)?;
        // Policies and keys are for the checkpoint: they come right before it. What says that records are withheld
        // comes before the first bundle.
        let order = |path: &PathBuf| match path.to_str() {
            Some(PUBLIC_FILE) => 0,
            Some(CHECKPOINT_FILE) => 3,
            Some(name) if name.ends_with(".policy") || name == KEYS_FILE => 2,
            _ => 1,
        };
        paths.sort_by_key(order);
        let last = paths.iter().position(|path| order(path) == 3).unwrap_or(paths.len());
        let (before, checkpoint) = paths.split_at(last);
        self.put(staged, before)?;
        self.put(staged, checkpoint)?;
        Ok(paths.len())
    }

    fn differs(&self, staged: &Staged, path: &Path) -> bool {
        fs::read(self.path.join(path)).ok() != fs::read(staged.path().join(path)).ok()
    }

    /// Moves files into the folder; they are durable there when this returns.
    fn put(&self, staged: &Staged, paths: &[PathBuf]) -> Result<(), Failure> {
        let failed = |path: &Path, error: io::Error| {
            let path = self.path.join(path);
            Failure::usage(format_args!("{}: {error}", path.shown()))
                .next("see to the room and to who may write there; the next run goes on from here")
        };
        for path in paths {
            let moved = self.open_folders(path).and_then(|()| {
                let from = staged.path().join(path);
                fs::set_permissions(&from, Permissions::from_mode(0o644))?;
                fs::rename(from, self.path.join(path))
            });
            moved.map_err(|error| failed(path, error))?;
        }
        let synced = File::open(&self.path).and_then(|folder| {
            #[cfg(any(target_os = "linux", target_os = "android"))]
            rustix::fs::syncfs(&folder)?;
            folder.sync_all()
        });
        synced.map_err(|error| failed(Path::new(""), error))
    }

    /// Makes the folders of a file, open for a web server to read, whatever the umask.
    fn open_folders(&self, path: &Path) -> io::Result<()> {
        let mut folders: Vec<_> = path.ancestors().skip(1).collect();
        folders.reverse();
        for folder in folders {
            let folder = self.path.join(folder);
            match fs::create_dir(&folder) {
                Ok(()) => fs::set_permissions(&folder, Permissions::from_mode(0o755))?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Removes the partial tiles whose full tiles were published by an earlier run: whoever read a checkpoint before
    /// that one asks for the full tile in their place [C2SP tlog-tiles].
    pub(super) fn remove_partial(&self, former: TreeSize) {
        for path in tiles_of(former).filter(|path| path.partial.is_none()) {
            let folder = self.path.join(format!("{path}.p"));
            // The folders are gone from the right to the left.
            let _ = fs::remove_dir_all(folder);
        }
    }

    /// The entry bundles that are published.
    pub(super) fn bundles(&self) -> impl Iterator<Item = TilePath> {
        tiles_of(self.size()).filter(|path| path.row == TileRow::Entries)
    }
}
