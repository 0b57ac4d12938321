//! The audit of a public export: the whole tree, and those records that are public.
//!
//! What it guarantees: the tree is the one that all members have sealed, each record that is shown stands
//! in its place there, and no block is left out. What it does not: whether decisions follow from ballots that
//! are not shown; whether a record is withheld that the charter makes public, unless it is a block's.

mod followed;
mod reading;
mod text;
mod votes;

use std::sync::Arc;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_crypto::note::NoteLines;
use nemcon_crypto::tiles::{GrowingTiles, TileLevel, TilePath, TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{Digest, LeafIndex};

use super::faults::{Fault, Field, Place, Wrong};
use super::inquiry::Audit;
use super::report::{Report, Shown};
use super::seals;
use super::window::TILE_BYTES_MAX;
use crate::Height;
use crate::export::CHECKPOINT_FILE;
use crate::record::genesis::Genesis;
use crate::record::limits::RECORD_BYTES_MAX;
use crate::record::{BlockRecord, Boundary, Record};
use crate::rosters::Rosters;
pub(super) use followed::{Adopted, Followed, Shown as ShownOfBlock};
pub(super) use reading::Reading;

/// The greatest number of bytes that the shown records of one block have together: more than any block has.
const SHOWN_BYTES_MAX: usize = 256 * RECORD_BYTES_MAX;

/// The records so far.
struct Walk<'a> {
    genesis: &'a Genesis,
    council: Digest,
    reading: Reading<'a>,
    rosters: Rosters,
    /// How many records are withheld.
    withheld: u64,
    /// How many bytes are shown of the block under way.
    bytes: usize,
    last: Option<BlockRecord>,
    /// The leaf hash of the last block's record.
    previous: Digest,
}

impl Audit<'_> {
    /// Audits an export that withholds records.
    pub(super) fn public(&mut self, genesis: &Genesis, note: &NoteLines, checkpoint: &Checkpoint) {
        let mut walk = Walk::new(genesis);
        let mut tiles = GrowingTiles::default();
        let level = TileLevel::new(0).expect("the level of leaves");
        let is_of_leaves = |path: &TilePath| path.row == TileRow::Hashes(level);
        for path in tiles_of(checkpoint.size()).filter(is_of_leaves) {
            let Some(leaves) = self.hashes(path) else { return };
            self.report.counts.hash_tiles += 1;
            let records = self.bundle_of(path, leaves.len());
            for (leaf, record) in leaves.into_iter().zip(records) {
                walk.take(&tiles, leaf, &record, &mut self.report);
                // The tree is made of the tiles of leaves: those above them have to follow.
                for (path, bytes) in tiles.append(leaf) {
                    if !is_of_leaves(&path) {
                        self.tile(path, &bytes);
                    }
                }
                walk.bound(&tiles);
            }
        }
        for (path, bytes) in tiles.partial().filter(|(path, _)| !is_of_leaves(path)) {
            self.tile(path, &bytes);
        }
        if tiles.root() != checkpoint.root() {
            let (found, said) = (tiles.root(), checkpoint.root());
            let place = Place::of_file(CHECKPOINT_FILE).line(3);
            self.report.fault(Fault::new(place, Wrong::CheckpointRoot { said, found }));
        }
        walk.end(checkpoint, &mut self.report);
        let Walk { last, reading, rosters, withheld, .. } = walk;
        let (shown, followed) = reading.end();
        self.report.height = last.as_ref().map_or(Height(0), |block| block.height);
        self.report.time = last.map(|block| block.time);
        self.report.shown = Some(Shown { withheld, ..shown });
        if let Some(height) = followed.lost_at() {
            self.report.unjudged.seals = Some(format!(
                "block {} was decided by another roster than the shown records lead to, or by other rules",
                height.0
            ));
            return;
        }
        let roster = followed.roster();
        seals::verify_seals(genesis, roster, note, checkpoint, &mut self.report);
        self.derived(genesis, &rosters, checkpoint.size());
        self.report.rosters = Some(Arc::new(rosters));
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
            reading: Reading::new(genesis),
            rosters: Rosters::founding(genesis),
            withheld: 0,
            bytes: 0,
            last: None,
            previous: council,
        }
    }

    fn height(&self) -> Height {
        self.last.as_ref().map_or(Height(0), |block| block.height).next()
    }

    /// The next record of the log behind `tiles`, with the hash that the tree has of it.
    fn take(&mut self, tiles: &GrowingTiles, leaf: Digest, record: &[u8], report: &mut Report) {
        let at = LeafIndex(tiles.size().0);
        report.counts.records += 1;
        let place = Place::of_record(at, self.height());
        if record.is_empty() {
            self.withheld += 1;
            if at.0 == 0 {
                report.fault(Fault::new(place, Wrong::RecordZero));
            }
            return;
        }
        self.reading.shown.records += 1;
        if leaf_hash(record) != leaf {
            report.fault(Fault::new(place, Wrong::NotInTree));
            return;
        }
        self.bytes += record.len();
        if self.bytes > SHOWN_BYTES_MAX {
            report.fault(Fault::new(place, Wrong::BlockTooLarge));
            self.bytes = 0;
            self.reading.drop_block();
            return;
        }
        match Record::parse(record) {
            Ok(Record::Genesis(found)) if at.0 == 0 && *found == *self.genesis => {}
            Ok(Record::Genesis(_)) => report.fault(Fault::new(place, Wrong::RecordZero)),
            Ok(Record::Block(block)) => self.block(tiles, block, leaf, report),
            Ok(record) => self.reading.record(at, self.height(), record, report),
            Err(error) => {
                let (kind, error) = ("record", Box::new(error));
                report.fault(Fault::new(place, Wrong::Malformed { kind, error }));
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
        if let Some(last) = self.last.as_ref().filter(|last| block.time <= last.time) {
            let wrong = Wrong::BlockTime { time: block.time, parent: last.time };
            report.fault(Fault::new(place(), wrong));
        }
        self.bytes = 0;
        self.reading.block(&block, report);
        self.previous = leaf;
        self.last = Some(block);
    }

    /// The tree behind a record: where a block has just ended, the council is told.
    fn bound(&mut self, tiles: &GrowingTiles) {
        if self.last.as_ref().is_some_and(|last| last.size.0 + 1 == tiles.size().0) {
            let height = self.height();
            let followed = &mut self.reading.followed;
            followed.bound(Boundary { size: tiles.size(), root: tiles.root() });
            let next = followed.next_roster();
            if next != self.rosters.newest() {
                self.rosters.change(height, tiles.size(), Arc::clone(next));
            }
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
