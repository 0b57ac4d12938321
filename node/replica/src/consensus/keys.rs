//! Signing, and verifying with a memory of what was verified.
//!
//! What it guarantees: only keys of the roster at hand count, and a certificate counts each member once.

use std::collections::{BTreeSet, VecDeque};

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types as types;
use malachite::ConsensusMsg;
use nemcon_crypto::hash::sha256_parts;
use nemcon_crypto::{Digest, PublicKey, SecretKey, Signature};

use super::certificate::CommitCertificate;
use super::context::{CoreProposal, CoreVote, Ctx};
use super::limits::SIGNATURES_CACHED_MAX;
use super::member_key::MemberKey;
use super::message::{
    PolkaCertificate, Proposal, ProposalHeader, RoundCertificate, RoundCertificateKind, Vote,
    VoteKind,
};
use super::roster::Roster;
use super::sign_bytes;
use super::translate::{commit_out, polka_out, proposal_out, round_certificate_out, vote_out};

/// A node's key, its council, and the signatures that were found good.
pub(super) struct Keys {
    council: Digest,
    key: SecretKey,
    me: MemberKey,
    verified: BTreeSet<Digest>,
    oldest_first: VecDeque<Digest>,
}

/// The signature of a message that this node must not sign.
pub(super) const UNSIGNED: Signature = Signature::from_bytes([0; 64]);

impl Keys {
    pub(super) fn new(council: Digest, key: SecretKey) -> Self {
        let me = MemberKey::of(&key.public());
        let (verified, oldest_first) = (BTreeSet::new(), VecDeque::new());
        Self { council, key, me, verified, oldest_first }
    }

    pub(super) const fn me(&self) -> MemberKey {
        self.me
    }

    pub(super) fn me_public(&self) -> PublicKey {
        self.key.public()
    }

    pub(super) fn set_key(&mut self, key: SecretKey) {
        self.me = MemberKey::of(&key.public());
        self.key = key;
    }

    pub(super) fn sign_vote(&self, vote: CoreVote) -> types::SignedVote<Ctx> {
        let wire = vote_out(&types::SignedVote::new(vote.clone(), UNSIGNED));
        types::SignedVote::new(vote, self.key.sign(&self.vote_bytes(&wire)))
    }

    pub(super) fn sign_proposal(&self, proposal: CoreProposal) -> types::SignedProposal<Ctx> {
        let wire = proposal_out(&types::SignedProposal::new(proposal.clone(), UNSIGNED));
        let bytes = sign_bytes::proposal(self.council, &wire.header());
        types::SignedProposal::new(proposal, self.key.sign(&bytes))
    }

    pub(super) fn is_vote_good(&mut self, vote: &Vote, roster: &Roster) -> bool {
        let bytes = self.vote_bytes(vote);
        self.is_good(roster, vote.signer, &bytes, &vote.signature)
    }

    pub(super) fn is_proposal_good(&mut self, proposal: &Proposal, roster: &Roster) -> bool {
        let bytes = sign_bytes::proposal(self.council, &proposal.header());
        self.is_good(roster, proposal.signer, &bytes, &proposal.signature)
    }

    /// Whether this node itself signed the proposal of this header.
    pub(super) fn is_own_header_good(
        &mut self,
        header: &ProposalHeader,
        signature: &Signature,
        roster: &Roster,
    ) -> bool {
        self.is_header_good(self.me, header, signature, roster)
    }

    pub(super) fn is_header_good(
        &mut self,
        signer: MemberKey,
        header: &ProposalHeader,
        signature: &Signature,
        roster: &Roster,
    ) -> bool {
        let bytes = sign_bytes::proposal(self.council, header);
        self.is_good(roster, signer, &bytes, signature)
    }

    pub(super) fn is_commit_good(
        &mut self,
        certificate: &types::CommitCertificate<Ctx>,
        roster: &Roster,
    ) -> bool {
        let CommitCertificate { height, round, value_id, signatures } =
            commit_out(certificate, roster);
        let bytes =
            sign_bytes::vote(self.council, VoteKind::Precommit, height, round, Some(value_id));
        let mut good = |(position, signature): &(u16, Signature)| {
            let member = roster.key_at(*position).map(MemberKey::of);
            member.is_some_and(|member| self.is_good(roster, member, &bytes, signature))
        };
        roster.is_quorum(signatures.len()) && signatures.iter().all(&mut good)
    }

    pub(super) fn is_polka_good(
        &mut self,
        certificate: &types::PolkaCertificate<Ctx>,
        roster: &Roster,
    ) -> bool {
        let PolkaCertificate { height, round, value, signatures } = polka_out(certificate);
        let bytes = sign_bytes::vote(self.council, VoteKind::Prevote, height, round, Some(value));
        let signers: BTreeSet<_> = signatures.iter().map(|(member, _)| *member).collect();
        signers.len() == signatures.len()
            && roster.is_quorum(signers.len())
            && signatures
                .iter()
                .all(|(member, signature)| self.is_good(roster, *member, &bytes, signature))
    }

    pub(super) fn is_round_good(
        &mut self,
        certificate: &types::RoundCertificate<Ctx>,
        roster: &Roster,
    ) -> bool {
        let RoundCertificate { height, round, kind, votes } = round_certificate_out(certificate);
        let signers: BTreeSet<_> = votes.iter().map(|vote| vote.signer).collect();
        let (enough, prevotes) = match kind {
            RoundCertificateKind::Skip => (roster.is_over_a_third(signers.len()), true),
            RoundCertificateKind::Precommit => (roster.is_quorum(signers.len()), false),
        };
        let council = self.council;
        enough
            && signers.len() == votes.len()
            && votes.iter().all(|vote| prevotes || vote.kind == VoteKind::Precommit)
            && votes.iter().all(|vote| {
                let bytes = sign_bytes::vote(council, vote.kind, height, round, vote.value);
                self.is_good(roster, vote.signer, &bytes, &vote.signature)
            })
    }

    pub(super) fn is_core_message_good(
        &mut self,
        message: &types::SignedMessage<Ctx, ConsensusMsg<Ctx>>,
        roster: &Roster,
    ) -> bool {
        let signature = message.signature;
        match &message.message {
            ConsensusMsg::Vote(vote) => {
                let vote = vote_out(&types::SignedVote::new(vote.clone(), signature));
                self.is_vote_good(&vote, roster)
            }
            ConsensusMsg::Proposal(proposal) => {
                let proposal =
                    proposal_out(&types::SignedProposal::new(proposal.clone(), signature));
                self.is_proposal_good(&proposal, roster)
            }
        }
    }

    fn vote_bytes(&self, vote: &Vote) -> Vec<u8> {
        sign_bytes::vote(self.council, vote.kind, vote.height, vote.round, vote.value)
    }

    /// Whether a member of `roster` signed `bytes`; a signature found good before costs a hash.
    fn is_good(
        &mut self,
        roster: &Roster,
        member: MemberKey,
        bytes: &[u8],
        signature: &Signature,
    ) -> bool {
        let Some(key) = roster.key(&member) else { return false };
        let name = sha256_parts(&[&member.0, signature.as_bytes(), bytes]);
        if self.verified.contains(&name) {
            return true;
        }
        let good = key.verify(bytes, signature).is_ok();
        if good {
            self.remember(name);
        }
        good
    }

    fn remember(&mut self, name: Digest) {
        if self.oldest_first.len() >= SIGNATURES_CACHED_MAX
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.verified.remove(&oldest);
        }
        self.verified.insert(name);
        self.oldest_first.push_back(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    #[test]
    fn the_memory_of_good_signatures_is_bounded_and_forgets_the_oldest() {
        let mut keys = Keys::new(sha256(b"council"), SecretKey::from_seed(&[1; 32]));
        let name = |n: usize| sha256(&n.to_be_bytes());
        for n in 0..=SIGNATURES_CACHED_MAX {
            keys.remember(name(n));
        }
        assert_eq!(keys.verified.len(), SIGNATURES_CACHED_MAX);
        assert_eq!(keys.oldest_first.len(), SIGNATURES_CACHED_MAX);
        assert!(!keys.verified.contains(&name(0)) && keys.verified.contains(&name(1)));
    }
}
