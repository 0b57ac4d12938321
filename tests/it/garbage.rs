//! What bad input from a peer gets: typed, counted, attributed, and at last the connection cut.

use nemcon_crypto::hash;
use nemcon_ledger::Height;
use nemcon_ledger::journal::Seal;
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Code;
use nemcon_node::replica::{
    ANSWERS_PER_SECOND_MAX, FAULTS_PER_MINUTE_MAX, Input, Message, Misdeed, SERVE_AGAIN_MS,
    Standing,
};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Parties, after_start, council_of_equals};

/// Four members with one block ordered and sealed.
fn sitting() -> (Cluster, Parties, [Code; 4]) {
    let genesis = council_of_equals(4);
    let parties = Parties::new(genesis.clone());
    let mut cluster = Cluster::start(genesis, after_start(core::time::Duration::ZERO));
    let codes: [Code; 4] = cluster.codes().to_vec().try_into().expect("four members");
    let statement = parties.sign(&Body::Measure(parties.measure("M1", "A measure")));
    cluster.submit(&codes[0], &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.verify_agreement(), Height(1));
    (cluster, parties, codes)
}

fn frame(cluster: &mut Cluster, to: &Code, from: &Code, message: &Message) {
    cluster.step(to, Input::Frame(from.clone(), message.encode()));
}

fn count(cluster: &Cluster, at: &Code, of: &Code, misdeed: Misdeed) -> u64 {
    let faults = cluster.replica(at).faults_of(of);
    faults.and_then(|tally| tally.get(&misdeed.to_string())).copied().unwrap_or_default()
}

/// A pending statement of `by` whose signature is over another text.
fn forged(parties: &Parties, by: &str) -> Vec<u8> {
    let body = Body::Measure(parties.measure(by, "Forged"));
    let line = parties.signature("another text\n", &by.parse().expect("a code"), 0);
    let statement = nemcon_ledger::record::Statement::new(&body, vec![line]);
    statement.expect("a note of this line").render()
}

#[test]
fn each_kind_of_garbage_is_counted_for_the_peer_that_brought_it() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let seal = |signature| Seal {
        height: Height(1),
        size: nemcon_crypto::TreeSize(3),
        root: hash::sha256(b"a root"),
        member: "M3".to_owned(),
        time_s: 1,
        signature,
    };
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let too_many = vec![seal(no_signature); nemcon_node::replica::SEALS_PER_MESSAGE_MAX + 1];
    let unproven = nemcon_ledger::journal::CommittedBlock {
        height: Height(2),
        records: vec![b"no record".to_vec()],
        certificate: Vec::new(),
    };
    cluster.step(&at, Input::Frame(liar.clone(), vec![0xff; 40]));
    for (message, misdeed) in [
        (Message::Pending(b"no statement".to_vec()), Misdeed::Pending),
        (Message::Pending(forged(&parties, "M3")), Misdeed::Pending),
        (Message::Seals(vec![seal(no_signature)]), Misdeed::Seal),
        (Message::Seals(too_many), Misdeed::Oversized),
        (Message::Blocks(vec![unproven]), Misdeed::Certificate),
    ] {
        let before = count(&cluster, &at, &liar, misdeed);
        frame(&mut cluster, &at, &liar, &message);
        assert_eq!(count(&cluster, &at, &liar, misdeed), before + 1, "{misdeed}");
    }
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Frame), 1);
    assert_eq!(cluster.replica(&at).faults_of(&"M3".parse().unwrap()), None);
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 6);
    assert!(cluster.nodes[&at].cut_off.is_empty());
}

#[test]
fn a_peer_that_goes_on_sending_garbage_is_cut_off_once_and_not_looked_at_any_more() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(forged(&parties, "M3"));
    for _ in 0..=FAULTS_PER_MINUTE_MAX {
        assert!(cluster.nodes[&at].cut_off.is_empty());
        frame(&mut cluster, &at, &liar, &garbage);
    }
    for _ in 0..10 {
        frame(&mut cluster, &at, &liar, &garbage);
    }
    assert_eq!(cluster.nodes[&at].cut_off, core::slice::from_ref(&liar));
    let counted = u64::from(FAULTS_PER_MINUTE_MAX) + 1;
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), counted);
    cluster.step(&at, Input::Disconnected(liar.clone()));
    cluster.step(&at, Input::Connected(liar.clone()));
    frame(&mut cluster, &at, &liar, &garbage);
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), counted + 1);
}

#[test]
fn a_fault_a_second_is_counted_and_borne() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(forged(&parties, "M3"));
    for _ in 0..3 * FAULTS_PER_MINUTE_MAX {
        frame(&mut cluster, &at, &liar, &garbage);
        cluster.run_ms(1_001);
    }
    assert!(cluster.nodes[&at].cut_off.is_empty());
}

#[test]
fn a_forged_early_seal_blames_who_brought_it_and_displaces_no_true_one() {
    let (mut cluster, _, [at, liar, victim, _]) = sitting();
    let early = Seal {
        height: Height(2),
        size: nemcon_crypto::TreeSize(5),
        root: hash::sha256(b"a root"),
        member: victim.to_string(),
        time_s: 1,
        signature: nemcon_crypto::Signature::from_bytes([7; 64]),
    };
    frame(&mut cluster, &at, &liar, &Message::Seals(vec![early]));
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Seal), 1);
    let statement = {
        let parties = Parties::new(council_of_equals(4));
        let council = cluster.replica(&at).chain().council();
        parties.sign(&Body::Ballot(parties.ballot(council, "M1", 1, Position::InFavour)))
    };
    cluster.submit(&at, &statement);
    cluster.run_ms(20_000);
    assert_eq!(cluster.replica(&at).sealed_by_all().0, Height(2));
    assert_eq!(cluster.replica(&at).faults_of(&victim), None);
    assert_eq!(cluster.replica(&at).faults().values().sum::<u64>(), 1);
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

/// How many answers with blocks `at` has sent, by the bytes that its peer is about to get.
fn asks(cluster: &mut Cluster, at: &Code, peer: &Code, from: u64) -> usize {
    let before = cluster.nodes[at].disk.writes;
    frame(cluster, at, peer, &Message::BlocksWanted { from: Height(from) });
    cluster.nodes[at].disk.writes - before
}

#[test]
fn the_same_blocks_go_to_one_peer_once_a_second_and_others_at_once() {
    let (mut cluster, _, [at, peer, other, _]) = sitting();
    assert_eq!(asks(&mut cluster, &at, &peer, 1), 1);
    for _ in 0..100 {
        assert_eq!(asks(&mut cluster, &at, &peer, 1), 0);
    }
    assert_eq!(asks(&mut cluster, &at, &other, 1), 1, "each peer has a share of its own");
    let later = (2..1_000).map(|from| asks(&mut cluster, &at, &peer, from)).sum::<usize>();
    assert_eq!(later, usize::try_from(ANSWERS_PER_SECOND_MAX).unwrap() - 1);
    cluster.run_ms(SERVE_AGAIN_MS);
    assert_eq!(asks(&mut cluster, &at, &peer, 1), 1);
}

#[test]
fn a_peer_that_tells_its_standing_without_end_is_not_sent_seals_without_end() {
    let (mut cluster, _, codes) = sitting();
    let [at, peer, ..] = codes.clone();
    let standing = |sealed| {
        let sealed = codes.iter().map(|code| (code.clone(), Height(sealed))).collect();
        Message::Standing(Standing { height: Height(1), sealed, certificate: None })
    };
    let before = cluster.nodes[&at].disk.writes;
    for _ in 0..1_000 {
        frame(&mut cluster, &at, &peer, &standing(0));
    }
    let answers = cluster.nodes[&at].disk.writes - before;
    assert_eq!(answers, usize::try_from(ANSWERS_PER_SECOND_MAX).unwrap());
    cluster.run_ms(SERVE_AGAIN_MS);
    let before = cluster.nodes[&at].disk.writes;
    frame(&mut cluster, &at, &peer, &standing(1));
    assert_eq!(cluster.nodes[&at].disk.writes, before, "nothing is lacking");
    frame(&mut cluster, &at, &peer, &standing(0));
    assert_eq!(cluster.nodes[&at].disk.writes, before + 1);
}
