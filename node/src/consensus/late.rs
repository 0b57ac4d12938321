//! The last height: telling a vote that comes after the decision from a peer that missed it, and who
//! told this node another precommit than the one in somebody's certificate, or proposed something
//! else to others. It is judged by its own roster, also when the next height has another.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;

use super::certificate::CommitCertificate;
use super::evidence::Evidence;
use super::limits::LATE_VOTES_MAX;
use super::message::{ConsensusMessage, Round, Vote, VoteKind};
use super::roster::{MemberKey, Roster};
use super::split::SignedHeader;

/// What is known of the last height.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// Which one it is, and who decided it.
    of: Option<(Height, Roster)>,
    /// What this node was proposed first in each round.
    proposals: BTreeMap<Round, SignedHeader>,
    /// Votes seen after the decision of the height that they are for.
    seen: BTreeSet<(Round, VoteKind, MemberKey)>,
    decided: Option<CommitCertificate>,
    /// Precommits of the deciding round for something else; one a member.
    other: BTreeMap<MemberKey, Vote>,
}

impl Late {
    /// A height is over, in which these were proposed.
    pub(super) fn left(
        height: Height,
        roster: Roster,
        proposals: impl Iterator<Item = SignedHeader>,
    ) -> Self {
        let proposals = proposals.map(|it| (it.0.round, it)).collect();
        Self { of: Some((height, roster)), proposals, ..Self::default() }
    }

    /// It was decided by this certificate, after these votes.
    pub(super) fn decided<'a>(
        mut self,
        decided: CommitCertificate,
        votes: impl Iterator<Item = &'a Vote>,
    ) -> Self {
        self.decided = Some(decided);
        votes.for_each(|vote| self.note(vote));
        self
    }

    /// The roster of the last height.
    pub(super) fn roster(&self) -> Option<Roster> {
        self.of.as_ref().map(|(_, roster)| roster.clone())
    }

    /// What this node was proposed in a round of this height, unless it has been compared already.
    pub(super) fn proposed(&self, height: Height, round: Round) -> Option<(SignedHeader, Roster)> {
        let (_, roster) = self.of.as_ref().filter(|(of, _)| *of == height)?;
        Some((*self.proposals.get(&round)?, roster.clone()))
    }

    /// The proposer of this round is convicted.
    pub(super) fn expose(&mut self, height: Height, round: Round) {
        if self.of.as_ref().is_some_and(|(of, _)| *of == height) {
            self.proposals.remove(&round);
        }
    }

    /// Whether the vote is a precommit of the deciding round for something else than was decided.
    pub(super) fn is_other(&self, vote: &Vote) -> bool {
        vote.kind == VoteKind::Precommit
            && !self.other.contains_key(&vote.signer)
            && self.decided.as_ref().is_some_and(|decided| {
                (decided.height, decided.round) == (vote.height, vote.round)
                    && vote.value != Some(decided.value_id)
            })
    }

    /// Keeps a vote whose signature holds, if it is such a one.
    pub(super) fn note(&mut self, vote: &Vote) {
        if self.is_other(vote) {
            self.other.insert(vote.signer, vote.clone());
        }
    }

    /// Whose precommit in another's certificate for the same decision excludes what it told this
    /// node; each once. The certificate's signatures are not checked here.
    pub(super) fn conflicts(
        &mut self,
        certificate: &CommitCertificate,
        roster: &Roster,
    ) -> Vec<Evidence> {
        let is_same = |it: &CommitCertificate| {
            (it.height, it.round, it.value_id)
                == (certificate.height, certificate.round, certificate.value_id)
        };
        if self.other.is_empty() || !self.decided.as_ref().is_some_and(is_same) {
            return Vec::new();
        }
        let told = certificate.votes(roster);
        let pair = |vote: Vote| {
            let other = self.other.get(&vote.signer)?.clone();
            Some(Evidence::Votes(vote, other).in_order())
        };
        told.filter_map(pair).collect()
    }

    /// This member is convicted.
    pub(super) fn forget(&mut self, member: &MemberKey) {
        self.other.remove(member);
    }

    /// Whether `message`, for the height just decided, shows that its sender is stuck there: the
    /// first copy of a vote was only slow, what is sent again waits for an answer.
    pub(super) fn shows_stuck(&mut self, message: &ConsensusMessage) -> bool {
        let ConsensusMessage::Vote(vote) = message else { return false };
        let full = self.seen.len() >= LATE_VOTES_MAX;
        full || !self.seen.insert((vote.round, vote.kind, vote.signer))
    }
}
