//! What a peer says of where it stands, and the blocks that it then gives.

use std::collections::BTreeMap;

use nemcon_crypto::hash;
use nemcon_ledger::Height;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::{CommitCertificate, Round};
use nemcon_replica::replica::{Message, Misdeed, STANDING_CODES_MAX, Standing};

use super::{count, frame, sitting};

#[test]
fn a_proof_longer_than_any_is_not_kept() {
    let (mut cluster, _, [at, liar, ..]) = sitting();
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let certificate = |signatures: u16| CommitCertificate {
        height: Height(u64::MAX),
        round: Round(0),
        value_id: hash::sha256(b"no block"),
        signatures: (0..signatures).map(|at| (at, no_signature)).collect(),
    };
    for (signatures, faults) in [(90, 0), (91, 1), (u16::MAX, 2)] {
        let (sealed, certificate) = (BTreeMap::new(), Some(certificate(signatures)));
        let standing = Standing { height: Height(1), sealed, certificate };
        frame(&mut cluster, &at, &liar, &Message::Standing(standing));
        assert_eq!(count(&cluster, &at, &liar, Misdeed::Oversized), faults);
    }
}

#[test]
fn a_standing_that_tells_of_more_members_than_any_is_not_looked_up() {
    let (mut cluster, _, [at, liar, ..]) = sitting();
    let size = nemcon_crypto::TreeSize(1);
    for (told, faults) in [(STANDING_CODES_MAX, 0), (STANDING_CODES_MAX + 1, 1)] {
        let code = |nth: usize| format!("X{nth}").parse::<Code>().expect("a code");
        let sealed = (0..told).map(|nth| (code(nth), size)).collect();
        let standing = Standing { height: Height(1), sealed, certificate: None };
        frame(&mut cluster, &at, &liar, &Message::Standing(standing));
        assert_eq!(count(&cluster, &at, &liar, Misdeed::Oversized), faults, "{told}");
    }
}

/// What a peer says of where it stands.
fn standing(height: u64) -> Message {
    let sealed = std::collections::BTreeMap::new();
    Message::Standing(Standing { height: Height(height), sealed, certificate: None })
}

#[test]
fn a_peer_that_claims_a_height_and_gives_nothing_is_not_asked_first_again() {
    let (mut cluster, parties, [at, liar, other, fourth]) = sitting();
    for (block, wait_ms) in [(2, 5_500), (3, 500), (4, 500)] {
        cluster.cut = [&liar, &other, &fourth].map(|peer| (at.clone(), peer.clone())).to_vec();
        let measure = parties.measure("M3", &format!("Measure {block}"));
        cluster.submit(&other, &parties.sign(&Body::Measure(measure)));
        cluster.run_ms(5_000);
        assert_eq!(cluster.replica(&other).chain().height(), Height(block));
        cluster.cut.retain(|(_, peer)| *peer != other);
        frame(&mut cluster, &at, &liar, &standing(u64::MAX));
        frame(&mut cluster, &at, &other, &standing(block));
        cluster.run_ms(wait_ms);
        assert_eq!(cluster.replica(&at).chain().height(), Height(block), "block {block}");
    }
}

#[test]
fn a_peer_that_gives_blocks_drop_by_drop_is_not_asked_first_again() {
    let (mut cluster, parties, [at, liar, other, fourth]) = sitting();
    cluster.cut = [&liar, &other, &fourth].map(|peer| (at.clone(), peer.clone())).to_vec();
    for title in ["Two", "Three", "Four", "Five"] {
        let measure = parties.measure("M3", title);
        cluster.submit(&other, &parties.sign(&Body::Measure(measure)));
        cluster.run_ms(5_000);
    }
    let blocks = cluster.nodes[&other].disk.blocks_from(Height(2));
    cluster.cut.retain(|(_, peer)| *peer != other);
    frame(&mut cluster, &at, &liar, &standing(u64::MAX));
    frame(&mut cluster, &at, &other, &standing(5));
    cluster.run_ms(4_000);
    assert_eq!(
        cluster.replica(&at).chain().height(),
        Height(1),
        "the one that claims most is asked"
    );
    frame(&mut cluster, &at, &liar, &Message::Blocks(blocks[..1].to_vec()));
    cluster.run_ms(1_000);
    assert_eq!(cluster.replica(&at).chain().height(), Height(5));
}
