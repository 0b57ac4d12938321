//! Statements that wait: how much room they take, and who tells of them again.

use std::sync::Arc;

use nemcon_ledger::council::PARTICIPANTS_MAX;
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Code;
use nemcon_node::mesh::Limits;
use nemcon_replica::consensus::MEMBERS_MAX;
use nemcon_replica::replica::{
    Effect, Input, Message, PENDING_CHANGES_PER_MEMBER_MAX, PENDING_PER_MEMBER_MAX,
};
use nemcon_tests::cluster::Cluster;

use super::{alone_with_work, sitting};

#[test]
fn what_waits_takes_up_memory_once_however_many_are_told() {
    let (mut cluster, parties, [at, liar, third, fourth]) = sitting();
    alone_with_work(&mut cluster, &parties, &at, [&liar, &third, &fourth]);
    let now = cluster.now();
    let replica = cluster.nodes.get_mut(&at).and_then(|node| node.replica.as_mut());
    let replica = replica.expect("it is up");
    let mut told = |member: &Code| -> Vec<Arc<[u8]>> {
        let effects = replica.step(now, Input::Connected(member.clone())).expect("no halt");
        let frames = effects.into_iter().filter_map(|effect| match effect {
            Effect::Send(_, frame) => Some(frame),
            _ => None,
        });
        let is_pending =
            |frame: &Arc<[u8]>| matches!(Message::decode(frame), Ok(Message::Pending(_)));
        frames.filter(is_pending).collect()
    };
    let (one, other) = (told(&liar), told(&third));
    assert_eq!(one.len(), 1);
    assert!(Arc::ptr_eq(&one[0], &other[0]));
}

/// How many statements a node tells everybody when it wakes so many milliseconds from now.
fn told_again(cluster: &mut Cluster, at: &Code, ms: u64) -> usize {
    let later = nemcon_ledger::text::Time::from_ms(cluster.now().as_ms() + ms).unwrap();
    let replica = cluster.nodes.get_mut(at).and_then(|node| node.replica.as_mut()).unwrap();
    let effects = replica.step(later, Input::Woken).expect("no halt");
    let is_statement = |effect: &&Effect| match effect {
        Effect::Broadcast(frame) => matches!(Message::decode(frame), Ok(Message::Pending(_))),
        _ => false,
    };
    effects.iter().filter(is_statement).count()
}

#[test]
fn what_waits_is_told_again_by_the_node_that_it_came_in_at_and_by_others_once_that_is_gone() {
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

#[test]
fn a_link_has_room_for_every_statement_that_may_wait_in_the_largest_council() {
    let of_member = 2 * PENDING_PER_MEMBER_MAX + 3 * PENDING_CHANGES_PER_MEMBER_MAX;
    let of_participant = PENDING_PER_MEMBER_MAX + PENDING_CHANGES_PER_MEMBER_MAX;
    let waiting = MEMBERS_MAX * of_member + PARTICIPANTS_MAX * of_participant;
    assert!(Limits::default().bulk_frames_max > waiting + 1_000);
}
