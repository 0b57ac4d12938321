//! Goes on from an earlier audit: the log must hold what was verified then, and what came later is checked alone.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::tiles::{GrowingTiles, TilePath, decode_hash_tile};
use nemcon_crypto::{Digest, TreeSize};

use super::faults::{Fault, Place, Wrong};
use super::inquiry::{Audit, Log};
use super::kept::Kept;
use super::remarks::at;
use super::replay::{Replay, Replayed};
use super::report::Since;
use crate::export::CHECKPOINT_FILE;
use crate::record::genesis::Genesis;

impl Audit<'_> {
    /// The log where the audit begins: behind the records that an earlier audit has verified, or before the first.
    pub(super) fn begin(&mut self, genesis: &Genesis, size: TreeSize) -> Log {
        let whole = || Log { replay: Replay::new(genesis), tiles: GrowingTiles::default() };
        let (Some(kept), Some(tiles)) = (self.inquiry.since, self.same_past(size)) else {
            return whole();
        };
        match kept.restore(genesis) {
            Ok((chain, reasons)) => {
                if let Some(since) = &mut self.report.since {
                    since.again = None;
                }
                Log { replay: Replay::resume(genesis, chain, reasons), tiles }
            }
            Err(why) => {
                if let Some(since) = &mut self.report.since {
                    since.again = Some(why.to_owned());
                }
                whole()
            }
        }
    }

    /// The tree at the size that an earlier audit has verified, if the log holds the same records up to there.
    pub(super) fn same_past(&mut self, size: TreeSize) -> Option<GrowingTiles> {
        let kept = self.inquiry.since.filter(|kept| kept.council == self.inquiry.council)?;
        let place = || Place::of_file(CHECKPOINT_FILE);
        if kept.size > size {
            let why = format!(
                "it is of size {}, and an earlier audit has verified {} records: what came since is gone",
                size.0, kept.size.0
            );
            self.report.fault(Fault::new(place().line(2), Wrong::Rewritten(why)));
            return None;
        }
        let tiles =
            GrowingTiles::of_former(kept.size, size, |path| self.hashes(path).ok_or(())).ok()?;
        if tiles.root() != kept.root {
            let why = format!(
                "its first {} records have the root {}; an earlier audit has verified {}",
                kept.size.0,
                tiles.root(),
                kept.root
            );
            self.report.fault(Fault::new(place(), Wrong::Rewritten(why)));
            return None;
        }
        let again = Some("the export is a public one".to_owned());
        self.report.since = Some(Since { size: kept.size, root: kept.root, again });
        Some(tiles)
    }

    /// The hashes of a tile.
    pub(super) fn hashes(&mut self, path: TilePath) -> Option<Vec<Digest>> {
        let name = path.to_string();
        let bytes = self.read(&name, u64::from(path.width()) * 32)?;
        let hashes = decode_hash_tile(path, &bytes).ok();
        if hashes.is_none() {
            self.report.fault(Fault::new(Place::of_file(name), Wrong::Tile(None)));
        }
        hashes
    }

    /// Checks that no seal is older than the auditor accepts.
    pub(super) fn verify_age(&mut self) {
        let (Some(max_ms), Some(now)) = (self.inquiry.age_max_ms, self.inquiry.now) else { return };
        let oldest = self.report.seal_times.iter().min_by_key(|(_, time_s)| *time_s);
        let Some((of, time_s)) = oldest else { return };
        if now.as_ms().saturating_sub(time_s.saturating_mul(1000)) > max_ms {
            let wrong = Wrong::Old { of: of.clone(), sealed: at(*time_s), max_ms };
            self.report.fault(Fault::new(Place::of_file(CHECKPOINT_FILE), wrong));
        }
    }

    /// Keeps the state for the next audit, if that was asked for and nothing is wrong.
    pub(super) fn keep(&mut self, replayed: &Replayed) {
        if self.inquiry.keep && self.report.is_verified() {
            let kept = Kept::of_chain(&replayed.chain, &replayed.reasons);
            self.report.kept = Some(Box::new(kept));
        }
    }

    /// Keeps size and root of a log of which not all records were given.
    pub(super) fn keep_head(&mut self, checkpoint: &Checkpoint) {
        if self.inquiry.keep && self.report.is_verified_in_public() {
            let (size, root) = (checkpoint.size(), checkpoint.root());
            self.report.kept = Some(Box::new(Kept::of_head(self.inquiry.council, size, root)));
        }
    }
}
