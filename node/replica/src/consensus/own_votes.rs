//! What this node has signed at one height, and the latest messages, to send again.
//!
//! What it guarantees: one kind of message of one round is claimed once; a second, different one is
//! refused.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;

use super::message::{
    ConsensusMessage, PolkaCertificate, Proposal, ProposalHeader, RoundCertificate, Vote, VoteKind,
};
use super::round::Round;

/// This node's own messages of one height. Grows by three entries a round.
#[derive(Debug, Default)]
pub(super) struct OwnVotes {
    votes: BTreeMap<(Round, VoteKind), Option<Digest>>,
    proposals: BTreeMap<Round, ProposalHeader>,
    proposal: Option<Proposal>,
    polka: Option<PolkaCertificate>,
    round_certificate: Option<RoundCertificate>,
    prevote: Option<Vote>,
    precommit: Option<Vote>,
}

impl OwnVotes {
    /// Claims the one vote of this kind and round; `false` if another was signed before.
    pub(super) fn claim_vote(&mut self, round: Round, kind: VoteKind, v: Option<Digest>) -> bool {
        *self.votes.entry((round, kind)).or_insert(v) == v
    }

    /// Claims the one proposal of its round; `false` if another was signed before.
    pub(super) fn claim_proposal(&mut self, header: ProposalHeader) -> bool {
        *self.proposals.entry(header.round).or_insert(header) == header
    }

    /// Claims what this node signed before it lost its log.
    pub(super) fn claim_all<'a>(
        &mut self,
        votes: impl Iterator<Item = &'a Vote>,
        proposals: impl Iterator<Item = &'a ProposalHeader>,
    ) {
        self.votes.extend(votes.map(|vote| ((vote.round, vote.kind), vote.value)));
        self.proposals.extend(proposals.map(|header| (header.round, *header)));
    }

    pub(super) fn has_signed(&self, message: &ConsensusMessage) -> bool {
        match message {
            ConsensusMessage::Vote(vote) => {
                self.votes.get(&(vote.round, vote.kind)) == Some(&vote.value)
            }
            ConsensusMessage::Proposal(proposal) => {
                self.proposals.get(&proposal.round) == Some(&proposal.header())
            }
            ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => false,
        }
    }

    /// Remembers what was just broadcast; a later message takes its predecessor's place.
    pub(super) fn sent(&mut self, message: &ConsensusMessage) {
        match message.clone() {
            ConsensusMessage::Vote(vote) => match vote.kind {
                VoteKind::Prevote => self.prevote = Some(vote),
                VoteKind::Precommit => self.precommit = Some(vote),
            },
            ConsensusMessage::Proposal(proposal) => self.proposal = Some(proposal),
            ConsensusMessage::Polka(polka) => self.polka = Some(polka),
            ConsensusMessage::Round(certificate) => self.round_certificate = Some(certificate),
        }
    }

    /// The proposal of `round`, if this node made it.
    pub(super) fn proposal_of(&self, round: Round) -> Option<&Proposal> {
        self.proposal.as_ref().filter(|proposal| proposal.round == round)
    }

    /// The latest of each, in the order in which a newcomer can use them.
    pub(super) fn latest(&self) -> Vec<ConsensusMessage> {
        let parts = [
            self.round_certificate.clone().map(ConsensusMessage::Round),
            self.polka.clone().map(ConsensusMessage::Polka),
            self.proposal.clone().map(ConsensusMessage::Proposal),
            self.prevote.clone().map(ConsensusMessage::Vote),
            self.precommit.clone().map(ConsensusMessage::Vote),
        ];
        parts.into_iter().flatten().collect()
    }
}
