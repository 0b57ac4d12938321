//! Between the types of messages and those of the consensus core.
//!
//! What it guarantees: each pair of functions, `x_in` and `x_out`, is each other's inverse.

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types as types;
use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use types::{NilOrVal, SignedProposal, SignedVote, Timeout, TimeoutKind, VoteType};

use super::block::BlockValue;
use super::certificate::CommitCertificate;
use super::context::{CoreHeight, CoreProposal, CoreVote, Ctx};
use super::evidence::Evidence;
use super::message::{
    PolkaCertificate, Proposal, RoundCertificate, RoundCertificateKind, RoundVote, StepTimeout,
    Vote, VoteKind, WalEntry,
};
use super::roster::Roster;
use super::round::Round;

pub(super) fn height_in(height: Height) -> CoreHeight {
    CoreHeight(height.0)
}

pub(super) fn height_out(height: CoreHeight) -> Height {
    Height(height.0)
}

pub(super) fn round_in(round: Round) -> types::Round {
    types::Round::new(round.0)
}

/// A round of the core; its nil round is `None`.
pub(super) fn round_out(round: types::Round) -> Option<Round> {
    round.as_u32().map(Round)
}

fn round_defined(round: types::Round) -> Round {
    round_out(round).expect("votes, proposals and certificates have a round")
}

fn kind_in(kind: VoteKind) -> VoteType {
    match kind {
        VoteKind::Prevote => VoteType::Prevote,
        VoteKind::Precommit => VoteType::Precommit,
    }
}

fn kind_out(kind: VoteType) -> VoteKind {
    match kind {
        VoteType::Prevote => VoteKind::Prevote,
        VoteType::Precommit => VoteKind::Precommit,
    }
}

fn value_in(value: Option<Digest>) -> NilOrVal<Digest> {
    value.map_or(NilOrVal::Nil, NilOrVal::Val)
}

fn value_out(value: NilOrVal<Digest>) -> Option<Digest> {
    match value {
        NilOrVal::Nil => None,
        NilOrVal::Val(id) => Some(id),
    }
}

pub(super) fn vote_in(vote: &Vote) -> SignedVote<Ctx> {
    let message = CoreVote {
        kind: kind_in(vote.kind),
        height: height_in(vote.height),
        round: round_in(vote.round),
        value: value_in(vote.value),
        signer: vote.signer,
    };
    SignedVote::new(message, vote.signature)
}

pub(super) fn vote_out(vote: &SignedVote<Ctx>) -> Vote {
    let message = &vote.message;
    Vote {
        kind: kind_out(message.kind),
        height: height_out(message.height),
        round: round_defined(message.round),
        value: value_out(message.value),
        signer: message.signer,
        signature: vote.signature,
    }
}

pub(super) fn proposal_in(proposal: &Proposal, value: BlockValue) -> SignedProposal<Ctx> {
    let message = CoreProposal {
        height: height_in(proposal.height),
        round: round_in(proposal.round),
        pol_round: proposal.pol_round.map_or(types::Round::Nil, round_in),
        value,
        signer: proposal.signer,
    };
    SignedProposal::new(message, proposal.signature)
}

pub(super) fn proposal_out(proposal: &SignedProposal<Ctx>) -> Proposal {
    let message = &proposal.message;
    Proposal {
        height: height_out(message.height),
        round: round_defined(message.round),
        pol_round: round_out(message.pol_round),
        block: message.value.bytes.clone(),
        signer: message.signer,
        signature: proposal.signature,
    }
}

pub(super) fn polka_in(certificate: &PolkaCertificate) -> types::PolkaCertificate<Ctx> {
    let signature = |(member, signature): &_| types::PolkaSignature::new(*member, *signature);
    types::PolkaCertificate {
        height: height_in(certificate.height),
        round: round_in(certificate.round),
        value_id: certificate.value,
        polka_signatures: certificate.signatures.iter().map(signature).collect(),
    }
}

pub(super) fn polka_out(certificate: &types::PolkaCertificate<Ctx>) -> PolkaCertificate {
    let signatures = certificate.polka_signatures.iter();
    PolkaCertificate {
        height: height_out(certificate.height),
        round: round_defined(certificate.round),
        value: certificate.value_id,
        signatures: signatures.map(|entry| (entry.address, entry.signature)).collect(),
    }
}

pub(super) fn round_certificate_in(certificate: &RoundCertificate) -> types::RoundCertificate<Ctx> {
    let vote = |vote: &RoundVote| {
        let (kind, value) = (kind_in(vote.kind), value_in(vote.value));
        types::RoundSignature::new(kind, value, vote.signer, vote.signature)
    };
    types::RoundCertificate {
        height: height_in(certificate.height),
        round: round_in(certificate.round),
        cert_type: match certificate.kind {
            RoundCertificateKind::Skip => types::RoundCertificateType::Skip,
            RoundCertificateKind::Precommit => types::RoundCertificateType::Precommit,
        },
        round_signatures: certificate.votes.iter().map(vote).collect(),
    }
}

pub(super) fn round_certificate_out(
    certificate: &types::RoundCertificate<Ctx>,
) -> RoundCertificate {
    let vote = |entry: &types::RoundSignature<Ctx>| RoundVote {
        kind: kind_out(entry.vote_type),
        value: value_out(entry.value_id),
        signer: entry.address,
        signature: entry.signature,
    };
    RoundCertificate {
        height: height_out(certificate.height),
        round: round_defined(certificate.round),
        kind: match certificate.cert_type {
            types::RoundCertificateType::Skip => RoundCertificateKind::Skip,
            types::RoundCertificateType::Precommit => RoundCertificateKind::Precommit,
        },
        votes: certificate.round_signatures.iter().map(vote).collect(),
    }
}

/// Signers by position, each once, as [`CommitCertificate::verify`] wants them.
pub(super) fn commit_out(
    certificate: &types::CommitCertificate<Ctx>,
    roster: &Roster,
) -> CommitCertificate {
    let position = |entry: &types::CommitSignature<Ctx>| {
        roster.position(&entry.address).map(|position| (position, entry.signature))
    };
    let mut signatures: Vec<_> =
        certificate.commit_signatures.iter().filter_map(position).collect();
    signatures.sort_unstable_by_key(|(position, _)| *position);
    signatures.dedup_by_key(|(position, _)| *position);
    CommitCertificate {
        height: height_out(certificate.height),
        round: round_defined(certificate.round),
        value_id: certificate.value_id,
        signatures,
    }
}

/// The double votes that the core has noticed. Double proposals are noticed before the core sees them.
pub(super) fn evidence_out(misbehavior: &malachite::MisbehaviorEvidence<Ctx>) -> Vec<Evidence> {
    let pairs = misbehavior.votes.iter().flat_map(|(_, pairs)| pairs);
    pairs.map(|(one, other)| Evidence::Votes(vote_out(one), vote_out(other)).in_order()).collect()
}

/// The log entry of an input that the core wants logged.
pub(super) fn wal_out(height: CoreHeight, input: &malachite::Input<Ctx>) -> Option<WalEntry> {
    match input {
        malachite::Input::Vote(vote) => Some(WalEntry::Vote(vote_out(vote))),
        malachite::Input::Proposal(proposal) => Some(WalEntry::Proposal(proposal_out(proposal))),
        malachite::Input::ProposedValue(built, _) => Some(WalEntry::Built {
            height: height_out(built.height),
            round: round_defined(built.round),
            block: built.value.bytes.clone(),
        }),
        malachite::Input::PolkaCertificate(polka) => Some(WalEntry::Polka(polka_out(polka))),
        malachite::Input::TimeoutElapsed(timeout) => Some(WalEntry::Timeout {
            height: height_out(height),
            round: round_defined(timeout.round),
            step: step_out(timeout.kind)?,
        }),
        malachite::Input::StartHeight(..)
        | malachite::Input::RoundCertificate(_)
        | malachite::Input::Propose(_)
        | malachite::Input::SyncValueResponse(_) => None,
    }
}

fn step_out(kind: TimeoutKind) -> Option<StepTimeout> {
    match kind {
        TimeoutKind::Propose => Some(StepTimeout::Propose),
        TimeoutKind::Prevote => Some(StepTimeout::Prevote),
        TimeoutKind::Precommit => Some(StepTimeout::Precommit),
        TimeoutKind::Rebroadcast | TimeoutKind::FinalizeHeight(_) => None,
    }
}

pub(super) fn timeout_in(round: Round, step: StepTimeout) -> Timeout {
    let kind = match step {
        StepTimeout::Propose => TimeoutKind::Propose,
        StepTimeout::Prevote => TimeoutKind::Prevote,
        StepTimeout::Precommit => TimeoutKind::Precommit,
    };
    Timeout::new(round_in(round), kind)
}
