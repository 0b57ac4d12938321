//! Audits the signatures on a checkpoint: the log's and the members' seals.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::Cosignature;
use nemcon_crypto::note::{KeyName, NoteLines, VerifierKey};
use nemcon_crypto::verify_line;

use super::faults::{Fault, Place, Wrong};
use super::report::Report;
use crate::export::CHECKPOINT_FILE;
use crate::record::Roster;
use crate::record::genesis::Genesis;
use crate::record::roster::{log_vkey, seal_vkey};
use crate::text::Code;

/// The first line under a checkpoint's text, which has three, and a blank line.
pub(super) const FIRST_LINE: usize = 5;

/// Checks every line in the name of a key of `roster`, which seals this size, and says who has sealed.
/// Lines of other keys say nothing.
pub(super) fn verify_seals(
    genesis: &Genesis,
    roster: &Roster,
    note: &NoteLines,
    checkpoint: &Checkpoint,
    report: &mut Report,
) {
    // An origin that no key can be named by is a fault already; nobody has signed under it.
    let is_name = checkpoint.origin().parse::<KeyName>().is_ok();
    let named = if is_name { checkpoint.origin().to_owned() } else { genesis.checkpoint_origin() };
    let keys: Vec<(&Code, &'static str, VerifierKey)> = roster
        .members
        .iter()
        .flat_map(|member| {
            let log = log_vkey(&named, member);
            let seal = seal_vkey(&genesis.origin, member);
            [(&member.code, "log signature", log), (&member.code, "seal", seal)]
        })
        .collect();
    let (mut by_log, mut sealed) = (false, Vec::new());
    for (at, line) in (FIRST_LINE..).zip(note.lines.iter()) {
        let Some(line) = line else { continue };
        let is_by = |(_, _, key): &&(&Code, &'static str, VerifierKey)| {
            key.name == *line.name() && key.key_id() == line.key_id()
        };
        let Some((of, what, key)) = keys.iter().find(is_by) else { continue };
        if verify_line(key, &note.text, line).is_err() {
            let place = Place::of_file(CHECKPOINT_FILE).line(at);
            let wrong = Wrong::CheckpointSignature { what, of: (*of).clone() };
            report.fault(Fault::new(place, wrong));
        } else if *what == "seal" {
            let made = Cosignature::decode(line.blob()).expect("it was verified");
            sealed.push(((*of).clone(), made.time_s()));
        } else {
            by_log = true;
        }
    }
    sealed.sort_by_key(|(code, _)| roster.position(code));
    sealed.dedup_by(|one, other| one.0 == other.0);
    conclude(roster, by_log, sealed, report);
}

fn conclude(roster: &Roster, by_log: bool, sealed: Vec<(Code, u64)>, report: &mut Report) {
    let has_sealed = |code: &Code| sealed.iter().any(|(by, _)| by == code);
    let codes = roster.members.iter().map(|member| &member.code);
    let missing: Vec<Code> = codes.filter(|code| !has_sealed(code)).cloned().collect();
    let checkpoint = || Place::of_file(CHECKPOINT_FILE);
    if !by_log {
        report.fault(Fault::new(checkpoint(), Wrong::NoLogSignature));
    }
    report.counts.seals = sealed.len();
    report.counts.members = roster.members.len();
    if !missing.is_empty() {
        let (sealed, due) = (sealed.len(), roster.members.len());
        report.fault(Fault::new(checkpoint(), Wrong::NotSealed { missing, sealed, due }));
    }
    report.sealed_by = sealed.iter().map(|(code, _)| code.clone()).collect();
    report.seal_times = sealed;
}
