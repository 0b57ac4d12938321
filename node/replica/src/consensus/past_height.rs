//! The last height, after its decision: which peers have missed the decision, and which members sent this
//! node another precommit than the one in another node's certificate.
//!
//! What it guarantees: votes of the last height are judged by the roster of that height, also when the
//! next height has another one.

use std::collections::{BTreeMap, BTreeSet};

use super::certificate::CommitCertificate;
use super::evidence::Evidence;
use super::limits::LATE_VOTES_MAX;
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, Vote, VoteKind};
use super::roster::Roster;
use super::round::Round;

/// What is known of the last height.
#[derive(Debug, Default)]
pub(super) struct PastHeight {
    /// Who decided it.
    roster: Option<Roster>,
    /// Votes that came after the decision.
    seen: BTreeSet<(Round, VoteKind, MemberKey)>,
    decided: Option<CommitCertificate>,
    /// Precommits of the deciding round for something else; one a member.
    other: BTreeMap<MemberKey, Vote>,
}

impl PastHeight {
    /// A height has been decided by this certificate of this roster, after these votes.
    pub(super) fn after<'a>(
        decided: CommitCertificate,
        roster: Roster,
        votes: impl Iterator<Item = &'a Vote>,
    ) -> Self {
        let mut late = Self { decided: Some(decided), roster: Some(roster), ..Self::default() };
        votes.for_each(|vote| late.note(vote));
        late
    }

    /// The roster of the last height.
    pub(super) fn roster(&self) -> Option<Roster> {
        self.roster.clone()
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

    /// Keeps a vote whose signature holds, if [`Self::is_other`] says so.
    pub(super) fn note(&mut self, vote: &Vote) {
        if self.is_other(vote) {
            self.other.insert(vote.signer, vote.clone());
        }
    }

    /// The members whose precommit in another node's certificate for the same decision excludes the one
    /// that they sent to this node, each once. The certificate's signatures are not checked here.
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

    /// Whether `message`, for the height just decided, shows that its sender is stuck there. The first copy
    /// of a vote may only have been slow; a second copy shows that the sender waits for an answer.
    pub(super) fn shows_stuck(&mut self, message: &ConsensusMessage) -> bool {
        let ConsensusMessage::Vote(vote) = message else { return false };
        let full = self.seen.len() >= LATE_VOTES_MAX;
        full || !self.seen.insert((vote.round, vote.kind, vote.signer))
    }
}
