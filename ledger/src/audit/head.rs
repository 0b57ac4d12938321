//! Reads a checkpoint, and judges it alone.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::{CHECKPOINT_SIGNATURES_MAX, NoteLines};

use super::faults::{Fault, Place, Wrong};
use super::report::Report;
use super::seals::{self, verify_seals};
use crate::export::CHECKPOINT_FILE;
use crate::record::genesis::Genesis;
use crate::rosters::Rosters;

/// Judges a checkpoint alone by the rosters of its log: the report has its size, its root, who has sealed it and when, and what is
/// wrong. Whether the log has this root is for the caller to compare.
pub fn judge_checkpoint(file: &[u8], genesis: &Genesis, rosters: &Rosters) -> Report {
    let mut report = Report::default();
    if let Some((note, checkpoint)) = read_checkpoint(file, genesis, &mut report) {
        verify_seals(genesis, rosters.sealing(checkpoint.size()), &note, &checkpoint, &mut report);
    }
    report
}

/// The checkpoint with the lines under it, as far as it says which log is audited.
pub(super) fn read_checkpoint(
    file: &[u8],
    genesis: &Genesis,
    report: &mut Report,
) -> Option<(NoteLines, Checkpoint)> {
    let place = || Place::of_file(CHECKPOINT_FILE);
    let note = match NoteLines::read(file, CHECKPOINT_SIGNATURES_MAX) {
        Ok(note) => note,
        Err(error) => {
            report.fault(Fault::new(place(), Wrong::CheckpointNote(error)));
            return None;
        }
    };
    let checkpoint = match Checkpoint::parse(&note.text) {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            report.fault(Fault::new(place(), Wrong::CheckpointText(error)));
            return None;
        }
    };
    for (at, line) in (seals::FIRST_LINE..).zip(&note.lines) {
        if line.is_none() {
            report.fault(Fault::new(place().line(at), Wrong::CheckpointLine));
        }
    }
    (report.size, report.root) = (checkpoint.size(), Some(checkpoint.root()));
    let wanted = genesis.checkpoint_origin();
    if checkpoint.origin() != wanted {
        let found = checkpoint.origin().to_owned();
        let wrong = Wrong::CheckpointOrigin { found, wanted };
        report.fault(Fault::new(place().line(1), wrong));
    }
    if checkpoint.size().0 < 2 {
        let wrong = Wrong::NoBlock(checkpoint.size().0);
        report.fault(Fault::new(place().line(2), wrong));
    }
    Some((note, checkpoint))
}
