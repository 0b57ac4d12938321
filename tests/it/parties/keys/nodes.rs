//! Node keys and seal keys are rotated.

use nemcon_tests::fixture::{Ledger, council_of_equals};

use super::{FOR, ledger, public};

#[test]
fn node_keys_change_at_most_f_at_a_height_and_the_others_wait_in_order() {
    for (members, at_once) in [(1, 1), (3, 1), (4, 1), (6, 1), (7, 2), (10, 3)] {
        let mut ledger = Ledger::found(council_of_equals(members));
        let rotations: Vec<_> = (1..=members)
            .map(|at| {
                let [desk, node] = ["desk-1", "node-2"].map(|use_of| format!("M{at}/{use_of}"));
                let body = ledger.rotation(&format!("M{at}"), Some(&node), None);
                ledger.sign_as(&body, &[&desk, &node])
            })
            .collect();
        let changed = |ledger: &Ledger| {
            let members = ledger.council().roster().members.iter();
            members.filter(|it| it.node == public(&format!("{}/node-2", it.code))).count()
        };
        ledger.run(&rotations);
        let order: Vec<_> = ledger.council().waiting().cloned().collect();
        assert_eq!(changed(&ledger), at_once, "{members} members");
        let mut blocks = 1;
        while let Some(block) = ledger.idle() {
            blocks += 1;
            assert_eq!(block.records.len(), 1, "nothing but its block record");
            assert_eq!(changed(&ledger), (at_once * blocks).min(members));
            let next: Vec<_> = ledger.council().waiting().cloned().collect();
            assert!(order.ends_with(&next));
        }
        assert_eq!(changed(&ledger), members);
        assert_eq!(ledger.council().next_deadline(), None, "an idle council writes nothing");
    }
}

#[test]
fn a_rotation_acts_from_the_next_block_on() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    let before = ledger.council().roster_digest();
    ledger.run(&[rotation]);
    let roster_of = |ledger: &Ledger| ledger.blocks.last().unwrap().record().unwrap().roster;
    assert_eq!(roster_of(&ledger), before);
    assert_eq!(ledger.chain.sealing_roster().digest(), before);
    assert_eq!(ledger.member("M2").node, public("M2/node-2"));
    assert_eq!(ledger.member("M2").seal, public("M2/seal-2"));
    ledger.cast(number, &[("M3", FOR)]);
    assert_eq!(roster_of(&ledger), ledger.council().roster_digest());
    assert_ne!(roster_of(&ledger), before);
}

#[test]
fn a_seal_key_alone_does_not_wait_behind_node_keys() {
    let mut ledger = ledger();
    let mut statements = vec![];
    for by in ["M2", "M3"] {
        let [desk, node] = ["desk-1", "node-2"].map(|use_of| format!("{by}/{use_of}"));
        let body = ledger.rotation(by, Some(&node), None);
        statements.push(ledger.sign_as(&body, &[&desk, &node]));
    }
    let body = ledger.rotation("M4", None, Some("M4/seal-2"));
    statements.push(ledger.sign_as(&body, &["M4/desk-1", "M4/seal-2"]));
    ledger.run(&statements);
    assert_eq!(ledger.council().waiting().count(), 1);
    assert_eq!(ledger.member("M4").seal, public("M4/seal-2"));
}
