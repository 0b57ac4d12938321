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
//! What it guarantees: every field has a fixed place, so no two messages share their bytes.

use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::message::{ProposalHeader, VoteKind};
use super::round::Round;

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

/// The vote whose sign-bytes these are: kind, height, round, value.
///
/// `vote(council, parse_vote(bytes)) == bytes`, or it is `None`: a message of another council, of
/// another length, or with anything but zeroes behind a nil says nothing.
pub fn parse_vote(
    council: Digest,
    message: &[u8],
) -> Option<(VoteKind, Height, Round, Option<Digest>)> {
    let (height, round) = place_of(message)?;
    let kind = match *message.get(52)? {
        KIND_PREVOTE => VoteKind::Prevote,
        KIND_PRECOMMIT => VoteKind::Precommit,
        _ => return None,
    };
    let value = (message.get(65)? != &0).then(|| digest_at(message, 66));
    let value = value.map_or(Some(None), |id| id.map(Some))?;
    (vote(council, kind, height, round, value) == message).then_some((kind, height, round, value))
}

/// The proposal whose sign-bytes these are, under the same condition as [`parse_vote`].
pub fn parse_proposal(council: Digest, message: &[u8]) -> Option<ProposalHeader> {
    let (height, round) = place_of(message)?;
    let polka = Round(u32::from_be_bytes(message.get(66..70)?.try_into().ok()?));
    let pol_round = (message.get(65)? != &0).then_some(polka);
    let header = ProposalHeader { height, round, pol_round, content: digest_at(message, 70)? };
    (proposal(council, &header) == message).then_some(header)
}

fn place_of(message: &[u8]) -> Option<(Height, Round)> {
    let height = u64::from_be_bytes(message.get(53..61)?.try_into().ok()?);
    let round = u32::from_be_bytes(message.get(61..65)?.try_into().ok()?);
    Some((Height(height), Round(round)))
}

fn digest_at(message: &[u8], at: usize) -> Option<Digest> {
    message.get(at..at + 32)?.try_into().ok().map(Digest::from_bytes)
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
    fn only_what_is_written_here_is_read() {
        let (council, id) = (sha256(b"council"), sha256(b"id"));
        for value in [None, Some(NIL), Some(id)] {
            let said = (VoteKind::Prevote, Height(7), Round(2), value);
            let bytes = vote(council, said.0, said.1, said.2, said.3);
            assert_eq!(parse_vote(council, &bytes), Some(said));
            assert_eq!(parse_proposal(council, &bytes), None);
            assert_eq!(parse_vote(id, &bytes), None, "another council");
        }
        let nil = vote(council, VoteKind::Prevote, Height(7), Round(2), None);
        let of_block = vote(council, VoteKind::Prevote, Height(7), Round(2), Some(id));
        for (name, wrong) in [
            ("nil with an id", [&nil[..66], id.as_bytes()].concat()),
            ("a block by another mark", [&nil[..65], &[2], id.as_bytes()].concat()),
            ("another kind", [&of_block[..52], &[4], &of_block[53..]].concat()),
            ("longer", [&of_block[..], &[0]].concat()),
            ("shorter", of_block[..97].to_vec()),
            ("empty", Vec::new()),
        ] {
            assert_eq!(parse_vote(council, &wrong), None, "{name}");
        }
        let (height, round, content) = (Height(7), Round(2), id);
        for pol_round in [None, Some(Round(0)), Some(Round(1))] {
            let header = ProposalHeader { height, round, pol_round, content };
            let bytes = proposal(council, &header);
            assert_eq!(parse_proposal(council, &bytes), Some(header));
            assert_eq!(parse_vote(council, &bytes), None);
        }
        let fresh = ProposalHeader { height, round, pol_round: None, content };
        let mut fresh = proposal(council, &fresh);
        fresh[69] = 1;
        assert_eq!(parse_proposal(council, &fresh), None, "fresh with a polka's round");
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
