//! Statements that wait: how much room they take, and who tells of them again.

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Effect, Input, Message};
use nemcon_tests::cluster::Cluster;

use super::{alone_with_work, sitting};

/// The messages that a step of this node sends to one member.
fn sent(cluster: &mut Cluster, at: &Code, input: Input) -> Vec<Message> {
    let now = cluster.now();
    let replica = cluster.nodes.get_mut(at).and_then(|node| node.replica.as_mut());
    let effects = replica.expect("it is up").step(now, input).expect("no halt");
    let frames = effects.into_iter().filter_map(|effect| match effect {
        Effect::Send(_, frame) => Some(frame),
        _ => None,
    });
    frames.map(|frame| Message::decode(&frame).expect("a message")).collect()
}

#[test]
fn a_peer_is_told_what_waits_by_hashes_and_is_given_what_it_asks_for() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    let record = cluster.replica(&at).waiting()[0].render();
    let announced = Message::Announced(vec![leaf_hash(&record)]);
    let told = sent(&mut cluster, &at, Input::Connected(liar.clone()));
    assert!(told.contains(&announced), "{told:?}");
    assert!(!told.iter().any(|message| matches!(message, Message::Pending(_))), "{told:?}");
    let mut ask = |hashes: Vec<Digest>| {
        let frame = Message::PendingWanted(hashes).encode();
        sent(&mut cluster, &at, Input::Frame(liar.clone(), frame))
    };
    let hash = leaf_hash(&record);
    assert_eq!(ask(vec![hash, leaf_hash(b"other"), hash]), [Message::Pending(vec![record])]);
    assert_eq!(ask(vec![leaf_hash(b"other")]), [], "what is not here is not given");
}

#[test]
fn what_is_announced_is_asked_for_once_and_at_another_peer_if_the_first_one_does_not_give_it() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    let lacking = parties.sign(&Body::Measure(parties.measure("M2", "It waits elsewhere")));
    let held = leaf_hash(&cluster.replica(&at).waiting()[0].render());
    let hash = leaf_hash(&lacking.render());
    let announced =
        |by: &Code| Input::Frame(by.clone(), Message::Announced(vec![held, hash]).encode());
    let wanted = Message::PendingWanted(vec![hash]);
    for member in [&liar, &third] {
        cluster.step(&at, Input::Connected(member.clone()));
    }
    assert_eq!(sent(&mut cluster, &at, announced(&liar)), std::slice::from_ref(&wanted));
    assert_eq!(sent(&mut cluster, &at, announced(&third)), []);
    // The first one answers with other bytes: they count for what they are, and the statement is lacking.
    let other = parties.sign(&Body::Measure(parties.measure("M2", "Another one")));
    let frame = Message::Pending(vec![other.render()]).encode();
    cluster.step(&at, Input::Frame(liar.clone(), frame));
    assert_eq!(sent(&mut cluster, &at, Input::Disconnected(liar.clone())), [wanted]);
    let frame = Message::Pending(vec![lacking.render()]).encode();
    cluster.step(&at, Input::Frame(third.clone(), frame));
    assert_eq!(cluster.replica(&at).waiting().len(), 3);
    assert_eq!(sent(&mut cluster, &at, announced(&fourth)), [], "it is here");
}

/// How often a node announces to everybody what waits, when it wakes so many milliseconds from now.
fn told_again(cluster: &mut Cluster, at: &Code, ms: u64) -> usize {
    let later = nemcon_ledger::text::Time::from_ms(cluster.now().as_ms() + ms).unwrap();
    let replica = cluster.nodes.get_mut(at).and_then(|node| node.replica.as_mut()).unwrap();
    let effects = replica.step(later, Input::Woken).expect("no halt");
    let is_statement = |effect: &&Effect| match effect {
        Effect::Broadcast(frame) => matches!(Message::decode(frame), Ok(Message::Announced(_))),
        _ => false,
    };
    effects.iter().filter(is_statement).count()
}

#[test]
fn what_waits_is_announced_again_by_the_node_that_it_came_in_at_and_by_others_once_that_is_gone() {
    for is_gone in [false, true] {
        let (mut cluster, parties, [at, other, third, fourth]) = sitting();
        cluster.crash(&third);
        cluster.crash(&fourth);
        let statement = parties.sign(&Body::Measure(parties.measure("M1", "It waits")));
        cluster.submit(&at, &statement);
        cluster.run_ms(500);
        assert_eq!(cluster.replica(&other).waiting().len(), 1);
        if is_gone {
            cluster.step(&other, Input::Disconnected(at.clone()));
        }
        assert_eq!(told_again(&mut cluster, &at, 2_000), 1);
        assert_eq!(told_again(&mut cluster, &other, 2_000), usize::from(is_gone));
        let later = [10_000, 42_000].map(|ms| told_again(&mut cluster, &other, ms));
        assert_eq!(later, [usize::from(is_gone), 1], "at last by whoever has it");
    }
}
