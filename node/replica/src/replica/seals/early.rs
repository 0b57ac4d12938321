//! Seals above the chain's end: a peer may be a moment ahead, or this node far behind.
//!
//! Which block ends at such a size is not known yet. A seal is verified when it comes, by the newest roster
//! that is known. Behind the next block another roster may seal; so a seal that does not verify is not
//! held, and nobody is to blame for it.
//!
//! What it guarantees: what is held, and what is looked at, is bounded for each member.

use std::collections::BTreeMap;

use nemcon_crypto::TreeSize;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;

/// How many seals of one member above the chain's end are held: those of the smallest sizes, which
/// the chain reaches first.
pub const EARLY_SEALS_PER_MEMBER_MAX: usize = 4;

/// How many seals above the chain's end are looked at of one peer between two blocks.
pub const EARLY_SEALS_LOOKED_AT_MAX: u32 = 64;

/// How many early seals were looked at, by the peer that brought them and by whether they are said to be
/// this node's own.
#[derive(Clone, Debug, Default)]
pub(in crate::replica) struct LookedAhead(BTreeMap<(Option<Code>, bool), u32>);

impl LookedAhead {
    /// Whether one more is looked at; counts it if so.
    pub(in crate::replica) fn has_room(&mut self, sender: Option<&Code>, is_own: bool) -> bool {
        let looked_at = self.0.entry((sender.cloned(), is_own)).or_default();
        let has_room = *looked_at < EARLY_SEALS_LOOKED_AT_MAX;
        *looked_at += u32::from(has_room);
        has_room
    }
}

/// By member, then by size.
#[derive(Clone, Debug, Default)]
pub(super) struct Early(BTreeMap<Code, BTreeMap<TreeSize, Seal>>);

impl Early {
    /// Whether one more seal of this member and size would be held. The first of a size stays.
    pub(super) fn has_room(&self, member: &Code, size: TreeSize) -> bool {
        let Some(held) = self.0.get(member) else { return true };
        let is_nearer = || held.keys().next_back().is_some_and(|last| size < *last);
        !held.contains_key(&size) && (held.len() < EARLY_SEALS_PER_MEMBER_MAX || is_nearer())
    }

    pub(super) fn hold(&mut self, member: &Code, seal: &Seal) {
        let held = self.0.entry(member.clone()).or_default();
        held.insert(seal.size, seal.clone());
        if held.len() > EARLY_SEALS_PER_MEMBER_MAX {
            held.pop_last();
        }
    }

    /// The one of the greatest size.
    pub(super) fn newest_of(&self, member: &Code) -> Option<&Seal> {
        self.0.get(member)?.values().next_back()
    }

    /// Takes out those that the chain has reached.
    pub(super) fn take_to(&mut self, size: TreeSize) -> Vec<Seal> {
        let mut reached = Vec::new();
        for held in self.0.values_mut() {
            reached.extend(held.extract_if(..=size, |_, _| true).map(|(_, seal)| seal));
        }
        self.0.retain(|_, held| !held.is_empty());
        reached
    }
}
