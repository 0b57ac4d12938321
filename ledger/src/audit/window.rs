//! Reads the records of an export in windows: so many that it pays to look at them at once, and so few
//! that the memory in use does not grow with the log.

use std::vec::IntoIter;

use nemcon_crypto::TreeSize;
use nemcon_crypto::tiles::{TILE_WIDTH, TilePath, TileRow, decode_bundle, tiles_of};

use super::faults::{Fault, Place, Wrong};
use super::proving::RECORDS_AT_ONCE_MAX;
use super::source::Source;

/// How many bytes the records of a window have together, before the last one.
const BYTES_MAX: usize = 4 << 20;
/// The longest tile that an audit reads: 256 records with their lengths, in bytes.
pub const TILE_BYTES_MAX: u64 = 256 * (65_535 + 2);

/// Records that follow each other in the log.
#[derive(Debug, Default)]
pub(super) struct Window {
    pub(super) records: Vec<Vec<u8>>,
    /// How many files were read for it.
    pub(super) files: usize,
    /// What comes behind its records, if no other window does.
    pub(super) end: Option<End>,
}

/// Where the records of an export end.
#[derive(Debug)]
pub(super) enum End {
    /// All bundles were read.
    Whole,
    /// This bundle gives no records.
    Lacking(TilePath, Box<Fault>),
}

/// The bundles of an export, one after another.
pub(super) struct Bundles<'a> {
    source: &'a dyn Source,
    paths: Box<dyn Iterator<Item = TilePath>>,
    open: IntoIter<Vec<u8>>,
    /// How many records of the first bundle are passed over.
    passed: usize,
}

impl<'a> Bundles<'a> {
    /// The bundles of a log of this size, from the record `from` on.
    pub(super) fn new(source: &'a dyn Source, from: TreeSize, size: TreeSize) -> Self {
        let first = from.0 / u64::from(TILE_WIDTH);
        let paths =
            tiles_of(size).filter(move |path| path.row == TileRow::Entries && path.index >= first);
        let passed = usize::try_from(from.0 % u64::from(TILE_WIDTH)).expect("a bundle has 256");
        Self { source, paths: Box::new(paths), open: Vec::new().into_iter(), passed }
    }

    /// The next window, of at most so many records. There is none behind one that has an end.
    pub(super) fn window(&mut self, records_max: usize) -> Window {
        let records_max = records_max.clamp(1, RECORDS_AT_ONCE_MAX);
        let (mut window, mut bytes) = (Window::default(), 0);
        while window.records.len() < records_max && bytes < BYTES_MAX {
            if let Some(record) = self.open.next() {
                bytes += record.len();
                window.records.push(record);
                continue;
            }
            let Some(path) = self.paths.next() else {
                window.end = Some(End::Whole);
                break;
            };
            match self.bundle(path, &mut window.files) {
                Ok(mut bundle) => {
                    bundle.drain(..self.passed.min(bundle.len()));
                    self.passed = 0;
                    self.open = bundle.into_iter();
                }
                Err(wrong) => {
                    let fault = Fault::new(Place::of_file(path.to_string()), wrong);
                    window.end = Some(End::Lacking(path, Box::new(fault)));
                    break;
                }
            }
        }
        window
    }

    fn bundle(&self, path: TilePath, files: &mut usize) -> Result<Vec<Vec<u8>>, Wrong> {
        let bytes = self.source.read(&path.to_string(), TILE_BYTES_MAX).map_err(Wrong::File)?;
        *files += 1;
        match decode_bundle(&bytes) {
            Ok(bundle) if bundle.len() == usize::from(path.width()) => Ok(bundle),
            Ok(bundle) => Err(Wrong::BundleSize { found: bundle.len(), wanted: path.width() }),
            Err(error) => Err(Wrong::Bundle(error)),
        }
    }
}

impl End {
    /// The size of the log before a bundle.
    pub(super) const fn before(path: &TilePath) -> TreeSize {
        TreeSize(path.index * TILE_WIDTH as u64)
    }
}
