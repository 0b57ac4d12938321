//! Proof that a member signed two messages that exclude each other.
//!
//! What it guarantees: evidence that verifies convicts its signer without anybody's word. What it does
//! not: a pair that was found and not verified convicts nobody.

use nemcon_crypto::{Digest, PublicKey, Signature};
use nemcon_ledger::Height;
use serde::{Deserialize, Serialize};

use super::member_key::MemberKey;
use super::message::{ProposalHeader, Vote};
use super::sign_bytes;

/// Two messages of one member that no honest node signs both.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Evidence {
    /// Two votes of one kind, height and round for different values.
    Votes(Vote, Vote),
    /// Two different proposals of one height and round; the blocks are left out.
    Proposals {
        /// Who signed both.
        signer: MemberKey,
        /// The one, with its signature.
        first: (ProposalHeader, Signature),
        /// The other, with its signature.
        second: (ProposalHeader, Signature),
    },
}

/// Why evidence convicts nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not this member's messages.
    #[error("the messages are another member's")]
    Signer,
    /// An honest node may sign both.
    #[error("the messages do not exclude each other")]
    Compatible,
    /// A signature does not verify.
    #[error("a signature does not verify")]
    Signature,
}

impl Evidence {
    /// The pair in a fixed order, so that one misdeed is one value.
    pub(super) fn in_order(self) -> Self {
        match self {
            Self::Votes(one, other) if one > other => Self::Votes(other, one),
            Self::Proposals { signer, first, second } if first > second => {
                Self::Proposals { signer, first: second, second: first }
            }
            ordered => ordered,
        }
    }

    /// Checks that `key`, the signer's, signed two messages that exclude each other in the council
    /// of this digest.
    ///
    /// # Errors
    /// [`EvidenceError`], by the first condition that fails.
    pub fn verify(&self, council: Digest, key: &PublicKey) -> Result<(), EvidenceError> {
        if MemberKey::of(key) != self.signer() {
            return Err(EvidenceError::Signer);
        }
        let (excluding, one, other) = match self {
            Self::Votes(one, other) => (
                (one.signer, one.kind, one.height, one.round)
                    == (other.signer, other.kind, other.height, other.round)
                    && one.value != other.value,
                (vote_bytes(council, one), one.signature),
                (vote_bytes(council, other), other.signature),
            ),
            Self::Proposals { first: (one, first), second: (other, second), .. } => (
                (one.height, one.round) == (other.height, other.round) && one != other,
                (sign_bytes::proposal(council, one), *first),
                (sign_bytes::proposal(council, other), *second),
            ),
        };
        if !excluding {
            return Err(EvidenceError::Compatible);
        }
        let holds = |(bytes, signature): &(Vec<u8>, _)| key.verify(bytes, signature).is_ok();
        if holds(&one) && holds(&other) { Ok(()) } else { Err(EvidenceError::Signature) }
    }

    /// The height of both messages.
    pub const fn height(&self) -> Height {
        match self {
            Self::Votes(vote, _) => vote.height,
            Self::Proposals { first: (header, _), .. } => header.height,
        }
    }

    /// Whom it convicts.
    pub const fn signer(&self) -> MemberKey {
        match self {
            Self::Votes(vote, _) => vote.signer,
            Self::Proposals { signer, .. } => *signer,
        }
    }
}

fn vote_bytes(council: Digest, vote: &Vote) -> Vec<u8> {
    sign_bytes::vote(council, vote.kind, vote.height, vote.round, vote.value)
}
