//! What nodes say to each other, log and keep as evidence.
//!
//! What it guarantees: every type travels by serde, and one value has one encoding. What it does not:
//! a value of these types has been checked by nobody, its signature least of all.

use nemcon_crypto::{Digest, Signature};
use nemcon_ledger::Height;
use serde::{Deserialize, Serialize};

use super::block::BlockBytes;
use super::member_key::MemberKey;
use super::round::Round;

/// The two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VoteKind {
    /// "I accept this proposal."
    Prevote,
    /// "I have seen more than two thirds of prevotes for it."
    Precommit,
}

/// A signed vote; `value` is the block's id, or `None` for nil.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Vote {
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The height voted at.
    pub height: Height,
    /// The round voted in.
    pub round: Round,
    /// The block's id, or nil.
    pub value: Option<Digest>,
    /// Who votes.
    pub signer: MemberKey,
    /// Over [`super::sign_bytes::vote`].
    pub signature: Signature,
}

/// What a proposal's signature covers, besides its signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProposalHeader {
    /// The height proposed at.
    pub height: Height,
    /// The round proposed in.
    pub round: Round,
    /// The round whose polka allows to propose the block again; `None` for a fresh one.
    pub pol_round: Option<Round>,
    /// SHA-256 of the block's bytes.
    pub content: Digest,
}

/// A proposal without its block, and its signature.
pub type SignedHeader = (ProposalHeader, Signature);

/// A signed proposal with its block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Proposal {
    /// The height proposed at.
    pub height: Height,
    /// The round proposed in.
    pub round: Round,
    /// The round whose polka allows to propose the block again; `None` for a fresh one.
    pub pol_round: Option<Round>,
    /// The block.
    pub block: BlockBytes,
    /// Who proposes.
    pub signer: MemberKey,
    /// Over [`super::sign_bytes::proposal`].
    pub signature: Signature,
}

/// More than two thirds of prevotes for one block in one round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolkaCertificate {
    /// The height of the prevotes.
    pub height: Height,
    /// Their round.
    pub round: Round,
    /// The block's id.
    pub value: Digest,
    /// Who prevoted, with what signature.
    pub signatures: Vec<(MemberKey, Signature)>,
}

/// What a round certificate justifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RoundCertificateKind {
    /// More than a third vote in a later round, so the receiver enters that round.
    Skip,
    /// More than two thirds precommitted, not for one value: the round is over.
    Precommit,
}

/// One vote in a round certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoundVote {
    /// Prevote or precommit.
    pub kind: VoteKind,
    /// The block's id, or nil.
    pub value: Option<Digest>,
    /// Who votes.
    pub signer: MemberKey,
    /// Over [`super::sign_bytes::vote`].
    pub signature: Signature,
}

/// Votes that justify entering a round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RoundCertificate {
    /// The height of the votes.
    pub height: Height,
    /// Their round.
    pub round: Round,
    /// What they justify.
    pub kind: RoundCertificateKind,
    /// The votes.
    pub votes: Vec<RoundVote>,
}

/// Everything that consensus sends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ConsensusMessage {
    /// A vote.
    Vote(Vote),
    /// A proposal with its block.
    Proposal(Proposal),
    /// For a member that missed prevotes.
    Polka(PolkaCertificate),
    /// For a member that is rounds behind.
    Round(RoundCertificate),
}

/// The three timeouts that are part of the protocol and therefore logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum StepTimeout {
    /// No proposal came.
    Propose,
    /// The prevotes do not agree.
    Prevote,
    /// The precommits do not agree.
    Precommit,
}

/// One entry of the write-ahead log: an input that this node acted on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WalEntry {
    /// A vote, of another member or of this node.
    Vote(Vote),
    /// A proposal, of another member or of this node.
    Proposal(Proposal),
    /// The block that this node built, before its proposal is signed.
    Built {
        /// The height it was built for.
        height: Height,
        /// The round it was built for.
        round: Round,
        /// The block.
        block: BlockBytes,
    },
    /// A polka certificate.
    Polka(PolkaCertificate),
    /// A timeout.
    Timeout {
        /// The height it belongs to.
        height: Height,
        /// The round it belongs to.
        round: Round,
        /// The step that ran out of time.
        step: StepTimeout,
    },
}

impl Proposal {
    /// What the signature covers.
    pub const fn header(&self) -> ProposalHeader {
        ProposalHeader {
            height: self.height,
            round: self.round,
            pol_round: self.pol_round,
            content: self.block.digest(),
        }
    }
}

impl ConsensusMessage {
    /// The height that it is about.
    pub const fn height(&self) -> Height {
        match self {
            Self::Vote(vote) => vote.height,
            Self::Proposal(proposal) => proposal.height,
            Self::Polka(certificate) => certificate.height,
            Self::Round(certificate) => certificate.height,
        }
    }

    /// Who signed it; certificates have many signers.
    pub const fn signer(&self) -> Option<MemberKey> {
        match self {
            Self::Vote(vote) => Some(vote.signer),
            Self::Proposal(proposal) => Some(proposal.signer),
            Self::Polka(_) | Self::Round(_) => None,
        }
    }

    /// The round that it is about.
    pub const fn round(&self) -> Round {
        match self {
            Self::Vote(vote) => vote.round,
            Self::Proposal(proposal) => proposal.round,
            Self::Polka(certificate) => certificate.round,
            Self::Round(certificate) => certificate.round,
        }
    }
}

impl WalEntry {
    /// The height that it belongs to; entries of other heights are dead.
    pub const fn height(&self) -> Height {
        match self {
            Self::Vote(vote) => vote.height,
            Self::Proposal(proposal) => proposal.height,
            Self::Polka(certificate) => certificate.height,
            Self::Built { height, .. } | Self::Timeout { height, .. } => *height,
        }
    }

    /// The message that was logged, if it was one.
    pub(super) fn message(&self) -> Option<ConsensusMessage> {
        match self {
            Self::Vote(vote) => Some(ConsensusMessage::Vote(vote.clone())),
            Self::Proposal(proposal) => Some(ConsensusMessage::Proposal(proposal.clone())),
            Self::Polka(polka) => Some(ConsensusMessage::Polka(polka.clone())),
            Self::Built { .. } | Self::Timeout { .. } => None,
        }
    }
}
