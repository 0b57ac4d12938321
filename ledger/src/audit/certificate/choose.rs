//! Chooses from an export what a certificate needs.
//!
//! What it guarantees: a certificate of an export that an audit has verified holds. What it does not: nothing is
//! judged here; whoever chooses has audited the export.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::{CHECKPOINT_SIGNATURES_MAX, NoteLines, SIGNATURES_MAX, SignedNote};
use nemcon_crypto::tiles::{
    TILE_WIDTH, TileLevel, TilePath, TileRow, decode_bundle, decode_hash_tile, tiles_of,
};
use nemcon_crypto::tlog_proof::TlogProof;
use nemcon_crypto::{LeafIndex, TreeSize};

use super::Certificate;
use super::chooser::Chooser;
use crate::audit::inquiry::NOTE_BYTES_MAX;
use crate::audit::source::{FileError, Source};
use crate::audit::window::TILE_BYTES_MAX;
use crate::export::{CHECKPOINT_FILE, GENESIS_FILE};
use crate::record::genesis::Genesis;
use crate::text::Code;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum ChooseError {
    /// A file of the export is not what the audit has read.
    #[error("{0}: {1}")]
    File(String, FileError),
    /// A file of the export is no such file.
    #[error("{0} is not what such a file is: audit the export")]
    Malformed(String),
    /// The ledger has no such measure, or the export does not show it.
    #[error("the export shows no measure {0}")]
    NoMeasure(u64),
    /// The member has no ballot on it that stands or counted.
    #[error(
        "no ballot of {code} on measure {measure} stands below the newest checkpoint that all have sealed"
    )]
    NoBallot {
        /// The member.
        code: Code,
        /// The measure.
        measure: u64,
    },
}

impl Certificate {
    /// The certificate of a measure from an export that an audit has verified, whole or public; without a marking.
    ///
    /// # Errors
    /// [`ChooseError`].
    pub fn choose(source: &dyn Source, measure: u64) -> Result<Self, ChooseError> {
        let (genesis, founding) = founding(source)?;
        let (checkpoint, head) = checkpoint(source)?;
        let size = head.size();
        let chooser = followed(source, &founding, size, measure)?;
        let kept = chooser.chosen().ok_or(ChooseError::NoMeasure(measure))?;
        let leaves: Vec<_> = [LeafIndex(0)].into_iter().chain(kept.iter().copied()).collect();
        let hashes = chooser.tree.shared_proof(&leaves, size);
        let hashes = hashes.map_err(|_| ChooseError::Malformed(CHECKPOINT_FILE.to_owned()))?;
        let records = records_at(source, size, &kept)?;
        let council = founding.digest();
        Ok(Self { council, measure, marking: None, genesis, records, hashes, checkpoint })
    }
}

/// The proof that the last ballot of a member on a measure stands in the log below an export's checkpoint: the
/// extra data are the record of the ballot.
///
/// # Errors
/// [`ChooseError`].
pub fn receipt(source: &dyn Source, measure: u64, code: &Code) -> Result<TlogProof, ChooseError> {
    let malformed = |path: &str| ChooseError::Malformed(path.to_owned());
    let (genesis, head) = (founding(source)?.1, checkpoint(source)?);
    let size = head.1.size();
    let chooser = followed(source, &genesis, size, measure)?;
    let text = chooser.text().ok_or(ChooseError::NoMeasure(measure))?;
    let index = chooser.counted(&text).into_iter().find(|it| it.code == *code).map(|it| it.leaf);
    let index = index.ok_or_else(|| ChooseError::NoBallot { code: code.clone(), measure })?;
    let hashes =
        chooser.tree.inclusion_proof(index, size).map_err(|_| malformed(CHECKPOINT_FILE))?;
    let record = records_at(source, size, &[index])?.pop().map(|(_, record)| record.into_bytes());
    let checkpoint =
        SignedNote::parse(head.0.as_bytes()).map_err(|_| malformed(CHECKPOINT_FILE))?;
    Ok(TlogProof { extra: record, index, hashes, checkpoint })
}

/// The file `genesis` and what it says.
fn founding(source: &dyn Source) -> Result<(String, Genesis), ChooseError> {
    let file = text_of(source, GENESIS_FILE)?;
    let note = NoteLines::read(file.as_bytes(), SIGNATURES_MAX).ok();
    let genesis = note.and_then(|note| Genesis::parse(&note.text).ok());
    let genesis = genesis.ok_or_else(|| ChooseError::Malformed(GENESIS_FILE.to_owned()))?;
    Ok((file, genesis))
}

/// The file `checkpoint` and what it says.
fn checkpoint(source: &dyn Source) -> Result<(String, Checkpoint), ChooseError> {
    let file = text_of(source, CHECKPOINT_FILE)?;
    let note = NoteLines::read(file.as_bytes(), CHECKPOINT_SIGNATURES_MAX).ok();
    let head = note.and_then(|note| Checkpoint::parse(&note.text).ok());
    let head = head.ok_or_else(|| ChooseError::Malformed(CHECKPOINT_FILE.to_owned()))?;
    Ok((file, head))
}

fn read(source: &dyn Source, path: &str, bytes_max: u64) -> Result<Vec<u8>, ChooseError> {
    source.read(path, bytes_max).map_err(|error| ChooseError::File(path.to_owned(), error))
}

fn text_of(source: &dyn Source, path: &str) -> Result<String, ChooseError> {
    let bytes = read(source, path, NOTE_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|_| ChooseError::Malformed(path.to_owned()))
}

fn bundle(source: &dyn Source, path: TilePath) -> Result<Vec<Vec<u8>>, ChooseError> {
    let bytes = read(source, &path.to_string(), TILE_BYTES_MAX)?;
    let records = decode_bundle(&bytes).ok().filter(|it| it.len() == usize::from(path.width()));
    records.ok_or_else(|| ChooseError::Malformed(path.to_string()))
}

/// Goes through the log of an export.
fn followed(
    source: &dyn Source,
    genesis: &Genesis,
    size: TreeSize,
    measure: u64,
) -> Result<Chooser, ChooseError> {
    let mut chooser = Chooser::new(genesis, measure);
    let level = TileLevel::new(0).expect("the level of leaves");
    for path in tiles_of(size).filter(|path| path.row == TileRow::Hashes(level)) {
        let bytes = read(source, &path.to_string(), u64::from(path.width()) * 32)?;
        let hashes =
            decode_hash_tile(path, &bytes).map_err(|_| ChooseError::Malformed(path.to_string()))?;
        let records = bundle(source, TilePath { row: TileRow::Entries, ..path })?;
        for (hash, record) in hashes.into_iter().zip(records) {
            chooser.append(hash, &record);
        }
    }
    Ok(chooser)
}

/// The records at these places, as they stand in the bundles.
fn records_at(
    source: &dyn Source,
    size: TreeSize,
    kept: &[LeafIndex],
) -> Result<Vec<(LeafIndex, String)>, ChooseError> {
    let mut records = Vec::with_capacity(kept.len());
    let mut rest = kept.iter().peekable();
    for path in tiles_of(size).filter(|path| path.row == TileRow::Entries) {
        let first = path.index * u64::from(TILE_WIDTH);
        let end = first + u64::from(path.width());
        if rest.peek().is_none_or(|at| at.0 >= end) {
            continue;
        }
        let bundle = bundle(source, path)?;
        while let Some(at) = rest.next_if(|at| at.0 < end) {
            let place = usize::try_from(at.0 - first).expect("a bundle has 256 records");
            let record = String::from_utf8(bundle[place].clone());
            let malformed = |_| ChooseError::Malformed(path.to_string());
            records.push((*at, record.map_err(malformed)?));
        }
    }
    Ok(records)
}
