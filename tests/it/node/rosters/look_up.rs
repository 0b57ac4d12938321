//! Rosters in their order: which one names a code, a key, or a member since a height.

use std::sync::Arc;

use nemcon_crypto::TreeSize;
use nemcon_ledger::record::{Member, Roster};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, Rosters};
use nemcon_tests::fixture::{code, council_of_equals, secret};

/// Four rosters: the founding one of M1, M2 and M3; M3 with another node key; M3 gone and its first key
/// M4's; other officers alone.
fn four_terms() -> Rosters {
    let genesis = council_of_equals(4);
    let with = |members: Vec<Member>| Arc::new(Roster { members });
    let [m1, m2, m3, m4]: [Member; 4] = genesis.roster.members.clone().try_into().unwrap();
    let rotated = Member { node: secret("M3/node/2").public(), ..m3.clone() };
    let heir = Member { node: m3.node, ..m4 };
    let mut rosters = Rosters::found(with(vec![m1.clone(), m2.clone(), m3]));
    rosters.change(Height(5), TreeSize(9), with(vec![m1.clone(), m2.clone(), rotated]));
    rosters.change(Height(7), TreeSize(12), with(vec![m1.clone(), m2.clone(), heir.clone()]));
    rosters.change(Height(8), TreeSize(14), with(vec![m1, m2, heir]));
    rosters
}

#[test]
fn a_code_and_a_node_key_are_those_of_the_newest_roster_that_names_them() {
    let rosters = four_terms();
    let node = |name: &str| secret(name).public();
    assert_eq!(rosters.member(&code("M3")).map(|it| it.node), Some(node("M3/node/2")));
    assert_eq!(rosters.member(&code("M4")).map(|it| it.node), Some(node("M3/node")));
    assert!(rosters.member(&code("M5")).is_none());
    assert_eq!(rosters.member_of_node(&node("M3/node")), Some(&code("M4")));
    assert_eq!(rosters.member_of_node(&node("M3/node/2")), Some(&code("M3")));
    assert_eq!(rosters.member_of_node(&node("M4/node")), None);
}

#[test]
fn whoever_is_named_since_a_height_is_told_once_and_whoever_left_last() {
    let rosters = four_terms();
    let since =
        |height| rosters.named_since(Height(height)).into_iter().map(Code::as_str).collect();
    let told: [Vec<&str>; 4] = [1, 6, 7, 100].map(since);
    let now = vec!["M1", "M2", "M4"];
    let before = vec!["M1", "M2", "M4", "M3"];
    assert_eq!(told, [before.clone(), before, now.clone(), now]);
}
