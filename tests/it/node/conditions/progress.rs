//! Blocks and seals that do not come: connections, votes and blocks that are missing.

use core::time::Duration;
use std::collections::BTreeMap;

use nemcon_ledger::Height;
use nemcon_node::server::condition::{Change, Facts, Kind, State};
use nemcon_replica::replica::{Input, Message};

use super::Council;

#[test]
fn too_few_are_connected_only_while_no_block_goes_by() {
    let mut council = Council::of(4);
    let gone = [council.code(2), council.code(3)];
    for code in &gone {
        council.cluster.crash(code);
    }
    council.run_s(10);
    assert_eq!(council.tell(Kind::TooFewConnected, 0), [0]);
    let told = council.told(0, Kind::TooFewConnected, 0).unwrap().means();
    assert!(
        told.starts_with("2 of 4 members' nodes are connected, this one counted; a block takes 3"),
        "{told}"
    );
    council.cluster.boot(&gone[0]);
    council.run_s(5);
    assert_eq!(council.tell(Kind::TooFewConnected, 0), [0_usize; 0]);

    // One that reaches one other alone hears of what the rest decide.
    let mut council = Council::of(4);
    for other in [1, 2] {
        let pair = (council.code(other), council.code(3));
        council.cluster.cut.push(pair.clone());
        council.cluster.step(&pair.0, Input::Disconnected(pair.1.clone()));
        council.cluster.step(&pair.1, Input::Disconnected(pair.0.clone()));
    }
    council.submit(0, "Without it");
    council.run_s(60);
    assert_eq!(council.cluster.replica(&council.code(3)).chain().height(), Height(1));
    assert_eq!(council.kinds(3), [].into(), "blocks go by");
}

#[test]
fn a_block_that_takes_long_is_told_with_whose_votes_are_missing() {
    let mut council = Council::of(4);
    let gone = [council.code(2), council.code(3)];
    for code in &gone {
        council.cluster.crash(code);
    }
    council.submit(0, "Two of four");
    council.run_s(25);
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0], "not before its time");
    council.run_s(10);
    let told = council.told(0, Kind::OrderingStalled, 0).unwrap();
    assert!(told.means().starts_with("block 1 is wanted and is not decided"), "{}", told.means());
    assert!(told.means().ends_with("M3 M4"), "{}", told.means());
    council.cluster.boot(&gone[0]);
    council.run_s(90);
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0]);
    assert_eq!(council.changes(0, Kind::OrderingStalled), (1, 1));
}

#[test]
fn where_more_than_f_observe_the_council_stands_still_and_only_then_rejoining_is_advised() {
    let mut council = Council::of(4);
    council.order(0, "Before");
    let lost = [council.code(2), council.code(3)];
    council.cluster.lose_signed(&lost[1]);
    council.cluster.boot(&lost[1]);
    council.run_s(5);
    let advice = |council: &Council| {
        let told = council.watches[&council.code(3)].told();
        told.map(|told| told.condition.advice()).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(council.kinds(3), [Kind::Observing].into());
    assert!(!advice(&council).contains("rejoin"));
    council.cluster.lose_signed(&lost[0]);
    council.cluster.boot(&lost[0]);
    council.submit(0, "While two observe");
    council.run_s(60);
    assert_eq!(council.kinds(3), [Kind::Observing, Kind::OrderingStalled].into());
    assert!(advice(&council).contains("each one's operator runs `nemcon node rejoin`"));
    let lacks = council.told(0, Kind::OrderingStalled, 0).unwrap().means();
    assert!(lacks.ends_with("M3 M4"), "{lacks}");
    for code in &lost {
        council.cluster.rejoin(code);
        council.run_s(20);
    }
    assert_eq!(council.tell(Kind::OrderingStalled, 0), [0_usize; 0]);
}

#[test]
fn a_seal_that_is_late_is_told_where_it_is_missing_and_where_it_is_due() {
    let mut council = Council::of(4);
    council.order(0, "All seal it");
    let off = council.code(3);
    council.cluster.crash(&off);
    for title in ["One", "Two", "Three"] {
        council.order(0, title);
    }
    assert_eq!(council.tell(Kind::SealLate, 3), [0, 1, 2]);
    let told = council.told(0, Kind::SealLate, 3).unwrap();
    let wanted =
        State::SealLate { sealed: Height(1), blocks: 3, is_connected: false, is_behind: false };
    assert_eq!(told.state, wanted);
    let says =
        "the seals of M4 are here up to block 1; 3 blocks lack them. Its node is not connected";
    assert!(told.means().starts_with(says), "{}", told.means());

    // It is back, and hears of the blocks before it gets them.
    council.cluster.boot(&off);
    for _ in 0..60 {
        if council.cluster.replica(&off).height_of_others() == Height(4) {
            break;
        }
        council.cluster.deliver(1);
    }
    council.look();
    let uptime = Duration::from_secs(100_000);
    let facts = Facts::of(council.cluster.replica(&off), council.cluster.now());
    assert_eq!((facts.height, facts.there), (Height(1), Height(4)));
    let watch = council.watches.get_mut(&off).unwrap();
    let begins = watch.look(&facts, council.cluster.now(), uptime);
    let kinds: Vec<_> = begins
        .iter()
        .map(|it| match it {
            Change::Begins(it) => it.kind(),
            Change::Over { .. } => panic!("nothing is over: {begins:?}"),
        })
        .collect();
    assert!(kinds.contains(&Kind::Behind) && kinds.contains(&Kind::SealLate), "{kinds:?}");
    council.watches.remove(&off);
    council.run_s(20);
    assert_eq!(council.tell(Kind::SealLate, 3), [0_usize; 0]);
    assert_eq!(council.kinds(3), [].into());
    assert_eq!(council.changes(0, Kind::SealLate), (1, 1));
}

#[test]
fn up_to_f_members_make_no_node_believe_that_it_lacks_blocks() {
    let mut council = Council::of(4);
    council.order(0, "One");
    let standing = nemcon_replica::replica::Standing {
        height: Height(1_000_000),
        sealed: BTreeMap::new(),
        certificate: None,
    };
    council.hear(3, 0, &Message::Standing(standing));
    council.run_s(60);
    assert_eq!(council.kinds(3), [].into());
}

#[test]
fn a_node_that_has_started_alone_says_whom_it_has_not_heard() {
    let mut council = Council::of(4);
    council.order(0, "Before");
    for at in 0..4 {
        let code = council.code(at);
        council.cluster.crash(&code);
    }
    let alone = council.code(3);
    council.cluster.boot(&alone);
    council.run_s(35);
    let told = council.told(3, Kind::Listening, 3).unwrap().means();
    assert!(told.ends_with("Not heard: M1 M2 M3"), "{told}");
    for at in 0..3 {
        let code = council.code(at);
        council.cluster.boot(&code);
    }
    council.run_s(5);
    assert_eq!(council.kinds(3), [].into());
}
