//! What is charged to whom, and when the connection is cut.

use nemcon_crypto::hash;
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::{
    BlockBytes, ConsensusMessage, FaultKind, MemberKey, Proposal, ProposalHeader, Round, sign_bytes,
};
use nemcon_replica::replica::{FAULTS_PER_MINUTE_MAX, Input, Message, Misdeed};
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::secret;

use super::{alone_with_work, count, forged, frame, sitting};

#[test]
fn each_kind_of_garbage_is_counted_for_the_peer_that_brought_it() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let seal = |signature| Seal {
        size: nemcon_crypto::TreeSize(3),
        root: hash::sha256(b"a root"),
        member: "M3".to_owned(),
        time_s: 1,
        signature,
    };
    let no_signature = nemcon_crypto::Signature::from_bytes([7; 64]);
    let too_many = vec![seal(no_signature); nemcon_replica::replica::SEALS_PER_MESSAGE_MAX + 1];
    let unproven = nemcon_ledger::durable::CommittedBlock {
        height: Height(2),
        records: vec![b"no record".to_vec()],
        certificate: Vec::new(),
    };
    cluster.step(&at, Input::Frame(liar.clone(), vec![0xff; 40]));
    for (message, misdeed) in [
        (Message::Pending(vec![b"no statement".to_vec()]), Misdeed::Pending),
        (Message::Pending(vec![forged(&parties, "M3")]), Misdeed::Pending),
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
fn who_passes_on_what_other_officers_have_signed_is_not_blamed() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let new = nemcon_tests::fixture::officer("card", "M3/card");
    let body = Body::Measure(parties.measure("M3", "By who signs for M3 one block later"));
    let origin = &parties.genesis.origin;
    let key = nemcon_tests::fixture::secret("M3/card");
    let code = "M3".parse().unwrap();
    let line = nemcon_ledger::record::statement::sign_as_officer(
        &body.render(),
        origin,
        &code,
        &new.label,
        &key,
    );
    let statement = nemcon_ledger::record::Statement::new(&body, vec![line]).unwrap();
    frame(&mut cluster, &at, &liar, &Message::Pending(vec![statement.render()]));
    assert_eq!(count(&cluster, &at, &liar, Misdeed::Pending), 0);
    assert!(cluster.replica(&at).waiting().is_empty());
}

#[test]
fn a_peer_that_goes_on_sending_garbage_is_cut_off_once_and_not_looked_at_any_more() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(vec![forged(&parties, "M3")]);
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
fn a_new_connection_begins_no_new_minute() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(vec![forged(&parties, "M3")]);
    for _ in 0..=FAULTS_PER_MINUTE_MAX {
        assert!(cluster.nodes[&at].cut_off.is_empty());
        frame(&mut cluster, &at, &liar, &garbage);
        cluster.step(&at, Input::Disconnected(liar.clone()));
        cluster.step(&at, Input::Connected(liar.clone()));
    }
    assert_eq!(cluster.nodes[&at].cut_off, [liar]);
}

/// A proposal of `by` for block 2, which it is not its turn to make.
fn untimely_turn(cluster: &Cluster, by: &Code, number: u32) -> Message {
    let council = cluster.replica(by).chain().council().digest();
    let key = secret(&format!("{by}/node"));
    let block = BlockBytes::new(number.to_be_bytes());
    let header = ProposalHeader {
        height: Height(2),
        round: Round(0),
        pol_round: None,
        content: block.digest(),
    };
    let signature = key.sign(&sign_bytes::proposal(council, &header));
    let ProposalHeader { height, round, pol_round, .. } = header;
    let signer = MemberKey::of(&key.public());
    let proposal = Proposal { height, round, pol_round, block, signer, signature };
    Message::Consensus(ConsensusMessage::Proposal(proposal))
}

#[test]
fn wrong_messages_that_their_sender_has_signed_are_charged_to_its_connection() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    for number in 0..10 * FAULTS_PER_MINUTE_MAX {
        let proposal = untimely_turn(&cluster, &liar, number);
        frame(&mut cluster, &at, &liar, &proposal);
    }
    assert_eq!(cluster.nodes[&at].cut_off, core::slice::from_ref(&liar));
    let counted = count(&cluster, &at, &liar, Misdeed::Consensus(FaultKind::WrongProposer));
    assert_eq!(counted, u64::from(FAULTS_PER_MINUTE_MAX) + 1);
}

#[test]
fn what_was_held_of_a_liar_is_not_charged_to_whoever_wakes_the_height() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    cluster.cut = [&liar, &third, &fourth].map(|other| (at.clone(), other.clone())).to_vec();
    let held = untimely_turn(&cluster, &third, 0);
    frame(&mut cluster, &at, &third, &held);
    let measure = parties.measure("M2", "Another measure");
    let record = parties.sign(&Body::Measure(measure)).render();
    frame(&mut cluster, &at, &fourth, &Message::Pending(vec![record]));
    assert_eq!(cluster.replica(&at).round(), Some(0));
    assert_eq!(cluster.replica(&at).faults_of(&fourth), None);
}

#[test]
fn a_fault_a_second_is_counted_and_borne() {
    let (mut cluster, parties, [at, liar, ..]) = sitting();
    let garbage = Message::Pending(vec![forged(&parties, "M3")]);
    for _ in 0..3 * FAULTS_PER_MINUTE_MAX {
        frame(&mut cluster, &at, &liar, &garbage);
        cluster.run_ms(1_001);
    }
    assert!(cluster.nodes[&at].cut_off.is_empty());
}
