//! Keys that change: those of nodes, of seals, and of officers.

use nemcon_ledger::record::Statement;
use nemcon_ledger::record::statement::Body;
use nemcon_replica::replica::{
    Input, Message, Outcome, PENDING_CHANGES_PER_MEMBER_MAX, PENDING_PER_MEMBER_MAX, Rejection,
};
use nemcon_tests::fixture::{BLOCK_SHARE, code, officer, secret};

use super::Changing;

#[test]
fn a_node_votes_and_seals_with_the_keys_that_the_roster_names() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let (old, before) = (council.sealed("M1"), council.height("M1"));
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    council.cluster.hold_seal_key(&code("M2"), secret("M2/seal-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), Some("M2/seal-2"));
    let roster = council.at("M1").council().roster().clone();
    assert_eq!(roster.member(&code("M2")).unwrap().node, secret("M2/node-2").public());
    assert!(council.height("M1") > before && old <= before);
    // Three of four decide only with it.
    council.cluster.crash(&code("M4"));
    council.titled("M3", "After");
    let after = council.height("M1");
    council.cluster.boot(&code("M4"));
    council.cluster.run_ms(60_000);
    assert_eq!([council.height("M4"), council.sealed("M1"), council.sealed("M2")], [after; 3]);
    council.cluster.verify_agreement();
}

#[test]
fn a_node_without_the_new_key_follows_until_it_holds_it() {
    let mut council = Changing::equals(4);
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    assert!(council.is_following("M2"));
    council.titled("M1", "Without M2");
    assert_eq!(council.height("M2"), council.height("M1"), "it learns of blocks by their seals");
    assert_eq!(council.sealed("M1"), council.height("M1"), "it seals with the key that it has");
    council.cluster.hold_node_key(&code("M2"), secret("M2/node-2"));
    assert!(!council.is_following("M2"));
    council.cluster.crash(&code("M4"));
    council.titled("M1", "With M2");
    assert_eq!(council.height("M2"), council.height("M1"));
}

#[test]
fn a_node_that_gets_its_key_late_is_bound_by_what_it_signed_before() {
    let mut council = Changing::equals(4);
    let (proposer, witness) = (code("M2"), code("M4"));
    council.cluster.run_ms(1_000);
    for other in ["M1", "M3"] {
        council.cluster.crash(&code(other));
    }
    let measure = council.at("M2").parties.measure("M2", "Proposed once");
    let statement = council.at("M2").parties.sign(&Body::Measure(measure));
    let ticket = council.cluster.submit(&witness, &statement);
    council.cluster.run_ms(1_000);
    council.cluster.crash(&proposer);
    council.cluster.swap_node_key(&proposer, secret("another node's"));
    council.cluster.boot(&proposer);
    council.cluster.run_ms(10_000);
    assert!(council.is_following("M2"));
    council.cluster.hold_node_key(&proposer, secret("M2/node"));
    council.cluster.boot(&code("M1"));
    council.cluster.run_ms(30_000);
    assert_eq!(council.cluster.nodes[&witness].evidence, [], "nobody signed twice");
    let outcome = council.cluster.outcome(&witness, ticket);
    assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
}

#[test]
fn what_waits_with_signatures_of_replaced_officers_cuts_off_nobody_who_passes_it_on() {
    let mut council = Changing::equals(4);
    let (away, by, ledger) = (code("M4"), code("M3"), council.at("M4"));
    council.cluster.run_ms(1_000);
    council.cluster.cut = ["M1", "M2", "M3"].map(|other| (away.clone(), code(other))).to_vec();
    for number in 0..PENDING_PER_MEMBER_MAX {
        let measure = ledger.parties.measure("M3", &format!("Measure {number}"));
        let record = ledger.parties.sign(&Body::Measure(measure)).render();
        let frame = Message::Pending(vec![record]).encode();
        council.cluster.step(&away, Input::Frame(by.clone(), frame));
    }
    let body = ledger.keys("M3", 1, vec![officer("desk-1", "M3/new")], None);
    let change = ledger.sign_as(&body, &["M3/recovery", "M3/new"]);
    council.order("M1", &change);
    council.cluster.heal();
    council.cluster.run_ms(30_000);
    assert!(council.cluster.nodes.values().all(|node| node.cut_off.is_empty()));
    assert_eq!(council.cluster.replica(&code("M1")).faults_of(&away), None);
    assert_eq!(council.height("M4"), council.height("M1"));
}

#[test]
fn a_node_whose_key_changed_while_it_was_away_rejoins_with_the_new_one() {
    let mut council = Changing::equals(4);
    council.titled("M1", "Before");
    let lost = ["M2", "M3", "M4"].map(code);
    council.cluster.crash(&lost[0]);
    council.cluster.hold_node_key(&lost[0], secret("M2/node-2"));
    council.rotate("M2", "M1", Some("M2/node-2"), None);
    for at in &lost {
        council.cluster.lose_signed(at);
    }
    for at in &lost {
        council.cluster.boot(at);
    }
    council.cluster.run_ms(60_000);
    for at in &lost[..2] {
        council.cluster.rejoin(at);
        council.cluster.run_ms(60_000);
        assert!(council.cluster.nodes[at].rejoins.last().is_some_and(Result::is_ok));
    }
    // Three of four vote, this node among them.
    council.titled("M1", "While the fourth observes");
}

#[test]
fn a_freeze_waits_and_is_ordered_though_its_member_has_as_much_waiting_as_may_wait() {
    let mut council = Changing::equals(4);
    let (at, ledger) = (code("M2"), council.at("M2"));
    for other in ["M1", "M3", "M4"] {
        council.cluster.crash(&code(other));
    }
    let submit = |council: &mut Changing, statement: &Statement| {
        let ticket = council.cluster.submit(&at, statement);
        council.cluster.outcome(&at, ticket).cloned().expect("an answer")
    };
    let measure = |number: usize| {
        let measure = ledger.parties.measure("M2", &format!("The thief's measure {number}"));
        ledger.parties.sign(&Body::Measure(measure))
    };
    for number in 0..PENDING_PER_MEMBER_MAX {
        let outcome = submit(&mut council, &measure(number));
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let full = Outcome::Refused(Rejection::Full(at.clone()));
    assert_eq!(submit(&mut council, &measure(PENDING_PER_MEMBER_MAX)), full);
    let mut ahead = ledger.clone();
    for number in 0..2 * PENDING_CHANGES_PER_MEMBER_MAX {
        if number == 2 {
            // A block takes one change of officers: others have enough waiting for two.
            for number in 0..=BLOCK_SHARE {
                let theirs = ledger.parties.measure("M1", &format!("Another {number}"));
                submit(&mut council, &ledger.parties.sign(&Body::Measure(theirs)));
            }
        }
        let officers = vec![officer("desk-1", &format!("M2/new-{number}"))];
        let body = match number % 2 {
            0 => ahead.freeze("M2"),
            _ => ahead.keys("M2", 1, officers, None),
        };
        let signers = ["M2/recovery".to_owned(), format!("M2/new-{number}")];
        let signers = signers.each_ref().map(String::as_str);
        let statement = ahead.sign_as(&body, &signers[..=number % 2]);
        let outcome = submit(&mut council, &statement);
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        ahead.run(&[statement]);
    }
    let one_more = ahead.sign_as(&ahead.freeze("M2"), &["M2/recovery"]);
    assert_eq!(submit(&mut council, &one_more), full, "these have a bound of their own");
    for other in ["M1", "M3", "M4"] {
        council.cluster.boot(&code(other));
    }
    council.cluster.run_ms(60_000);
    let changed = council.at("M1").member("M2").officers[0].key;
    assert_eq!(changed, secret("M2/new-3").public());
}
