//! The audit of an export: everything is derived again from the genesis, nothing is believed.
//!
//! Trust enters by the council digest that the caller brings, and only there. The audit reads the
//! files of an export, replays every block by the council's law, rebuilds the tree and its tiles,
//! and checks each signature and seal. It needs no network, no database and no other tool.

mod faults;
mod folder;
mod replay;
mod report;
mod seals;

pub use faults::{Fault, Place};
pub use folder::{Folder, Source, SourceError};
pub use report::{ChangeReport, Counts, DecisionReport, MeasureReport, Report};

use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{TileRow, decode_bundle, tiles_of};

use crate::export::{
    ADVANCE_POLICY_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE, GENESIS_FILE, Tiles,
    advance_policy, finality_policy,
};
use crate::record::Roster;
use crate::record::genesis::{Genesis, verify_founding};

/// The longest genesis or checkpoint file that an audit reads, in bytes.
const NOTE_BYTES_MAX: u64 = 128 * 1024;
/// The longest tile: 256 records with their lengths, in bytes.
const TILE_BYTES_MAX: u64 = 256 * (65_535 + 2);
/// The largest log that is audited in one go, in records.
const RECORDS_MAX: u64 = 1 << 26;

/// Audits an export against the council digest that the caller brings.
///
/// Goes on past a fault where something independent is left to check, so that the report names all
/// that is wrong; the export is verified only if [`Report::faults`] is empty.
pub fn audit(source: &dyn Source, council: &Digest) -> Report {
    let mut audit = Audit { source, report: Report::default() };
    if let Err(fault) = audit.run(council) {
        audit.report.faults.push(fault);
    }
    audit.report
}

struct Audit<'a> {
    source: &'a dyn Source,
    report: Report,
}

impl Audit<'_> {
    fn run(&mut self, council: &Digest) -> Result<(), Fault> {
        let genesis_file = self.read(GENESIS_FILE, NOTE_BYTES_MAX)?;
        let genesis = verify_founding(&genesis_file, council).map_err(Fault::Founding)?;
        self.report.council = Some(*council);
        self.report.name = genesis.charter.name.to_string();
        self.report.counts.founding_signatures =
            SignedNote::parse(&genesis_file).map_or(0, |note| note.signatures().len());
        let note = SignedNote::parse(&self.read(CHECKPOINT_FILE, NOTE_BYTES_MAX)?)
            .map_err(Fault::CheckpointNote)?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(Fault::Checkpoint)?;
        self.report.size = checkpoint.size();
        self.report.root = Some(checkpoint.root());
        let records = self.records(&checkpoint)?;
        let chain = replay::replay(&genesis, &records, &checkpoint, &mut self.report);
        let tiles = Tiles::new(records);
        self.tiles(&tiles, &checkpoint)?;
        let founding = || Arc::new(genesis.roster.clone());
        let roster = chain.as_ref().map_or_else(founding, |it| Arc::clone(it.sealing_roster()));
        self.report.counts.members = roster.members.len();
        self.policies(&genesis, &roster)?;
        seals::verify(&genesis, &roster, &note, &checkpoint, &mut self.report);
        if let Some(chain) = chain {
            self.report.conclude(&chain);
        }
        Ok(())
    }

    fn read(&mut self, path: &str, bytes_max: u64) -> Result<Vec<u8>, Fault> {
        let bytes = self.source.read(path, bytes_max);
        let bytes = bytes.map_err(|error| Fault::File { path: path.to_owned(), error })?;
        self.report.counts.files += 1;
        Ok(bytes)
    }

    fn records(&mut self, checkpoint: &Checkpoint) -> Result<Vec<Vec<u8>>, Fault> {
        if checkpoint.size().0 > RECORDS_MAX {
            return Err(Fault::TooLarge { records: checkpoint.size().0 });
        }
        let mut records = Vec::new();
        for path in tiles_of(checkpoint.size()).filter(|path| path.row == TileRow::Entries) {
            let bytes = self.read(&path.to_string(), TILE_BYTES_MAX)?;
            let bundle = decode_bundle(&bytes)
                .map_err(|error| Fault::Bundle { path: path.to_string(), error })?;
            if bundle.len() != usize::from(path.width()) {
                let (path, records) = (path.to_string(), bundle.len());
                return Err(Fault::BundleSize { path, records });
            }
            records.extend(bundle);
        }
        Ok(records)
    }

    fn tiles(&mut self, tiles: &Tiles, checkpoint: &Checkpoint) -> Result<(), Fault> {
        if tiles.root() != checkpoint.root() {
            let (found, said) = (tiles.root(), checkpoint.root());
            self.report.faults.push(Fault::Root { found, said });
        }
        for path in tiles_of(checkpoint.size()).filter(|path| path.row != TileRow::Entries) {
            if self.read(&path.to_string(), TILE_BYTES_MAX)? != tiles.file(path) {
                self.report.faults.push(Fault::Tile { path: path.to_string() });
            }
            self.report.counts.hash_tiles += 1;
        }
        Ok(())
    }

    /// The policies add no trust: they must be what the ledger implies at its size.
    fn policies(&mut self, genesis: &Genesis, roster: &Roster) -> Result<(), Fault> {
        let finality = (FINALITY_POLICY_FILE, finality_policy(genesis, roster));
        let advance = (ADVANCE_POLICY_FILE, advance_policy(genesis, roster));
        for (path, expected) in [finality, advance] {
            if self.read(path, NOTE_BYTES_MAX)? != expected.as_bytes() {
                self.report.faults.push(Fault::Policy { path: path.to_owned() });
            }
        }
        Ok(())
    }
}
