//! The audit of a public export: the whole tree, and those records that are public.
//!
//! What it guarantees: the tree is the one that all members have sealed, each record that is shown stands
//! in its place there, and no block is left out. What it does not: who voted how, and whether decisions
//! follow from ballots; whether a record is withheld that the charter makes public, unless it is a block's.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::note::NoteLines;
use nemcon_crypto::tiles::{
    GrowingTiles, TileLevel, TilePath, TileRow, decode_bundle, decode_hash_tile, tiles_of,
};
use nemcon_crypto::{Digest, LeafIndex};

use super::faults::{Fault, Field, Place, Wrong};
use super::inquiry::Audit;
use super::report::{AdoptedAct, Report, Shown};
use super::seals;
use super::window::TILE_BYTES_MAX;
use crate::Height;
use crate::council::Refusal;
use crate::export::CHECKPOINT_FILE;
use crate::record::genesis::Genesis;
use crate::record::{BlockRecord, Body, CouncilChange, Outcome, Record, Statement};
use crate::text::{Code, Label};

/// The records so far.
struct Walk<'a> {
    genesis: &'a Genesis,
    council: Digest,
    roster: Digest,
    shown: Shown,
    kinds: BTreeMap<Digest, Label>,
    /// The parties whose keys have changed since the genesis.
    changed: BTreeSet<Code>,
    last: Option<BlockRecord>,
    /// The leaf hash of the last block's record.
    previous: Digest,
    /// The first block that another roster decides than the founding one.
    other_roster: Option<Height>,
}

impl Audit<'_> {
    /// Audits an export that withholds records.
    pub(super) fn public(&mut self, genesis: &Genesis, note: &NoteLines, checkpoint: &Checkpoint) {
        let mut walk = Walk::new(genesis);
        let mut tiles = GrowingTiles::default();
        let level = TileLevel::new(0).expect("the level of leaves");
        let rows = tiles_of(checkpoint.size()).filter(|path| path.row == TileRow::Hashes(level));
        for path in rows {
            let Some(leaves) = self.leaves_of(path) else { return };
            let records = self.bundle_of(path, leaves.len());
            for (leaf, record) in leaves.into_iter().zip(records) {
                walk.take(&tiles, leaf, &record, &mut self.report);
                for (path, bytes) in tiles.append(leaf) {
                    self.tile(path, &bytes);
                }
            }
        }
        for (path, bytes) in tiles.partial() {
            self.tile(path, &bytes);
        }
        if tiles.root() != checkpoint.root() {
            let (found, said) = (tiles.root(), checkpoint.root());
            let place = Place::of_file(CHECKPOINT_FILE).line(3);
            self.report.fault(Fault::new(place, Wrong::CheckpointRoot { said, found }));
        }
        walk.end(checkpoint, &mut self.report);
        let Walk { shown, last, other_roster, .. } = walk;
        self.report.height = last.as_ref().map_or(Height(0), |block| block.height);
        self.report.time = last.map(|block| block.time);
        self.report.shown = Some(shown);
        if let Some(height) = other_roster {
            self.report.unjudged.seals = Some(format!(
                "block {} was decided by another roster than the founding one, which a public export is not \
                 followed beyond",
                height.0
            ));
            return;
        }
        seals::verify_seals(genesis, &genesis.roster, note, checkpoint, &mut self.report);
        self.policies(genesis, &genesis.roster);
    }

    /// The leaf hashes of a tile.
    fn leaves_of(&mut self, path: TilePath) -> Option<Vec<Digest>> {
        let name = path.to_string();
        let bytes = self.read(&name, u64::from(path.width()) * 32)?;
        let leaves = decode_hash_tile(path, &bytes).ok();
        if leaves.is_none() {
            self.report.fault(Fault::new(Place::of_file(name), Wrong::Tile(None)));
        }
        leaves
    }

    /// The records beside a tile of leaves, empty where they are withheld.
    fn bundle_of(&mut self, leaves: TilePath, width: usize) -> Vec<Vec<u8>> {
        let path = TilePath { row: TileRow::Entries, ..leaves };
        let none = vec![Vec::new(); width];
        let Some(bytes) = self.read(&path.to_string(), TILE_BYTES_MAX) else { return none };
        let wrong = match decode_bundle(&bytes) {
            Ok(records) if records.len() == width => return records,
            Ok(records) => Wrong::BundleSize { found: records.len(), wanted: path.width() },
            Err(error) => Wrong::Bundle(error),
        };
        self.report.fault(Fault::new(Place::of_file(path.to_string()), wrong));
        none
    }
}

impl<'a> Walk<'a> {
    fn new(genesis: &'a Genesis) -> Self {
        let council = genesis.digest();
        Self {
            genesis,
            council,
            roster: genesis.roster.digest(),
            shown: Shown::default(),
            kinds: BTreeMap::new(),
            changed: BTreeSet::new(),
            last: None,
            previous: council,
            other_roster: None,
        }
    }

    fn height(&self) -> Height {
        self.last.as_ref().map_or(Height(0), |block| block.height).next()
    }

    /// The next record of the log behind `tiles`, with the hash that the tree has of it.
    fn take(&mut self, tiles: &GrowingTiles, leaf: Digest, record: &[u8], report: &mut Report) {
        let at = LeafIndex(tiles.size().0);
        report.counts.records += 1;
        if record.is_empty() {
            self.shown.withheld += 1;
            return;
        }
        self.shown.records += 1;
        let place = || Place::of_record(at, self.height());
        if leaf_hash(record) != leaf {
            report.fault(Fault::new(place(), Wrong::Tile(Some(at.0))));
            return;
        }
        match Record::parse(record) {
            Ok(Record::Genesis(found)) if at.0 == 0 && *found == *self.genesis => {}
            Ok(Record::Genesis(_)) => report.fault(Fault::new(place(), Wrong::RecordZero)),
            Ok(Record::Block(block)) => self.block(tiles, block, leaf, report),
            Ok(Record::Decision(decision)) => {
                report.counts.decisions += 1;
                if decision.outcome == Outcome::Adopted {
                    self.shown.adopted.push(AdoptedAct {
                        measure: decision.measure,
                        title: decision.title,
                        kind: self.kinds.get(&decision.text).cloned(),
                        rule: decision.rule,
                        text: decision.text,
                        leaf: at,
                    });
                }
            }
            Ok(Record::Lapse(_)) => {}
            Ok(Record::Statement(statement)) => self.statement(at, &statement, report),
            Err(error) => {
                let (kind, error) = ("record", Box::new(error));
                report.fault(Fault::new(place(), Wrong::Malformed { kind, error }));
            }
        }
    }

    /// Blocks follow each other without a gap, each above the tree that it names.
    fn block(
        &mut self,
        tiles: &GrowingTiles,
        block: BlockRecord,
        leaf: Digest,
        report: &mut Report,
    ) {
        report.counts.blocks += 1;
        let fields = [
            (Field::Council, block.council.to_string(), self.council.to_string()),
            (Field::Height, block.height.0.to_string(), self.height().0.to_string()),
            (Field::Previous, block.previous.to_string(), self.previous.to_string()),
            (Field::Size, block.size.0.to_string(), tiles.size().0.to_string()),
            (Field::Root, block.root.to_string(), tiles.root().to_string()),
        ];
        let place = || Place::of_record(LeafIndex(tiles.size().0), block.height);
        for (field, found, expected) in fields {
            if found != expected {
                report.fault(Fault::new(place(), Wrong::Header { field, found, expected }));
            }
        }
        if block.roster != self.roster && self.other_roster.is_none() {
            self.other_roster = Some(block.height);
        }
        self.previous = leaf;
        self.last = Some(block);
    }

    /// A statement is signed by the officers of its party, as far as their keys are those of the genesis.
    fn statement(&mut self, at: LeafIndex, statement: &Statement, report: &mut Report) {
        let body = &statement.body;
        let by = &body.head().by;
        report.counts.statements += 1;
        match body {
            Body::Measure(measure) => {
                self.kinds.insert(statement.text_hash, measure.kind.clone());
            }
            Body::Revision(revision) => {
                self.kinds.insert(statement.text_hash, revision.measure.kind.clone());
            }
            _ => {}
        }
        let has_own_lines =
            matches!(body, Body::Keys(_) | Body::Freeze(_) | Body::Rotation(_) | Body::Entry(_));
        let signers = self.genesis.signers(by).filter(|_| !self.changed.contains(by));
        let Some((required, officers)) = signers.filter(|_| !has_own_lines) else {
            self.shown.unverified += 1;
            self.change(statement);
            return;
        };
        if let Err(fault) = statement.verify(self.genesis, required, officers) {
            let refusal = Box::new(Refusal::Signatures { by: by.clone(), fault });
            let measure = body.measures().first().copied();
            let wrong = Wrong::Refused { kind: body.kind(), by: by.clone(), measure, refusal };
            report.fault(Fault::new(Place::of_record(at, self.height()), wrong));
            return;
        }
        report.counts.officer_signatures += statement.note.signatures().len() as u64;
        self.change(statement);
    }

    /// Whose keys may be others from now on.
    fn change(&mut self, statement: &Statement) {
        let text = match &statement.body {
            Body::Keys(_) => {
                self.changed.insert(statement.body.head().by.clone());
                return;
            }
            Body::Measure(measure) => measure,
            Body::Revision(revision) => &revision.measure,
            _ => return,
        };
        if let CouncilChange::Appointment(participant) = &text.council_change {
            self.changed.insert(participant.code.clone());
        }
    }

    /// The log ends with the record of a block.
    fn end(&self, checkpoint: &Checkpoint, report: &mut Report) {
        let ends = self.last.as_ref().is_some_and(|it| it.size.0 + 1 == checkpoint.size().0);
        if !ends {
            let last = LeafIndex(checkpoint.size().0.saturating_sub(1));
            report.fault(Fault::new(Place::of_record(last, self.height()), Wrong::OpenEnd));
        }
    }
}
