//! The signatures on a checkpoint: the log's and the members' seals.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;

use super::faults::Fault;
use super::report::Report;
use crate::record::Roster;
use crate::record::genesis::Genesis;
use crate::record::roster::{log_vkey, seal_vkey};

/// Checks every signature of a key of `roster`, which seals this size, and who is missing.
pub(super) fn verify(
    genesis: &Genesis,
    roster: &Roster,
    note: &SignedNote,
    checkpoint: &Checkpoint,
    report: &mut Report,
) {
    let members = &roster.members;
    let logs: Vec<_> = members.iter().map(|m| log_vkey(checkpoint.origin(), m)).collect();
    let seals: Vec<_> = members.iter().map(|m| seal_vkey(&genesis.origin, m)).collect();
    let signers = match note.verified_by(logs.iter().chain(&seals)) {
        Ok(signers) => signers,
        Err(error) => {
            report.faults.push(Fault::Signature(error));
            return;
        }
    };
    if !logs.iter().any(|vkey| signers.contains(&vkey)) {
        report.faults.push(Fault::NoLogSignature);
    }
    let (sealed, missing): (Vec<_>, Vec<_>) =
        members.iter().zip(&seals).partition(|(_, vkey)| signers.contains(vkey));
    report.counts.seals = sealed.len();
    report.sealed_by = sealed.iter().map(|(member, _)| member.code.clone()).collect();
    if !missing.is_empty() {
        let missing = missing.iter().map(|(member, _)| member.code.clone()).collect();
        report.faults.push(Fault::NotSealed { missing });
    }
}
