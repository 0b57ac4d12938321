//! Up to where seals are held, what a peer lacks of them, and what is final.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::TreeSize;
use nemcon_ledger::journal::Seal;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::super::message::STANDING_CODES_MAX;
use super::{Boundary, SealBook};

impl SealBook {
    /// The newest seal of this member that is held.
    pub(in crate::replica) fn newest_of(&self, member: &Code) -> Option<Seal> {
        let held = || self.seals.values().rev().find_map(|at| at.get(member));
        self.early.newest_of(member).or_else(held).cloned()
    }

    /// For each member of every roster since the newest height that all have sealed, of those named last
    /// at most [`STANDING_CODES_MAX`]: the height up to which its seals are held without a gap. Heights at
    /// which it owes none are no gap.
    pub(in crate::replica) fn sealed_heights(&self, rosters: &Rosters) -> BTreeMap<Code, Height> {
        let from = self.sealed_by_all.max(self.floor());
        let codes = rosters.named_since(from.next()).into_iter().take(STANDING_CODES_MAX);
        codes.map(|code| (code.clone(), self.sealed_to(rosters, code))).collect()
    }

    /// The same as the sizes that these heights end at: what peers are told.
    pub(crate) fn standing(&self, rosters: &Rosters) -> BTreeMap<Code, TreeSize> {
        let heights = self.sealed_heights(rosters).into_iter();
        heights.map(|(code, height)| (code, self.boundaries.size_at(height))).collect()
    }

    /// Goes on from what is known: a member that keeps up costs no walk over all that is held.
    pub(super) fn sealed_to(&self, rosters: &Rosters, code: &Code) -> Height {
        let top = self.boundaries.top();
        let reached = self.reached.get(code).copied().unwrap_or_default();
        let mut height = self.sealed_by_all.max(self.floor()).max(reached);
        while height < top {
            let next = height.next();
            let held = self.seals.get(&next).is_some_and(|at| at.contains_key(code));
            if !held && rosters.at(next).member(code).is_some() {
                break;
            }
            height = next;
        }
        height
    }

    /// The newest boundary that every member of `codes` in the roster of its height has sealed, at
    /// least one of them (R14). What all have sealed, all of `codes` have.
    pub(in crate::replica) fn sealed_by(
        &self,
        rosters: &Rosters,
        codes: &BTreeSet<&Code>,
    ) -> Option<Boundary> {
        let is_sealed = |(height, at): &(&Height, &BTreeMap<Code, Seal>)| {
            let members = rosters.at(**height).members.iter();
            let mut owed = members.filter(|member| codes.contains(&member.code)).peekable();
            owed.peek().is_some() && owed.all(|member| at.contains_key(&member.code))
        };
        let newest = self.seals.iter().rev().find(is_sealed).map(|(height, _)| *height);
        self.boundary(newest.unwrap_or(self.sealed_by_all).max(self.sealed_by_all))
    }

    /// Whether some boundary lacks a seal.
    pub(in crate::replica) fn is_lacking(&self) -> bool {
        self.sealed_by_all < self.boundaries.top()
    }

    /// Seals that a peer at `top` lacks which tells that it holds each member's up to these sizes,
    /// oldest first, at most `max`; it could not judge those of heights that it has not reached.
    /// Members take turns: a gap in what one has sealed, above which the peer has everything and
    /// does not say so, keeps nobody else's back.
    pub(in crate::replica) fn lacking(
        &self,
        top: Height,
        standing: &BTreeMap<Code, TreeSize>,
        max: usize,
    ) -> Vec<Seal> {
        let told = self.reached.keys().filter_map(|code| Some((code, standing.get(code)?)));
        let of_member = |(code, to): (_, &TreeSize)| {
            let above = self.seals.range(self.boundaries.within(*to).next()..);
            let above = above.take_while(|(height, _)| **height <= top);
            above.filter_map(move |(_, at)| at.get(code)).take(max).enumerate()
        };
        let mut lacking: Vec<_> = told.flat_map(of_member).collect();
        lacking.sort_by_key(|(turn, seal)| (*turn, seal.size));
        lacking.truncate(max);
        lacking.sort_by_key(|(_, seal)| seal.size);
        lacking.into_iter().map(|(_, seal)| seal.clone()).collect()
    }
}
