//! Telling a vote that comes just after the decision from a peer that missed it.

use std::collections::BTreeSet;

use super::limits::LATE_VOTES_MAX;
use super::message::{ConsensusMessage, Round, VoteKind};
use super::roster::MemberKey;

/// Votes seen after the decision of the height that they are for.
#[derive(Debug, Default)]
pub(super) struct Late {
    seen: BTreeSet<(Round, VoteKind, MemberKey)>,
}

impl Late {
    /// Whether `message`, for the height just decided, shows that its sender is stuck there: the
    /// first copy of a vote was only slow, what is sent again waits for an answer.
    pub(super) fn shows_stuck(&mut self, message: &ConsensusMessage) -> bool {
        let ConsensusMessage::Vote(vote) = message else { return false };
        let full = self.seen.len() >= LATE_VOTES_MAX;
        full || !self.seen.insert((vote.round, vote.kind, vote.signer))
    }
}
