//! How far the members have come, by their verified messages, and the messages that came too early.
//!
//! What it guarantees: what is held is bounded for each member, so that none keeps out what another sends.

use std::collections::BTreeMap;

use nemcon_ledger::Height;

use super::limits::{PROPOSALS_HELD_PER_MEMBER_MAX, VOTES_HELD_PER_MEMBER_MAX};
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, VoteKind};
use super::roster::{Roster, faulty_max};
use super::round::Round;

/// A message and when it came, milliseconds of UTC.
pub(super) type Arrived = (u64, ConsensusMessage);

/// How far a member has come, as one of its messages shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reached {
    pub(super) height: Height,
    pub(super) round: Round,
    /// Votes cast in that round: 1 after the prevote, 2 after the precommit.
    pub(super) votes: u8,
}

/// How far each member has come, and the messages for heights not begun.
#[derive(Debug, Default)]
pub(super) struct PeerProgress {
    reached: BTreeMap<MemberKey, Reached>,
    held: BTreeMap<Height, BTreeMap<MemberKey, Vec<Arrived>>>,
}

impl Reached {
    fn by(message: &ConsensusMessage) -> Self {
        let votes = match message {
            ConsensusMessage::Vote(vote) if vote.kind == VoteKind::Precommit => 2,
            ConsensusMessage::Vote(_) => 1,
            ConsensusMessage::Proposal(_)
            | ConsensusMessage::Polka(_)
            | ConsensusMessage::Round(_) => 0,
        };
        Self { height: message.height(), round: message.round(), votes }
    }
}

impl PeerProgress {
    /// Notes how far `member` has come, by a verified message of it.
    pub(super) fn note(&mut self, member: MemberKey, message: &ConsensusMessage) {
        let now = Reached::by(message);
        let reached = self.reached.entry(member).or_insert(now);
        *reached = now.max(*reached);
    }

    /// Whether this member has come as far as `place`, or further.
    pub(super) fn has_come(&self, member: &MemberKey, place: Reached) -> bool {
        self.reached.get(member).is_some_and(|reached| *reached >= place)
    }

    /// How many members have come further than `place`.
    pub(super) fn beyond(&self, place: Reached) -> usize {
        self.reached.values().filter(|reached| **reached > place).count()
    }

    /// Holds a verified message of `member`, unless it has as many as it may or it is there.
    pub(super) fn hold(&mut self, member: MemberKey, arrived: Arrived) {
        let height = arrived.1.height();
        let held = self.held.entry(height).or_default().entry(member).or_default();
        let is_proposal = |message: &_| matches!(message, ConsensusMessage::Proposal(_));
        let of_kind =
            held.iter().filter(|(_, other)| is_proposal(other) == is_proposal(&arrived.1));
        let max = if is_proposal(&arrived.1) {
            PROPOSALS_HELD_PER_MEMBER_MAX
        } else {
            VOTES_HELD_PER_MEMBER_MAX
        };
        if of_kind.count() < max && held.iter().all(|(_, other)| *other != arrived.1) {
            held.push(arrived);
        }
    }

    /// Takes what is held for `height` and drops what is below it.
    pub(super) fn take(&mut self, height: Height) -> Vec<Arrived> {
        self.held = self.held.split_off(&height);
        let held = self.held.remove(&height).unwrap_or_default();
        held.into_values().flatten().collect()
    }

    /// What is held for `height`, and what is held of `member` for later ones.
    pub(super) fn held_from(
        &self,
        height: Height,
        member: MemberKey,
    ) -> impl Iterator<Item = &ConsensusMessage> {
        let held = self.held.range(height..);
        let held = held.flat_map(|(at, held)| held.iter().map(move |(who, held)| (at, who, held)));
        let held = held.filter(move |(at, who, _)| **at == height || **who == member);
        held.flat_map(|(_, _, held)| held.iter().map(|(_, message)| message))
    }

    /// Forgets the members that are not in `roster`.
    pub(super) fn keep_only(&mut self, roster: &Roster) {
        self.reached.retain(|member, _| roster.position(member).is_some());
        for held in self.held.values_mut() {
            held.retain(|member, _| roster.position(member).is_some());
        }
    }

    /// How many members were seen at `height` or beyond.
    pub(super) fn began_by(&self, height: Height) -> usize {
        self.reached.values().filter(|reached| reached.height >= height).count()
    }

    /// The greatest height that more than `faulty_max` members were seen at or beyond.
    pub(super) fn began_height(&self, roster: &Roster) -> Option<Height> {
        let mut heights: Vec<_> = self.reached.values().map(|reached| reached.height).collect();
        heights.sort_unstable_by(|one, other| other.cmp(one));
        heights.get(faulty_max(roster.len())).copied()
    }

    /// The greatest height that a verified message of this member was for.
    pub(super) fn highest(&self, member: &MemberKey) -> Option<Height> {
        self.reached.get(member).map(|reached| reached.height)
    }
}
