//! Up to which height seals are held, which of them a peer lacks, and what is final.
//!
//! What it guarantees: a member that has sealed with a gap keeps back the seals of no other member.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_crypto::TreeSize;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};

use super::super::boundaries::Boundary;
use super::super::message::STANDING_CODES_MAX;
use super::book::SealBook;

impl SealBook {
    /// The newest seal of this member that is held.
    pub(in crate::replica) fn newest_of(&self, member: &Code) -> Option<Seal> {
        let held = || self.seals.newest_of(member);
        self.early.newest_of(member).or_else(held).cloned()
    }

    /// The height up to which the seals of a member are held without a gap, for each member of every roster
    /// since the newest height that all have sealed, at most [`STANDING_CODES_MAX`] of those named last.
    /// Heights at which a member owes no seal are no gap.
    pub(in crate::replica) fn sealed_heights(&self, rosters: &Rosters) -> BTreeMap<Code, Height> {
        let from = self.sealed_by_all.max(self.floor());
        let codes = rosters.named_since(from.next()).into_iter().take(STANDING_CODES_MAX);
        codes.map(|code| (code.clone(), self.sealed_to(rosters, code))).collect()
    }

    /// The sizes up to which the seals of each member are held without a gap: what peers are told.
    pub fn standing(&self, rosters: &Rosters) -> BTreeMap<Code, TreeSize> {
        let heights = self.sealed_heights(rosters).into_iter();
        heights.map(|(code, height)| (code, self.boundaries.size_at(height))).collect()
    }

    /// The newest boundary that every member of `codes` in the roster of its height has sealed, at
    /// least one of them [rules.md R14]. What all have sealed, all of `codes` have.
    pub(in crate::replica) fn sealed_by(
        &self,
        rosters: &Rosters,
        codes: &BTreeSet<&Code>,
    ) -> Option<Boundary> {
        let top = self.boundaries.top();
        let oldest = self.seals.oldest().unwrap_or(top);
        let sealed_under = |(since, roster): (Height, &Arc<Roster>)| {
            let members = roster.members.iter().map(|member| &member.code);
            let owed: Vec<&Code> = members.filter(|code| codes.contains(code)).collect();
            let last = rosters.decides_to(since).unwrap_or(top).min(top);
            if owed.is_empty() {
                return None;
            }
            self.seals.newest_of_all(&owed, since.max(oldest), last)
        };
        let newest = rosters.since(oldest).rev().find_map(sealed_under);
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
        let mut members: Vec<_> = told
            .map(|(code, to)| self.seals.of(code, self.boundaries.within(*to).next(), top))
            .collect();
        let mut lacking: Vec<&Seal> = Vec::new();
        while lacking.len() < max {
            let mut turn: Vec<_> = members.iter_mut().filter_map(Iterator::next).collect();
            if turn.is_empty() {
                break;
            }
            turn.sort_by_key(|seal| seal.size);
            lacking.extend(turn);
        }
        lacking.truncate(max);
        lacking.sort_by_key(|seal| seal.size);
        lacking.into_iter().cloned().collect()
    }
}
