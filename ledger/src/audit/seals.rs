//! The signatures on a checkpoint: the log's and the members' seals.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;

use super::faults::Fault;
use super::report::Report;
use crate::record::Roster;
use crate::record::genesis::Genesis;
use crate::record::roster::{log_vkey, seal_vkey};
use crate::text::Code;

/// Who has signed a checkpoint, of those that had to.
pub(super) struct Signed {
    by_log: bool,
    missing: Vec<Code>,
}

/// Checks every signature of a key of `roster`, which seals this size, and reports who has sealed;
/// `None`, with the fault in the report, if one is forged.
pub(super) fn count(
    genesis: &Genesis,
    roster: &Roster,
    note: &SignedNote,
    checkpoint: &Checkpoint,
    report: &mut Report,
) -> Option<Signed> {
    let members = &roster.members;
    let logs: Vec<_> = members.iter().map(|m| log_vkey(checkpoint.origin(), m)).collect();
    let seals: Vec<_> = members.iter().map(|m| seal_vkey(&genesis.origin, m)).collect();
    let signers = match note.verified_by(logs.iter().chain(&seals)) {
        Ok(signers) => signers,
        Err(error) => {
            report.faults.push(Fault::Signature(error));
            return None;
        }
    };
    let (sealed, missing): (Vec<_>, Vec<_>) =
        members.iter().zip(&seals).partition(|(_, vkey)| signers.contains(vkey));
    report.counts.seals = sealed.len();
    report.sealed_by = sealed.iter().map(|(member, _)| member.code.clone()).collect();
    Some(Signed {
        by_log: logs.iter().any(|vkey| signers.contains(&vkey)),
        missing: missing.iter().map(|(member, _)| member.code.clone()).collect(),
    })
}

impl Signed {
    /// Checks that the log has signed, and everybody.
    pub(super) fn verify(self, report: &mut Report) {
        if !self.by_log {
            report.faults.push(Fault::NoLogSignature);
        }
        if !self.missing.is_empty() {
            report.faults.push(Fault::NotSealed { missing: self.missing });
        }
    }
}
