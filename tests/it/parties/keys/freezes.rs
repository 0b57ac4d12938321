//! A member is frozen, and thawed with its recovery key.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, ChainKey, Mandate, Statement};
use nemcon_tests::fixture::{Ledger, code, officer};

use super::{FOR, ledger};

#[test]
fn a_freeze_voids_ballots_and_mandates_for_good_and_the_recovery_key_ends_it() {
    let mut ledger = ledger();
    let measures: Vec<_> = (0..2)
        .map(|at| ledger.table(ledger.parties.measure("M1", &format!("Measure {at}"))))
        .collect();
    let mandate = mandate(&ledger, "M3", "M2", measures[1]);
    ledger.run(&[mandate]);
    let (own, other) = (ledger.ballot("M2", measures[0], FOR), for_another(&ledger, measures[1]));
    ledger.run(&[own.clone(), other]);
    assert!(ledger.said_on(measures[1]).ballot(&code("M3")).is_some());
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    ledger.run(&[freeze]);
    assert!(ledger.council().is_frozen(&code("M2")));
    for number in &measures {
        assert!(ledger.said_on(*number).ballots.is_empty());
        assert!(ledger.said_on(*number).mandates.is_empty());
    }
    let ballot = ledger.ballot("M2", measures[0], FOR);
    assert_eq!(ledger.try_apply(&ballot), Err(Refusal::Frozen(code("M2"))));
    let body = ledger.keys("M2", 1, ledger.member("M2").officers.clone(), None);
    let thaw = ledger.sign_as(&body, &["M2/recovery"]);
    ledger.run(&[thaw]);
    assert!(!ledger.council().is_frozen(&code("M2")));
    let wrong_after =
        |said| matches!(said, Err(Refusal::WrongAfter { .. } | Refusal::AlreadyRecorded));
    assert!(wrong_after(ledger.try_apply(&own)), "the void ballot cannot be played again");
    ledger.run(&[ballot]);
}

fn mandate(ledger: &Ledger, by: &str, to: &str, number: u64) -> Statement {
    let ballot = ledger.parties.ballot(ledger.council(), by, number, FOR);
    let holder = Some(code(to));
    ledger.parties.sign(&Body::Mandate(Mandate { said: ballot.said, holder }))
}

/// M2's ballot for M3, whose mandate it holds.
fn for_another(ledger: &Ledger, number: u64) -> Statement {
    let mut ballot = ledger.parties.ballot(ledger.council(), "M2", number, FOR);
    ballot.said.on_behalf = code("M3");
    ballot.mandate = Some(ledger.said_on(number).mandates[&code("M3")].text_hash);
    ballot.said.after = ledger.council().last_statement(&ChainKey::Measure(number, code("M3")));
    ledger.parties.sign(&Body::Ballot(ballot))
}

#[test]
fn a_freeze_in_the_block_of_the_last_ballot_keeps_it_from_being_adopted() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M1", FOR), ("M3", FOR), ("M4", FOR)]);
    let ballot = ledger.ballot("M2", number, FOR);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"]);
    assert_eq!(ledger.run(&[ballot, freeze]), [], "nothing is decided");
    assert_eq!(ledger.measure(number).missing(), [code("M2")]);
}

#[test]
fn a_member_frozen_and_thawed_in_one_block_has_lost_its_ballots() {
    let mut ledger = ledger();
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M2", FOR)]);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    let mut body = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    let Body::Keys(keys) = &mut body else { unreachable!() };
    keys.after = Some(freeze.leaf_hash);
    let thaw = ledger.sign_as(&body, &["M2/recovery", "M2/card"]);
    ledger.run(&[freeze, thaw]);
    assert!(!ledger.council().is_frozen(&code("M2")));
    assert!(ledger.said_on(number).ballots.is_empty());
}

#[test]
fn a_frozen_members_node_stays_and_what_it_had_under_way_does_not_arrive() {
    let mut ledger = ledger();
    let before = ledger.council().roster_digest();
    let notice = ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]);
    ledger.run(&[notice]);
    let body = ledger.rotation("M2", Some("M2/node-2"), Some("M2/seal-2"));
    let rotation = ledger.sign_as(&body, &["M2/desk-1", "M2/node-2", "M2/seal-2"]);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    ledger.run(&[rotation, freeze]);
    assert_eq!(ledger.council().roster_digest(), before);
    assert!(!ledger.council().is_departing(&code("M2")));
    assert_eq!(ledger.council().waiting().count(), 0);
    assert_eq!(ledger.idle(), None);
}
