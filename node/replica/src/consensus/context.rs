//! The types that the Malachite crates are instantiated with.
//!
//! What it guarantees: each member has one vote, and the proposer is the one that [`Roster::proposer`]
//! names.

use core::fmt;

use arc_malachitebft_core_types as types;
use nemcon_crypto::{Digest, PublicKey, SecretKey, Signature};
use types::{NilOrVal, SignedExtension, VoteType};

use super::block::BlockValue;
use super::member_key::MemberKey;
use super::roster::{Roster, Seat};
use super::round::Round;

/// The name of the instantiation; it holds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ctx;

/// A height, as the core counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CoreHeight(pub(super) u64);

/// An unsigned vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CoreVote {
    pub(super) kind: VoteType,
    pub(super) height: CoreHeight,
    pub(super) round: types::Round,
    pub(super) value: NilOrVal<Digest>,
    pub(super) signer: MemberKey,
}

/// An unsigned proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CoreProposal {
    pub(super) height: CoreHeight,
    pub(super) round: types::Round,
    pub(super) pol_round: types::Round,
    pub(super) value: BlockValue,
    pub(super) signer: MemberKey,
}

/// Proposals carry their block whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoPart;

/// Ed25519 as `nemcon_crypto` does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scheme;

/// Bytes that are no key or signature.
#[derive(Debug, thiserror::Error)]
#[error("not a key or signature")]
pub(super) struct Undecodable;

impl types::Context for Ctx {
    type Address = MemberKey;
    type Height = CoreHeight;
    type ProposalPart = NoPart;
    type Proposal = CoreProposal;
    type Validator = Seat;
    type ValidatorSet = Roster;
    type Timeouts = types::LinearTimeouts;
    type Value = BlockValue;
    type Vote = CoreVote;
    type Extension = ();
    type SigningScheme = Scheme;

    fn select_proposer<'a>(
        &self,
        roster: &'a Roster,
        height: CoreHeight,
        round: types::Round,
    ) -> &'a Seat {
        roster.seat_of_proposer(height.0, Round(round.as_u32().unwrap_or_default()))
    }

    fn new_proposal(
        &self,
        height: CoreHeight,
        round: types::Round,
        value: BlockValue,
        pol_round: types::Round,
        signer: MemberKey,
    ) -> CoreProposal {
        CoreProposal { height, round, pol_round, value, signer }
    }

    fn new_prevote(
        &self,
        height: CoreHeight,
        round: types::Round,
        value: NilOrVal<Digest>,
        signer: MemberKey,
    ) -> CoreVote {
        CoreVote { kind: VoteType::Prevote, height, round, value, signer }
    }

    fn new_precommit(
        &self,
        height: CoreHeight,
        round: types::Round,
        value: NilOrVal<Digest>,
        signer: MemberKey,
    ) -> CoreVote {
        CoreVote { kind: VoteType::Precommit, height, round, value, signer }
    }
}

impl types::Address for MemberKey {}

impl types::Value for BlockValue {
    type Id = Digest;

    fn id(&self) -> Digest {
        self.id
    }
}

impl types::Height for CoreHeight {
    const ZERO: Self = Self(0);
    const INITIAL: Self = Self(1);

    fn increment_by(&self, n: u64) -> Self {
        Self(self.0.saturating_add(n))
    }

    fn decrement_by(&self, n: u64) -> Option<Self> {
        self.0.checked_sub(n).map(Self)
    }

    fn as_u64(&self) -> u64 {
        self.0
    }
}

impl fmt::Display for CoreHeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl types::Validator<Ctx> for Seat {
    fn address(&self) -> &MemberKey {
        &self.member
    }

    fn public_key(&self) -> &PublicKey {
        &self.key
    }

    fn voting_power(&self) -> types::VotingPower {
        1
    }
}

impl types::ValidatorSet<Ctx> for Roster {
    fn count(&self) -> usize {
        self.len()
    }

    fn total_voting_power(&self) -> types::VotingPower {
        self.len() as types::VotingPower
    }

    fn get_by_address(&self, member: &MemberKey) -> Option<&Seat> {
        self.seat_of(member)
    }

    fn get_by_index(&self, place: usize) -> Option<&Seat> {
        self.seat(place)
    }
}

impl types::Vote<Ctx> for CoreVote {
    fn height(&self) -> CoreHeight {
        self.height
    }

    fn round(&self) -> types::Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<Digest> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<Digest> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &MemberKey {
        &self.signer
    }

    fn extension(&self) -> Option<&SignedExtension<Ctx>> {
        None
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Ctx>> {
        None
    }

    fn extend(self, _extension: SignedExtension<Ctx>) -> Self {
        self
    }
}

impl types::Proposal<Ctx> for CoreProposal {
    fn height(&self) -> CoreHeight {
        self.height
    }

    fn round(&self) -> types::Round {
        self.round
    }

    fn value(&self) -> &BlockValue {
        &self.value
    }

    fn take_value(self) -> BlockValue {
        self.value
    }

    fn pol_round(&self) -> types::Round {
        self.pol_round
    }

    fn validator_address(&self) -> &MemberKey {
        &self.signer
    }
}

impl types::ProposalPart<Ctx> for NoPart {
    fn is_first(&self) -> bool {
        true
    }

    fn is_last(&self) -> bool {
        true
    }
}

impl types::SigningScheme for Scheme {
    type DecodingError = Undecodable;
    type Signature = Signature;
    type PublicKey = PublicKey;
    type PrivateKey = SecretKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, Undecodable> {
        bytes.try_into().map(Signature::from_bytes).map_err(|_| Undecodable)
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.as_bytes().to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<PublicKey, Undecodable> {
        let bytes = bytes.try_into().map_err(|_| Undecodable)?;
        PublicKey::from_bytes(bytes).map_err(|_| Undecodable)
    }

    fn encode_public_key(key: &PublicKey) -> Vec<u8> {
        key.as_bytes().to_vec()
    }
}
