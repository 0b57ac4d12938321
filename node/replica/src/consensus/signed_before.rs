//! What this node is known to have signed at one height before it lost its log [rules.md R17].
//!
//! What it guarantees: this node repeats what it signed there and never contradicts it; up to the last
//! round in which it is known to have signed, it signs nothing new but nil, because it may have left
//! those rounds with a lock that the others cannot show; and its last precommit for a block stays a
//! lock until a polka of that round or of a later one unlocks it. What it does not: it knows only what
//! the other nodes have told.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::member_key::MemberKey;
use super::message::{ConsensusMessage, ProposalHeader, Vote, VoteKind};
use super::own_votes::OwnVotes;
use super::recollection::Recollection;
use super::round::Round;

/// What this node is known to have signed at one height before it lost its log.
#[derive(Debug, Default)]
pub(super) struct SignedBefore {
    votes: BTreeMap<(Round, VoteKind), Vote>,
    proposals: BTreeMap<Round, ProposalHeader>,
    /// The last round that it signed in.
    last: Round,
    lock: Option<(Round, Digest)>,
    /// Blocks with a polka of the lock's round or a later one.
    unlocked: BTreeSet<Digest>,
}

/// What to sign in place of a vote.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Instead {
    /// The vote itself.
    Nothing,
    /// Nil.
    Nil,
    /// What was signed before.
    Recorded(Vote),
}

impl SignedBefore {
    /// What `me` signed at `height`. Of two different messages of one round, which only a node that
    /// was taken over wrongly can have signed, the first counts.
    pub(super) fn of(me: MemberKey, height: Height, memory: &Recollection) -> Self {
        let mut taken = Self::default();
        let own = memory.messages.iter().filter(|it| it.signer() == Some(me));
        for message in own.filter(|it| it.height() == height) {
            match message {
                ConsensusMessage::Vote(vote) => taken.take_vote(vote),
                ConsensusMessage::Proposal(proposal) => taken.take_proposal(proposal.header()),
                ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => {}
            }
        }
        for (header, _) in memory.headers.iter().filter(|(it, _)| it.height == height) {
            taken.take_proposal(*header);
        }
        taken
    }

    /// Claims in `own` all that was signed before.
    pub(super) fn claim_in(&self, own: &mut OwnVotes) {
        own.claim_all(self.votes.values(), self.proposals.values());
    }

    fn take_vote(&mut self, vote: &Vote) {
        self.last = self.last.max(vote.round);
        self.votes.entry((vote.round, vote.kind)).or_insert_with(|| vote.clone());
        if let (VoteKind::Precommit, Some(id)) = (vote.kind, vote.value)
            && self.lock.is_none_or(|(round, _)| round < vote.round)
        {
            self.lock = Some((vote.round, id));
        }
    }

    fn take_proposal(&mut self, header: ProposalHeader) {
        self.last = self.last.max(header.round);
        self.proposals.entry(header.round).or_insert(header);
    }

    /// Notes which blocks have a polka of which round.
    pub(super) fn note_polkas(&mut self, polkas: impl Iterator<Item = (Round, Digest)>) {
        let Some((locked, _)) = self.lock else { return };
        self.unlocked.extend(polkas.filter(|(round, _)| *round >= locked).map(|(_, id)| id));
    }

    /// What to sign where the core wants this vote signed.
    pub(super) fn instead_of(
        &self,
        round: Round,
        kind: VoteKind,
        value: Option<Digest>,
    ) -> Instead {
        if let Some(vote) = self.votes.get(&(round, kind)) {
            return Instead::Recorded(vote.clone());
        }
        let Some(id) = value else { return Instead::Nothing };
        let is_locked_out = kind == VoteKind::Prevote
            && self.lock.is_some_and(|(_, locked)| locked != id && !self.unlocked.contains(&id));
        if round < self.last || is_locked_out { Instead::Nil } else { Instead::Nothing }
    }

    /// Whether this node may sign the proposal: the very one that it signed before, or one of a
    /// round that it had not reached.
    pub(super) fn lets_propose(&self, header: &ProposalHeader) -> bool {
        match self.proposals.get(&header.round) {
            Some(before) => before == header,
            None => header.round >= self.last,
        }
    }

    /// Whether a new block may be proposed in `round`.
    pub(super) fn lets_build(&self, round: Round) -> bool {
        round >= self.last && !self.proposals.contains_key(&round)
    }
}
