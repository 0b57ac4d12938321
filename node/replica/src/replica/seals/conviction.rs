//! Members that have sealed another ledger than this one, and what convicts them.
//!
//! What it guarantees: a member is convicted by two seals of its own, or by its seal and those of more than
//! f others.

use std::collections::BTreeMap;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::Cosignature;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::book::SealBook;
use crate::evidence::{self, Evidence, Proof};

impl SealBook {
    /// How many members have sealed another tree head than the ledger's at `height`.
    pub(in crate::replica) fn conflicting(&self, height: Height) -> usize {
        self.conflicts.get(&height).map_or(0, BTreeMap::len)
    }

    /// What convicts the members whose seals at `height` conflict with the ledger: their own other
    /// seal, or those of more than f others.
    pub(in crate::replica) fn convictions(
        &self,
        rosters: &Rosters,
        height: Height,
    ) -> Vec<Evidence> {
        let faults_max = rosters.at(height).faults_max();
        let conflicts = self.conflicts.get(&height).into_iter().flatten();
        conflicts
            .filter_map(|(code, seal)| self.conviction(height, faults_max, code, seal))
            .collect()
    }

    fn conviction(
        &self,
        height: Height,
        faults_max: usize,
        code: &Code,
        seal: &Seal,
    ) -> Option<Evidence> {
        let head = self.checkpoint(self.boundary(height)?);
        let said = Checkpoint::new(&self.origin, seal.size, seal.root).ok()?;
        let forked = evidence::seal_message(&said, seal);
        let sealed = self.seals.at(height)?;
        let proof = if let Some(own) = sealed.get(code) {
            Proof::DoubleSeal(evidence::seal_message(&head, own), forked)
        } else if sealed.len() > faults_max {
            let witnesses = sealed.iter().map(|(code, seal)| {
                let blob = Cosignature::new(seal.time_s, seal.signature).map(|c| c.encode());
                (code.clone(), blob.expect("verified when it was taken").to_vec())
            });
            let head = head.render().into_bytes();
            Proof::ForkedSeal { seal: forked, head, witnesses: witnesses.collect() }
        } else {
            return None;
        };
        Some(Evidence { council: self.council, member: code.clone(), proof })
    }
}
