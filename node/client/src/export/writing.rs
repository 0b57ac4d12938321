//! Writes the log of an export: records come in order, one by one, and tiles go out as they fill.
//!
//! What it guarantees: the same records make the same files, and the memory in use does not grow with the
//! log. What it does not: the records are compared with the checkpoint's size and root, and not judged by
//! the council's law.

use core::num::NonZeroU8;
use std::fs;
use std::path::PathBuf;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{
    BundleError, GrowingTiles, TILE_WIDTH, TilePath, TileRow, decode_bundle, encode_bundle,
    tiles_of,
};
use nemcon_crypto::{LeafIndex, TreeSize};
use nemcon_ledger::Rosters;
use nemcon_ledger::council::Council;
use nemcon_ledger::export::{
    CHECKPOINT_FILE, ExportError, GENESIS_FILE, PUBLIC_FILE, PUBLIC_TEXT, derived_files,
    public_records,
};
use nemcon_ledger::record::{Boundary, Genesis};

use crate::atomic_write::{Staged, StagedError};
use crate::failure::Failure;

/// After how many records the progress is told.
const RECORDS_BETWEEN_LOOKS: u64 = 4096;

/// Why the log of an export was not written; `E` is the error of the source of its records.
#[derive(Debug, thiserror::Error)]
pub enum WriteError<E> {
    /// The source gave no record where one was due.
    #[error(transparent)]
    Source(E),
    /// A file was not written.
    #[error(transparent)]
    File(#[from] StagedError),
    /// The records are not those below the checkpoint.
    #[error(transparent)]
    Log(#[from] ExportError),
    /// A record is too long for a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The records are not those whose tiles lie there already.
    #[error("the first {0} records are others than those that lie there")]
    Former(u64),
}

/// What of a log lies elsewhere already, so that it is not written again.
#[derive(Debug, Default)]
pub(crate) struct Former {
    /// The tree up to the bundle with which the writing begins.
    pub(crate) tiles: GrowingTiles,
    /// A size and the root that the log must have there.
    pub(crate) boundary: Option<Boundary>,
}

/// What an export holds beside its records and its policies.
#[derive(Clone, Copy, Debug)]
pub struct Papers<'a> {
    /// The file with the founders' signatures.
    pub genesis: &'a [u8],
    /// The tree head below which the records stand.
    pub checkpoint: &'a Checkpoint,
    /// The tree head with its seals.
    pub sealed: &'a SignedNote,
}

/// Writes genesis, tiles and checkpoint of an export into a folder under construction, and returns how
/// many files these are. `records` gives the log from leaf 0 on, and is asked for no more records than the
/// checkpoint covers. The files are durable when this returns. The policies are lacking still: see
/// [`write_derived`].
///
/// # Errors
/// [`WriteError`]; then the folder is of no use.
pub fn write_log<E>(
    staged: &Staged,
    papers: Papers<'_>,
    records: impl IntoIterator<Item = Result<Vec<u8>, E>>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<usize, WriteError<E>> {
    write_log_behind(staged, papers, Former::default(), records, progress)
}

/// As [`write_log`], for a log whose first records lie elsewhere: `records` gives those behind them.
///
/// # Errors
/// [`WriteError`]; then the folder is of no use.
pub(crate) fn write_log_behind<E>(
    staged: &Staged,
    papers: Papers<'_>,
    former: Former,
    records: impl IntoIterator<Item = Result<Vec<u8>, E>>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<usize, WriteError<E>> {
    let size = papers.checkpoint.size().0;
    let mut files = Files { staged, paths: Vec::new() };
    let bundles = former.tiles.size().0 / u64::from(TILE_WIDTH);
    let mut log = LogWriter { tiles: former.tiles, bundle: Vec::new(), bundles };
    let mut records = records.into_iter();
    log.verify(former.boundary)?;
    while log.tiles.size().0 < size {
        let Some(record) = records.next() else { break };
        log.push(record.map_err(WriteError::Source)?, &mut files)?;
        log.verify(former.boundary)?;
        let done = log.tiles.size().0;
        if done.is_multiple_of(RECORDS_BETWEEN_LOOKS) || done == size {
            progress(done, size);
        }
    }
    log.finish(papers.checkpoint, &mut files)?;
    files.write(GENESIS_FILE, papers.genesis)?;
    files.write(CHECKPOINT_FILE, &papers.sealed.render())?;
    staged.settle(&files.paths)?;
    Ok(files.paths.len())
}

/// Writes the files of an export that follow from its records, whose rosters are `rosters`, and returns how many these are.
///
/// # Errors
/// [`StagedError`].
pub fn write_derived(
    staged: &Staged,
    genesis: &Genesis,
    rosters: &Rosters,
    size: TreeSize,
) -> Result<usize, StagedError> {
    let derived = derived_files(genesis, rosters, size);
    for (path, text) in &derived {
        staged.write(path, text.as_bytes())?;
    }
    Ok(derived.len())
}

/// Empties the records of an export under construction that are not public, as `council` stands, and says so
/// in a file of its own. Returns how many these are.
///
/// # Errors
/// [`Failure`].
pub(crate) fn withhold(
    staged: &Staged,
    council: &Council,
    checkpoint: &Checkpoint,
) -> Result<u64, Failure> {
    let mut withheld = 0;
    for path in tiles_of(checkpoint.size()).filter(|path| path.row == TileRow::Entries) {
        let name = path.to_string();
        let broken =
            |error: &dyn core::fmt::Display| Failure::usage(format_args!("{name}: {error}"));
        let bytes = fs::read(staged.path().join(&name)).map_err(|error| broken(&error))?;
        let records = decode_bundle(&bytes).map_err(|error| broken(&error))?;
        let first = LeafIndex(path.index * u64::from(TILE_WIDTH));
        let records: Vec<_> = public_records(council, first, records).collect();
        withheld += records.iter().filter(|record| record.is_empty()).count() as u64;
        let bytes = encode_bundle(&records).map_err(|error| broken(&error))?;
        staged.write(&name, &bytes)?;
    }
    staged.write(PUBLIC_FILE, PUBLIC_TEXT.as_bytes())?;
    Ok(withheld)
}

/// The files that were written.
struct Files<'a> {
    staged: &'a Staged,
    paths: Vec<PathBuf>,
}

impl Files<'_> {
    fn write(&mut self, path: impl Into<PathBuf>, bytes: &[u8]) -> Result<(), StagedError> {
        let path = path.into();
        self.staged.write_unsettled(&path, bytes)?;
        self.paths.push(path);
        Ok(())
    }

    fn write_tile(&mut self, path: TilePath, bytes: &[u8]) -> Result<(), StagedError> {
        self.write(path.to_string(), bytes)
    }
}

/// The log so far: its tree, and the records of the bundle that is not full.
struct LogWriter {
    tiles: GrowingTiles,
    bundle: Vec<Vec<u8>>,
    bundles: u64,
}

impl LogWriter {
    fn push<E>(&mut self, record: Vec<u8>, files: &mut Files<'_>) -> Result<(), WriteError<E>> {
        for (path, bytes) in self.tiles.append(leaf_hash(&record)) {
            files.write_tile(path, &bytes)?;
        }
        self.bundle.push(record);
        if self.bundle.len() == usize::from(TILE_WIDTH) {
            self.write_bundle(None, files)?;
        }
        Ok(())
    }

    /// Checks the root at the size of a boundary.
    fn verify<E>(&self, boundary: Option<Boundary>) -> Result<(), WriteError<E>> {
        match boundary {
            Some(Boundary { size, root })
                if size == self.tiles.size() && root != self.tiles.root() =>
            {
                Err(WriteError::Former(size.0))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Writes the tiles that are not full, if the records are those below the checkpoint.
    fn finish<E>(
        &mut self,
        checkpoint: &Checkpoint,
        files: &mut Files<'_>,
    ) -> Result<(), WriteError<E>> {
        let (found, wanted) = (self.tiles.size().0, checkpoint.size().0);
        if found != wanted {
            return Err(ExportError::Size { found, wanted }.into());
        }
        if self.tiles.root() != checkpoint.root() {
            return Err(ExportError::Root.into());
        }
        for (path, bytes) in self.tiles.partial() {
            files.write_tile(path, &bytes)?;
        }
        let open = u8::try_from(self.bundle.len()).expect("a full bundle was written");
        if let Some(width) = NonZeroU8::new(open) {
            self.write_bundle(Some(width), files)?;
        }
        Ok(())
    }

    fn write_bundle<E>(
        &mut self,
        partial: Option<NonZeroU8>,
        files: &mut Files<'_>,
    ) -> Result<(), WriteError<E>> {
        let path = TilePath { row: TileRow::Entries, index: self.bundles, partial };
        files.write_tile(path, &encode_bundle(&self.bundle)?)?;
        self.bundle.clear();
        self.bundles += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use nemcon_crypto::TreeSize;
    use nemcon_crypto::note::sign_note;
    use nemcon_crypto::signing::SecretKey;
    use nemcon_ledger::export::Tiles;
    use std::collections::BTreeMap;

    use super::*;

    const ORIGIN: &str = "example.org/test/0123456789abcdef";

    fn records(count: u64) -> Vec<Vec<u8>> {
        (0..count).map(|nth| format!("record {nth}").into_bytes()).collect()
    }

    /// The checkpoint of these records, and the same as a note.
    fn papers(records: &[Vec<u8>]) -> (Checkpoint, SignedNote) {
        let size = TreeSize(records.len() as u64);
        let root = Tiles::new(records.to_vec()).root();
        let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
        let text = checkpoint.render();
        let line = sign_note(&text, &ORIGIN.parse().unwrap(), &SecretKey::from_seed(&[1; 32]));
        (checkpoint, SignedNote::new(text, vec![line.unwrap()]).unwrap())
    }

    fn write(
        of: &[Vec<u8>],
        given: Vec<Vec<u8>>,
    ) -> Result<BTreeMap<String, Vec<u8>>, WriteError<()>> {
        let folder = tempfile::tempdir().unwrap();
        let staged = Staged::begin(&folder.path().join("out")).unwrap();
        let (checkpoint, sealed) = papers(of);
        let papers = Papers { genesis: b"genesis", checkpoint: &checkpoint, sealed: &sealed };
        let mut looks = 0;
        let given = given.into_iter().map(Ok);
        let written = write_log(&staged, papers, given, &mut |_, _| looks += 1)?;
        assert!(looks > 0);
        let mut files = BTreeMap::new();
        let mut found = |path: &std::path::Path, _| {
            let bytes = fs::read(staged.path().join(path)).unwrap();
            files.insert(path.to_str().unwrap().to_owned(), bytes);
        };
        nemcon_kit::files::walk(staged.path(), &mut found, &mut |_, _| ());
        assert_eq!(files.len(), written);
        Ok(files)
    }

    #[test]
    fn records_one_by_one_make_the_files_of_the_whole_log() {
        for count in [1, 255, 256, 257, 600] {
            let records = records(count);
            let written = write(&records, records.clone()).unwrap();
            let tiles = Tiles::new(records);
            let mut expected: BTreeMap<_, _> =
                tiles.files().map(|(path, bytes)| (path.to_string(), bytes)).collect();
            expected.insert(GENESIS_FILE.to_owned(), b"genesis".to_vec());
            expected.insert(CHECKPOINT_FILE.to_owned(), written[CHECKPOINT_FILE].clone());
            assert!(written == expected, "{count}");
        }
    }

    #[test]
    fn other_records_than_those_below_the_checkpoint_are_refused() {
        let right = records(300);
        let mut altered = right.clone();
        altered[7].push(b'!');
        assert!(matches!(write(&right, altered), Err(WriteError::Log(ExportError::Root))));
        let short = right[..299].to_vec();
        let error = ExportError::Size { found: 299, wanted: 300 };
        assert!(matches!(write(&right, short), Err(WriteError::Log(it)) if it == error));
        let mut long = right.clone();
        long[299] = vec![b'x'; 65_536];
        assert!(write(&right, long).is_err());
        // What the checkpoint does not cover is not asked for.
        let more = [right.clone(), records(1)].concat();
        assert_eq!(write(&right, more).unwrap(), write(&right, right.clone()).unwrap());
    }
}
