//! The proof that a block was decided, checkable without an engine.
//!
//! What it guarantees: a certificate that verifies holds precommits of more than two thirds of the roster
//! for one block. What it does not: it says nothing of whether the block is valid.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, Signature};
use nemcon_ledger::Height;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::member_key::MemberKey;
use super::message::{Vote, VoteKind};
use super::roster::Roster;
use super::round::Round;
use super::sign_bytes;

/// More than two thirds of precommits for one block in one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitCertificate {
    /// The height decided.
    pub height: Height,
    /// The round of the precommits.
    pub round: Round,
    /// The block's id.
    pub value_id: Digest,
    /// Roster position (counted from 0) and precommit signature, by strictly ascending position.
    pub signatures: Vec<(u16, Signature)>,
}

/// Why a commit certificate proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Positions are not strictly ascending: a member twice, or another order.
    #[error("the signatures do not stand in roster order, each once")]
    Order,
    /// A position beyond the roster.
    #[error("no member has position {0}")]
    Position(u16),
    /// Two thirds of the members or fewer.
    #[error("{signed} of {members} members signed: not more than two thirds")]
    NoQuorum {
        /// Distinct signers.
        signed: usize,
        /// Members of the roster.
        members: usize,
    },
    /// A signature does not verify.
    #[error("a signature does not verify")]
    Signature,
}

impl CommitCertificate {
    /// Checks that more than two thirds of `roster`, which must be that of [`Self::height`], signed
    /// precommits for [`Self::value_id`] in the council of this digest.
    ///
    /// # Errors
    /// [`CertificateError`], by the first condition that fails; signatures last.
    pub fn verify(&self, council: Digest, roster: &Roster) -> Result<(), CertificateError> {
        if !self.signatures.is_sorted_by(|(one, _), (next, _)| one < next) {
            return Err(CertificateError::Order);
        }
        let (signed, members) = (self.signatures.len(), roster.len());
        if let Some((last, _)) = self.signatures.last()
            && usize::from(*last) >= members
        {
            return Err(CertificateError::Position(*last));
        }
        if !roster.is_quorum(signed) {
            return Err(CertificateError::NoQuorum { signed, members });
        }
        let message = self.sign_bytes(council);
        let holds = |(position, signature): &(u16, Signature)| {
            roster.key_at(*position).is_some_and(|key| key.verify(&message, signature).is_ok())
        };
        if self.signatures.iter().all(holds) { Ok(()) } else { Err(CertificateError::Signature) }
    }

    /// The members that signed both this certificate and another one of its round for another block, each
    /// with its two votes. Both certificates must verify under `roster`.
    pub fn double_votes(&self, other: &Self, roster: &Roster) -> Vec<Evidence> {
        let is_same_round = (self.height, self.round) == (other.height, other.round);
        if !is_same_round || self.value_id == other.value_id {
            return Vec::new();
        }
        let theirs: BTreeMap<_, _> = other.votes(roster).map(|it| (it.signer, it)).collect();
        let pair = |one: Vote| {
            let other = theirs.get(&one.signer)?.clone();
            Some(Evidence::Votes(one, other).in_order())
        };
        self.votes(roster).filter_map(pair).collect()
    }

    /// The precommits that it consists of.
    pub(super) fn votes(&self, roster: &Roster) -> impl Iterator<Item = Vote> {
        self.signatures.iter().filter_map(|(position, signature)| {
            Some(Vote {
                kind: VoteKind::Precommit,
                height: self.height,
                round: self.round,
                value: Some(self.value_id),
                signer: MemberKey::of(roster.key_at(*position)?),
                signature: *signature,
            })
        })
    }

    fn sign_bytes(&self, council: Digest) -> Vec<u8> {
        let value = Some(self.value_id);
        sign_bytes::vote(council, VoteKind::Precommit, self.height, self.round, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::SecretKey;
    use nemcon_crypto::hash::sha256;

    fn signed(n: u8, signers: &[u16]) -> (Roster, CommitCertificate) {
        let keys: Vec<_> = (0..n).map(|seed| SecretKey::from_seed(&[seed; 32])).collect();
        let roster = Roster::new(&keys.iter().map(SecretKey::public).collect::<Vec<_>>()).unwrap();
        let (height, round, value_id) = (Height(9), Round(1), sha256(b"block"));
        let mut made = CommitCertificate { height, round, value_id, signatures: Vec::new() };
        let message = made.sign_bytes(sha256(b"council"));
        made.signatures = signers
            .iter()
            .map(|signer| (*signer, keys[usize::from(*signer)].sign(&message)))
            .collect();
        (roster, made)
    }

    #[test]
    fn a_certificate_needs_strictly_more_than_two_thirds() {
        for n in [1_u16, 2, 3, 4, 6, 7, 27] {
            for count in 0..=n {
                let signers: Vec<_> = (0..count).collect();
                let (roster, made) = signed(u8::try_from(n).unwrap(), &signers);
                let verified = made.verify(sha256(b"council"), &roster).is_ok();
                assert_eq!(verified, 3 * count > 2 * n, "{count} of {n}");
            }
        }
    }

    #[test]
    fn a_certificate_with_one_defect_is_refused() {
        let council = sha256(b"council");
        let (roster, good) = signed(4, &[0, 2, 3]);
        assert_eq!(good.verify(council, &roster), Ok(()));
        assert_eq!(good.verify(sha256(b"other"), &roster), Err(CertificateError::Signature));
        let mut twice = good.clone();
        twice.signatures[1] = twice.signatures[0];
        assert_eq!(twice.verify(council, &roster), Err(CertificateError::Order));
        let mut stranger = good.clone();
        stranger.signatures[2].0 = 4;
        assert_eq!(stranger.verify(council, &roster), Err(CertificateError::Position(4)));
        let mut moved = good.clone();
        moved.round = Round(2);
        assert_eq!(moved.verify(council, &roster), Err(CertificateError::Signature));
        let mut swapped = good;
        swapped.signatures[0].0 = 1;
        assert_eq!(swapped.verify(council, &roster), Err(CertificateError::Signature));
    }
}
