//! The seals of a journal, as far as the replica needs them.
//!
//! What it guarantees: memory grows with the sizes since the newest that all have sealed, not with the
//! journal.

use std::collections::BTreeMap;

use nemcon_crypto::TreeSize;
use nemcon_ledger::Rosters;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;

/// The seals of the newest size that every member has sealed, of all sizes above it, and the newest
/// seal of this node.
#[derive(Debug)]
pub(super) struct SealsFound {
    me: Code,
    held: BTreeMap<TreeSize, Vec<Seal>>,
    own: Option<Seal>,
}

impl SealsFound {
    pub(super) fn of(me: &Code) -> Self {
        Self { me: me.clone(), held: BTreeMap::new(), own: None }
    }

    pub(super) fn take(&mut self, rosters: &Rosters, seal: &Seal) {
        let is_newer = |own: &Seal| (own.size, own.time_s) <= (seal.size, seal.time_s);
        if seal.member == self.me.as_str() && self.own.as_ref().is_none_or(is_newer) {
            self.own = Some(seal.clone());
        }
        let held = self.held.entry(seal.size).or_default();
        // After a crash a node seals the newest size again.
        if held.iter().any(|held| held.member == seal.member) {
            return;
        }
        held.push(seal.clone());
        if held.len() >= rosters.sealing(seal.size).members.len() {
            self.held = self.held.split_off(&seal.size);
        }
    }

    pub(super) fn seals(&self) -> Vec<Seal> {
        let mut seals: Vec<_> = self.held.values().flatten().cloned().collect();
        let own = self.own.iter().filter(|own| !seals.contains(own)).cloned();
        let own: Vec<_> = own.collect();
        seals.extend(own);
        seals
    }
}
