//! One audit of one export: the files in their order, each judged as it is read.

use std::sync::Arc;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::{CHECKPOINT_SIGNATURES_MAX, NoteLines};
use nemcon_crypto::tiles::{GrowingTiles, TileLevel, TilePath, TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{Digest, TreeSize};

use super::faults::{Fault, Place, Wrong};
use super::kept::Kept;
use super::proving::{Looked, OneByOne, Workers};
use super::replay::{Replay, Replayed};
use super::report::Report;
use super::source::{FileError, Source};
use super::unjudged::Rest;
use super::window::{Bundles, End, TILE_BYTES_MAX, Window};
use super::{founding, head, oddities, seals};
use crate::export::{
    CHECKPOINT_FILE, GENESIS_FILE, KEYS_FILE, PUBLIC_FILE, PUBLIC_TEXT, derived_files, is_file_of,
};
use crate::record::genesis::Genesis;
use crate::rosters::Rosters;
use crate::text::Time;

/// The longest genesis or checkpoint file that an audit reads, in bytes.
pub const NOTE_BYTES_MAX: u64 = 128 * 1024;
/// The largest log that is audited in one go, in records.
const RECORDS_MAX: u64 = 1 << 26;

/// What an audit is to be made with.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry<'a> {
    /// The council digest, which the caller brings.
    pub council: Digest,
    /// The auditor's clock: without one no time is called odd.
    pub now: Option<Time>,
    /// A size at which the report is to tell the log's own root.
    pub watched: Option<TreeSize>,
    /// Whether the export has the files that follow from its records.
    pub derived: Derived,
    /// What an earlier audit has kept: the log must go on from there, and what came later is checked alone.
    pub since: Option<&'a Kept>,
    /// Whether the report is to hold what the next audit can go on from.
    pub keep: bool,
    /// The greatest age of a seal by the auditor's clock, in milliseconds.
    pub age_max_ms: Option<u64>,
    /// How many faults are named; if `None`, [`FAULTS_NAMED_MAX`](super::FAULTS_NAMED_MAX).
    pub faults_named_max: Option<usize>,
}

/// Whether an export has the files that follow from its records: the policies and the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Derived {
    /// They are compared with what follows from the ledger.
    #[default]
    Compared,
    /// They are not written yet: whoever makes an export writes them by the rosters that its audit
    /// tells.
    Unwritten,
}

/// Audits an export against the council digest that the caller brings; see [`Inquiry::audit`].
pub fn audit(source: &dyn Source, council: &Digest) -> Report {
    Inquiry::of(*council).audit(source)
}

impl Inquiry<'_> {
    /// An audit of a whole export of this council, from the genesis on, without a clock.
    pub const fn of(council: Digest) -> Self {
        Self {
            council,
            now: None,
            watched: None,
            derived: Derived::Compared,
            since: None,
            keep: false,
            age_max_ms: None,
            faults_named_max: None,
        }
    }

    /// Audits an export.
    ///
    /// Goes on past a fault as far as what follows can be judged, so that the report names all that is
    /// wrong, and what could not be judged because of it; the export is verified only if
    /// [`Report::faults`] is empty.
    pub fn audit(self, source: &dyn Source) -> Report {
        self.audit_with(source, &OneByOne, &mut |_, _| {})
    }

    /// As [`Self::audit`]; `workers` look at the records, and `progress` hears how many records of how
    /// many are done. The report is the same, whoever the workers are.
    pub fn audit_with(
        self,
        source: &dyn Source,
        workers: &dyn Workers,
        progress: Progress<'_>,
    ) -> Report {
        let faults_named_max = self.faults_named_max;
        let report = Report { faults_named_max, ..Report::default() };
        let mut audit = Audit { source, inquiry: self, workers, progress, report };
        audit.run();
        audit.report
    }
}

/// Called with the number of records done so far and the number of all.
pub type Progress<'a> = &'a mut dyn FnMut(TreeSize, TreeSize);

pub(super) struct Audit<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) inquiry: Inquiry<'a>,
    workers: &'a dyn Workers,
    progress: Progress<'a>,
    pub(super) report: Report,
}

/// The log as far as it was followed.
pub(super) struct Log {
    pub(super) replay: Replay,
    pub(super) tiles: GrowingTiles,
}

impl Audit<'_> {
    fn run(&mut self) {
        let Some(genesis) = self.genesis() else { return };
        let Some((note, checkpoint)) = self.checkpoint(&genesis) else { return };
        let size = checkpoint.size();
        if size.0 > RECORDS_MAX {
            let place = Place::of_file(CHECKPOINT_FILE);
            self.report.fault(Fault::new(place, Wrong::TooLarge(size.0)));
            return;
        }
        if self.is_public() {
            self.same_past(size);
            self.public(&genesis, &note, &checkpoint);
            self.verify_age();
            self.keep_head(&checkpoint);
            oddities::remark(&mut self.report, note.lines.len(), self.inquiry.now);
            self.report.strays = self.source.strays(&|path| is_file_of(path, size));
            return;
        }
        let begun = self.begin(&genesis, size);
        let replayed = self.log(begun, &checkpoint);
        self.report.conclude(&replayed);
        if size.0 > 1 {
            self.roster(&genesis, &note, &checkpoint, &replayed);
        }
        self.verify_age();
        self.report.judge_finality(&replayed.chain);
        self.keep(&replayed);
        oddities::remark(&mut self.report, note.lines.len(), self.inquiry.now);
        self.report.strays = self.source.strays(&|path| is_file_of(path, size));
    }

    /// Whether the export says that it is a public one, be it in a wrong way.
    fn is_public(&mut self) -> bool {
        let wrong = match self.source.read(PUBLIC_FILE, PUBLIC_TEXT.len() as u64) {
            Err(FileError::Missing) => return false,
            Ok(text) if text == PUBLIC_TEXT.as_bytes() => {
                self.report.counts.files += 1;
                return true;
            }
            Ok(_) | Err(FileError::TooLong { .. }) => Wrong::PublicFile,
            Err(error) => Wrong::File(error),
        };
        self.report.fault(Fault::new(Place::of_file(PUBLIC_FILE), wrong));
        true
    }

    fn genesis(&mut self) -> Option<Genesis> {
        let file = self.read(GENESIS_FILE, NOTE_BYTES_MAX)?;
        let (source, wanted) = (self.source, self.inquiry.council);
        let genesis = founding::read(&file, &wanted, || record_zero(source), &mut self.report)?;
        self.report.council = Some(wanted);
        self.report.name = genesis.charter.name.to_string();
        self.report.founders = genesis.roster.members.iter().map(|it| it.code.clone()).collect();
        self.report.succeeds.clone_from(&genesis.succeeds);
        self.report.counts.members = genesis.roster.members.len();
        Some(genesis)
    }

    fn checkpoint(&mut self, genesis: &Genesis) -> Option<(NoteLines, Checkpoint)> {
        let file = self.read(CHECKPOINT_FILE, NOTE_BYTES_MAX)?;
        head::read_checkpoint(&file, genesis, &mut self.report)
    }

    pub(super) fn read(&mut self, path: &str, bytes_max: u64) -> Option<Vec<u8>> {
        match self.source.read(path, bytes_max) {
            Ok(bytes) => {
                self.report.counts.files += 1;
                Some(bytes)
            }
            Err(error) => {
                self.report.fault(Fault::new(Place::of_file(path), Wrong::File(error)));
                None
            }
        }
    }

    /// Replays the records as they are read, and builds the tree around them, window by window: what
    /// is held does not grow with the log. While one window is followed, the next one is looked at.
    fn log(&mut self, mut log: Log, checkpoint: &Checkpoint) -> Replayed {
        let mut bundles = Bundles::new(self.source, log.tiles.size(), checkpoint.size());
        let workers = self.workers;
        let mut ahead = (Window::default(), Vec::new());
        while ahead.0.end.is_none() {
            let next = bundles.window(workers.records_at_once());
            let council = log.replay.council().cloned();
            let mut followed = Some(ahead);
            let mut follow = || {
                if let Some((window, looked)) = followed.take() {
                    self.follow(&mut log, window, looked, checkpoint);
                }
            };
            let looked = match council {
                Some(council) => workers.look(&council, &next.records, &mut follow),
                None => next.records.iter().map(|record| Looked::unread(record)).collect(),
            };
            follow();
            ahead = (next, looked);
        }
        let (window, looked) = ahead;
        let end = self.follow(&mut log, window, looked, checkpoint);
        self.finish(log, end, checkpoint)
    }

    /// Follows the records of a window in their order; returns what comes behind them.
    fn follow(
        &mut self,
        log: &mut Log,
        window: Window,
        looked: Vec<Looked>,
        checkpoint: &Checkpoint,
    ) -> Option<End> {
        self.report.counts.files += window.files;
        for (record, looked) in window.records.into_iter().zip(looked) {
            for (path, bytes) in log.tiles.append(looked.leaf()) {
                self.tile(path, &bytes);
            }
            if self.inquiry.watched == Some(log.tiles.size()) {
                self.report.watched = Some(log.tiles.root());
            }
            log.replay.push(record, looked, &mut self.report);
        }
        (self.progress)(log.tiles.size(), checkpoint.size());
        window.end
    }

    /// The end of the log's records.
    fn finish(&mut self, log: Log, end: Option<End>, checkpoint: &Checkpoint) -> Replayed {
        let Log { replay, tiles } = log;
        if let Some(End::Lacking(path, fault)) = end {
            self.report.fault(*fault);
            let why = format!("{path} gives no records");
            self.report.unjudged.rest = Some(Rest::new(End::before(&path), why));
            return replay.finish(false, &mut self.report);
        }
        for (path, bytes) in tiles.partial() {
            self.tile(path, &bytes);
        }
        let replayed = replay.finish(true, &mut self.report);
        if tiles.root() != checkpoint.root() {
            let (found, said) = (tiles.root(), checkpoint.root());
            let place = Place::of_file(CHECKPOINT_FILE).line(3);
            self.report.fault(Fault::new(place, Wrong::CheckpointRoot { said, found }));
        }
        replayed
    }

    /// A hash tile as it stands in the export, against what the records give.
    pub(super) fn tile(&mut self, path: TilePath, expected: &[u8]) {
        self.report.counts.hash_tiles += 1;
        let name = path.to_string();
        match self.read(&name, expected.len() as u64) {
            Some(found) if found != expected => {
                let record = first_difference(path, &found, expected);
                self.report.fault(Fault::new(Place::of_file(name), Wrong::Tile(record)));
            }
            Some(_) | None => {}
        }
    }

    /// Seals, policies and keys, where the roster is known that seals this size.
    fn roster(
        &mut self,
        genesis: &Genesis,
        note: &NoteLines,
        checkpoint: &Checkpoint,
        replayed: &Replayed,
    ) {
        if !replayed.is_roster_known {
            let height = replayed.chain.height().0;
            self.report.unjudged.seals =
                Some(format!("the roster is not known behind block {height}"));
            return;
        }
        let roster = Arc::clone(replayed.chain.sealing_roster());
        seals::verify_seals(genesis, &roster, note, checkpoint, &mut self.report);
        if self.inquiry.derived == Derived::Compared {
            self.derived(genesis, replayed.chain.rosters(), replayed.chain.size());
        }
    }

    /// What follows from the records adds no trust, and must be what the ledger implies at `size`.
    pub(super) fn derived(&mut self, genesis: &Genesis, rosters: &Rosters, size: TreeSize) {
        for (path, expected) in derived_files(genesis, rosters, size) {
            let (bytes_max, wrong) = match path {
                // However often keys have changed, it is as long as it has to be.
                KEYS_FILE => (expected.len() as u64 + 1, Wrong::Keys),
                _ => (NOTE_BYTES_MAX, Wrong::Policy),
            };
            let found = self.read(path, bytes_max);
            if let Some(found) = found.filter(|found| found != expected.as_bytes()) {
                let same =
                    found.iter().zip(expected.as_bytes()).take_while(|(a, b)| a == b).count();
                let place = Place::behind(path, &found[..same]);
                self.report.fault(Fault::new(place, wrong));
            }
        }
    }
}

/// The log's own copy of the genesis.
fn record_zero(source: &dyn Source) -> Option<Vec<u8>> {
    let file = source.read(CHECKPOINT_FILE, NOTE_BYTES_MAX).ok()?;
    let note = NoteLines::read(&file, CHECKPOINT_SIGNATURES_MAX).ok()?;
    let size = Checkpoint::parse(&note.text).ok()?.size();
    let first = tiles_of(size).next().filter(|path| path.row == TileRow::Entries)?;
    let bundle = source.read(&first.to_string(), TILE_BYTES_MAX).ok()?;
    decode_bundle(&bundle).ok()?.into_iter().next()
}

/// The first record whose hash a tile of level 0 does not have.
fn first_difference(path: TilePath, found: &[u8], expected: &[u8]) -> Option<u64> {
    if path.row != TileRow::Hashes(TileLevel::new(0)?) {
        return None;
    }
    let mut hashes = (0..).zip(found.chunks(32).zip(expected.chunks(32)));
    let (nth, _) = hashes.find(|(_, (found, expected))| found != expected)?;
    Some(path.index * u64::from(nemcon_crypto::tiles::TILE_WIDTH) + nth)
}
