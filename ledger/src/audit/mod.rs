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
mod succession;

pub use faults::{Fault, Place, shown};
pub use folder::{Folder, Source, SourceError, Strays};
pub use report::{ChangeReport, Counts, DecisionReport, MeasureReport, Report};
pub use succession::{LinkFault, verify_link};

use std::sync::Arc;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{GrowingTiles, TilePath, TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{Digest, TreeSize};

use replay::Replay;

use crate::Chain;
use crate::export::{
    ADVANCE_POLICY_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE, GENESIS_FILE, advance_policy,
    finality_policy,
};
use crate::record::Roster;
use crate::record::genesis::{Genesis, verify_founding};

/// The longest genesis or checkpoint file that an audit reads, in bytes.
pub const NOTE_BYTES_MAX: u64 = 128 * 1024;
/// The longest tile: 256 records with their lengths, in bytes.
const TILE_BYTES_MAX: u64 = 256 * (65_535 + 2);
/// The largest log that is audited in one go, in records.
const RECORDS_MAX: u64 = 1 << 26;
/// How many faults are named before those of hash tiles are passed over: one is enough to refuse.
const FAULTS_NAMED_MAX: usize = 100;

/// Audits an export against the council digest that the caller brings.
///
/// Goes on past a fault where something independent is left to check, so that the report names all
/// that is wrong; the export is verified only if [`Report::faults`] is empty.
pub fn audit(source: &dyn Source, council: &Digest) -> Report {
    audit_at(source, council, None)
}

/// As [`audit`]; the report also tells the log's own root at the size `watched`, if it reaches that.
pub fn audit_at(source: &dyn Source, council: &Digest, watched: Option<TreeSize>) -> Report {
    let mut audit = Audit { source, watched, report: Report::default() };
    if let Err(fault) = audit.run(council) {
        audit.report.faults.push(fault);
    }
    audit.report
}

struct Audit<'a> {
    source: &'a dyn Source,
    watched: Option<TreeSize>,
    report: Report,
}

impl Audit<'_> {
    fn run(&mut self, council: &Digest) -> Result<(), Fault> {
        let genesis = self.genesis(council)?;
        let note = SignedNote::parse(&self.read(CHECKPOINT_FILE, NOTE_BYTES_MAX)?)
            .map_err(Fault::CheckpointNote)?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(Fault::Checkpoint)?;
        self.report.size = checkpoint.size();
        self.report.root = Some(checkpoint.root());
        let wanted = genesis.checkpoint_origin();
        if checkpoint.origin() != wanted {
            let found = checkpoint.origin().to_owned();
            self.report.faults.push(Fault::Origin { found, wanted });
        }
        let (chain, is_whole) = self.log(&genesis, &checkpoint)?;
        let roster = Arc::clone(chain.sealing_roster());
        self.report.counts.members = roster.members.len();
        let signed = seals::count(&genesis, &roster, &note, &checkpoint, &mut self.report);
        // Behind a block that does not follow nobody knows who had to seal, with which keys.
        if is_whole {
            if let Some(signed) = signed {
                signed.verify(&mut self.report);
            }
            self.policies(&genesis, &roster)?;
            self.report.conclude(&chain);
        }
        self.report.strays = self.source.strays(&|path| belongs(path, checkpoint.size()));
        Ok(())
    }

    fn genesis(&mut self, council: &Digest) -> Result<Genesis, Fault> {
        let file = self.read(GENESIS_FILE, NOTE_BYTES_MAX)?;
        let genesis = verify_founding(&file, council).map_err(Fault::Founding)?;
        self.report.council = Some(*council);
        self.report.name = genesis.charter.name.to_string();
        self.report.founders = genesis.roster.members.iter().map(|it| it.code.clone()).collect();
        self.report.succeeds.clone_from(&genesis.succeeds);
        self.report.counts.founding_signatures =
            SignedNote::parse(&file).map_or(0, |note| note.signatures().len());
        Ok(genesis)
    }

    fn read(&mut self, path: &str, bytes_max: u64) -> Result<Vec<u8>, Fault> {
        let bytes = self.source.read(path, bytes_max);
        let bytes = bytes.map_err(|error| Fault::File { path: path.to_owned(), error })?;
        self.report.counts.files += 1;
        Ok(bytes)
    }

    /// Replays the records as they are read, and builds the tree around them, bundle by bundle: what
    /// is held does not grow with the log. Returns the chain after the last block that follows, and
    /// whether that is the whole log.
    fn log(&mut self, genesis: &Genesis, checkpoint: &Checkpoint) -> Result<(Chain, bool), Fault> {
        let (mut replay, mut tiles) = (Replay::new(genesis), GrowingTiles::default());
        if checkpoint.size().0 > RECORDS_MAX {
            return Err(Fault::TooLarge { records: checkpoint.size().0 });
        }
        for path in tiles_of(checkpoint.size()).filter(|path| path.row == TileRow::Entries) {
            for record in self.bundle(path)? {
                for (path, bytes) in tiles.append(leaf_hash(&record)) {
                    self.tile(path, &bytes);
                }
                if self.watched == Some(tiles.size()) {
                    self.report.watched = Some(tiles.root());
                }
                replay.push(record, &mut self.report);
            }
        }
        for (path, bytes) in tiles.partial() {
            self.tile(path, &bytes);
        }
        if tiles.root() != checkpoint.root() {
            let (found, said) = (tiles.root(), checkpoint.root());
            self.report.faults.push(Fault::Root { found, said });
        }
        Ok(replay.finish(&mut self.report))
    }

    fn bundle(&mut self, path: TilePath) -> Result<Vec<Vec<u8>>, Fault> {
        let bytes = self.read(&path.to_string(), TILE_BYTES_MAX)?;
        let bundle = decode_bundle(&bytes)
            .map_err(|error| Fault::Bundle { path: path.to_string(), error })?;
        if bundle.len() == usize::from(path.width()) {
            return Ok(bundle);
        }
        Err(Fault::BundleSize { path: path.to_string(), records: bundle.len() })
    }

    /// A hash tile as it stands in the export, against what the records give.
    fn tile(&mut self, path: TilePath, expected: &[u8]) {
        let path = path.to_string();
        let fault = match self.read(&path, expected.len() as u64) {
            Ok(found) if found == expected => None,
            Ok(_) => Some(Fault::Tile { path }),
            Err(fault) => Some(fault),
        };
        self.report.counts.hash_tiles += 1;
        if self.report.faults.len() < FAULTS_NAMED_MAX {
            self.report.faults.extend(fault);
        }
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

/// Whether an export of this size has a file at this path.
fn belongs(path: &str, size: TreeSize) -> bool {
    let named = [GENESIS_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE, ADVANCE_POLICY_FILE];
    named.contains(&path) || path.parse::<TilePath>().is_ok_and(|path| path.is_of(size))
}
