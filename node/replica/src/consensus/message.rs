//! What nodes say to each other, log and keep as evidence; every type travels by serde.

use core::fmt;
use std::sync::Arc;

use nemcon_crypto::hash::sha256;
use nemcon_crypto::{Digest, Signature};
use nemcon_ledger::Height;
use serde::de::{Deserializer, Error as DecodeError, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::roster::MemberKey;

/// An attempt to decide one height, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Round(pub u32);

/// The bytes of a block with their SHA-256; cheap to copy. Travels as the bytes alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockBytes {
    digest: Digest,
    bytes: Arc<[u8]>,
}

/// Which of the two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum VoteKind {
    /// "This proposal is acceptable."
    Prevote,
    /// "More than two thirds prevoted for it."
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
    /// More than a third vote in a later round: go there.
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
    /// Help for who missed prevotes.
    Polka(PolkaCertificate),
    /// Help for who is rounds behind.
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
    /// A vote, another's or our own.
    Vote(Vote),
    /// A proposal, another's or our own.
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
        /// Which of the three.
        step: StepTimeout,
    },
}

impl BlockBytes {
    /// Takes the bytes and hashes them.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { digest: sha256(&bytes), bytes }
    }

    /// SHA-256 of the bytes.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }
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
}

impl ConsensusMessage {
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
}

impl fmt::Debug for BlockBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.digest)
    }
}

impl Serialize for BlockBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

struct BlockVisitor;

impl<'de> Visitor<'de> for BlockVisitor {
    type Value = BlockBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a block")
    }

    fn visit_bytes<E: DecodeError>(self, bytes: &[u8]) -> Result<BlockBytes, E> {
        Ok(BlockBytes::new(bytes))
    }

    fn visit_byte_buf<E: DecodeError>(self, bytes: Vec<u8>) -> Result<BlockBytes, E> {
        Ok(BlockBytes::new(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<BlockBytes, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = seq.next_element()? {
            bytes.push(byte);
        }
        Ok(BlockBytes::new(bytes))
    }
}

impl<'de> Deserialize<'de> for BlockBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BlockVisitor)
    }
}
