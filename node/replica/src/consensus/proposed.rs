//! The proposals of the last heights, without their blocks.
//!
//! What it guarantees: at most [`PROPOSED_HEIGHTS_MAX`] heights are kept, each with the roster that
//! decided it, so that what another node was proposed can be judged after the height.

use std::collections::{BTreeMap, VecDeque};

use nemcon_ledger::Height;

use super::limits::PROPOSED_HEIGHTS_MAX;
use super::message::SignedHeader;
use super::roster::Roster;
use super::round::Round;

/// The proposals that this node received at the last heights, and the rosters of those heights.
#[derive(Debug, Default)]
pub(super) struct Proposed(VecDeque<(Height, Roster, BTreeMap<Round, SignedHeader>)>);

impl Proposed {
    /// Remembers the first proposal of each round of a height that is over.
    pub(super) fn note(
        &mut self,
        height: Height,
        roster: Roster,
        first: impl Iterator<Item = SignedHeader>,
    ) {
        if self.0.len() >= PROPOSED_HEIGHTS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((height, roster, first.map(|it| (it.0.round, it)).collect()));
    }

    /// The first proposal of a round, unless its proposer is convicted of it, and the height's roster.
    pub(super) fn find(&self, height: Height, round: Round) -> Option<(SignedHeader, Roster)> {
        let (_, roster, first) = self.0.iter().rev().find(|(of, ..)| *of == height)?;
        Some((*first.get(&round)?, roster.clone()))
    }

    /// The proposer of this round is convicted: nothing more is compared with its proposal.
    pub(super) fn expose(&mut self, height: Height, round: Round) {
        for (_, _, first) in self.0.iter_mut().filter(|(of, ..)| *of == height) {
            first.remove(&round);
        }
    }
}
