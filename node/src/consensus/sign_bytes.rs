//! The bytes that node keys sign in consensus.
//!
//! ```text
//! offset  bytes
//!   0       1   0x00: no signed note can begin with it
//!   1      19   ASCII "nemcon/v1 consensus"
//!  20      32   council digest
//!  52       1   kind: 1 proposal, 2 prevote, 3 precommit
//!  53       8   height, big-endian
//!  61       4   round, big-endian
//!          votes (98 bytes in all)
//!  65       1   0 nil, 1 a block
//!  66      32   the block's id; zeroes for nil
//!          proposals (102 bytes in all)
//!  65       1   0 fresh, 1 proposed again
//!  66       4   the polka's round, big-endian; zeroes for a fresh one
//!  70      32   SHA-256 of the block's bytes
//! ```
//!
//! Every field has a fixed place, so no two messages share their bytes.

use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::message::{ProposalHeader, Round, VoteKind};

const DOMAIN: &[u8; 20] = b"\0nemcon/v1 consensus";
const NIL: Digest = Digest::from_bytes([0; 32]);
const KIND_PROPOSAL: u8 = 1;
const KIND_PREVOTE: u8 = 2;
const KIND_PRECOMMIT: u8 = 3;

/// The sign-bytes of a vote.
pub fn vote(
    council: Digest,
    kind: VoteKind,
    height: Height,
    round: Round,
    value: Option<Digest>,
) -> Vec<u8> {
    let kind = match kind {
        VoteKind::Prevote => KIND_PREVOTE,
        VoteKind::Precommit => KIND_PRECOMMIT,
    };
    let mut bytes = prefix(council, kind, height, round);
    bytes.push(u8::from(value.is_some()));
    bytes.extend_from_slice(value.unwrap_or(NIL).as_bytes());
    bytes
}

/// The sign-bytes of a proposal.
pub fn proposal(council: Digest, header: &ProposalHeader) -> Vec<u8> {
    let mut bytes = prefix(council, KIND_PROPOSAL, header.height, header.round);
    bytes.push(u8::from(header.pol_round.is_some()));
    bytes.extend_from_slice(&header.pol_round.unwrap_or_default().0.to_be_bytes());
    bytes.extend_from_slice(header.content.as_bytes());
    bytes
}

/// Whether `message` begins as the sign-bytes of this council do.
pub fn is_of_council(message: &[u8], council: Digest) -> bool {
    message.strip_prefix(DOMAIN).is_some_and(|rest| rest.starts_with(council.as_bytes()))
}

/// The height that the sign-bytes of a vote or proposal name.
pub fn height_of(message: &[u8]) -> Option<Height> {
    let bytes = message.get(53..61)?.try_into().ok()?;
    Some(Height(u64::from_be_bytes(bytes)))
}

fn prefix(council: Digest, kind: u8, height: Height, round: Round) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(102);
    bytes.extend_from_slice(DOMAIN);
    bytes.extend_from_slice(council.as_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(&height.0.to_be_bytes());
    bytes.extend_from_slice(&round.0.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    #[test]
    fn the_layout_is_the_documented_one() {
        let (council, id) = (sha256(b"council"), sha256(b"id"));
        let bytes = vote(council, VoteKind::Precommit, Height(0x0102), Round(7), Some(id));
        assert_eq!(bytes.len(), 98);
        assert_eq!(&bytes[..20], b"\0nemcon/v1 consensus");
        assert_eq!(&bytes[20..52], council.as_bytes());
        assert_eq!(&bytes[52..66], &[3, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 7, 1]);
        assert_eq!(&bytes[66..], id.as_bytes());
        let header = ProposalHeader {
            height: Height(1),
            round: Round(2),
            pol_round: Some(Round(1)),
            content: id,
        };
        let bytes = proposal(council, &header);
        assert_eq!(bytes.len(), 102);
        assert_eq!(&bytes[52..70], &[1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1]);
        assert_eq!(&bytes[70..], id.as_bytes());
    }

    #[test]
    fn no_field_can_change_without_changing_the_bytes() {
        let council = sha256(b"council");
        let mut seen = std::collections::BTreeSet::new();
        for kind in [VoteKind::Prevote, VoteKind::Precommit] {
            for (height, round) in [(1, 1), (1, 2), (2, 1), (256, 0)] {
                for value in [None, Some(Digest::from_bytes([0; 32])), Some(council)] {
                    assert!(seen.insert(vote(council, kind, Height(height), Round(round), value)));
                }
            }
        }
        for pol_round in [None, Some(Round(0)), Some(Round(1))] {
            let (height, round) = (Height(1), Round(2));
            let header = ProposalHeader { height, round, pol_round, content: council };
            assert!(seen.insert(proposal(council, &header)));
            assert!(seen.insert(proposal(sha256(b"other"), &header)));
        }
    }
}
