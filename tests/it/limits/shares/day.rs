//! Each party's share of a day, at its edge and one beyond.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::charter::Allowance;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::Share;
use nemcon_ledger::record::{Body, Position, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_tests::fixture::{Ledger, council_of_equals, day, officer, statements};

use super::{FOR, incident, later};

/// As much as one party may add a day: what came before, and the refusal of one more.
fn spend(ledger: &mut Ledger, said: impl Fn(&Ledger, usize) -> Statement) -> (usize, Refusal) {
    for at in 0.. {
        let statement = said(ledger, at);
        let time = later(ledger.chain.time(), 1).max(day(0));
        let mut council = ledger.council().clone();
        council.open(time);
        match council.apply(&statement) {
            Ok(()) => drop(ledger.run_at(time, &[statement])),
            Err(refusal) => return (at, refusal),
        }
    }
    unreachable!("a day ends")
}

fn day_spent(refusal: &Refusal) -> (&Code, Share, Allowance, Time) {
    let Refusal::DaySpent(spent) = refusal else { unreachable!("{refusal:?}") };
    (&spent.by, spent.share, spent.taken, spent.again)
}

#[test]
fn incidents_without_end_end_with_the_share_of_the_day() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    let (count, refusal) = spend(&mut ledger, |_, at| incident(&parties, "M2", at, 58_000));
    assert_eq!(count, 18, "620 of 58 KB in 38 s were let in before");
    let (by, share, taken, again) = day_spent(&refusal);
    assert_eq!((by.as_str(), share, again), ("M2", Share::Rest, day(1)));
    assert!(taken.bytes <= 1 << 20 && taken.bytes + 58_000 > 1 << 20);
    for want in ["M2 has made 18 statements", "1048576 a day", "2026-11-24T00:00:00.000Z"] {
        assert!(refusal.to_string().contains(want), "{refusal}");
    }
    // All that is not steering has room still, and so have all others.
    let others = [
        ledger.ballot("M2", number, FOR),
        ledger.sign_as(&ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]),
        ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]),
        incident(&parties, "M3", 0, 58_000),
    ];
    assert_eq!(
        statements(&ledger.clone().offer_at(ledger.next_time(), &others).unwrap().records).len(),
        4
    );
    // The last millisecond of the day, and the first one of the next.
    let more = incident(&parties, "M2", 99, 58_000);
    let said_at = |time| {
        let mut council = ledger.council().clone();
        council.open(time);
        council.apply(&more)
    };
    assert_eq!(said_at(Time::from_ms(day(1).as_ms() - 1).unwrap()), Err(refusal));
    assert_eq!(said_at(day(1)), Ok(()));
}

#[test]
fn small_statements_end_with_their_number_and_ballots_have_a_share_of_their_own() {
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.day.statements = 20;
    genesis.charter.shares.ballots.statements = 30;
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    let (count, refusal) = spend(&mut ledger, |_, at| incident(&parties, "M2", at, 0));
    assert_eq!((count, day_spent(&refusal).1), (20, Share::Rest));
    let cast = |ledger: &Ledger, at: usize| {
        let position = if at.is_multiple_of(2) { FOR } else { Position::Retracted };
        ledger.ballot("M2", number, position)
    };
    let (count, refusal) = spend(&mut ledger, cast);
    assert_eq!((count, day_spent(&refusal).1), (30, Share::Ballots));
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    assert_eq!(ledger.run(&[freeze]), []);
}

/// Who holds a mandate speaks at its own cost, not at the cost of whom it speaks for.
#[test]
fn a_ballot_for_another_is_charged_to_who_signs_it() {
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.ballots.statements = 4;
    let mut ledger = Ledger::found(genesis);
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.empower("M2", number, "M3");
    let cast = |ledger: &Ledger, at: usize| {
        let position = if at.is_multiple_of(2) { FOR } else { Position::Abstain };
        ledger.ballot_for(("M3", "M2"), number, position)
    };
    let (count, refusal) = spend(&mut ledger, cast);
    assert_eq!((count, day_spent(&refusal).0.as_str()), (4, "M3"));
    assert_eq!(ledger.run(&[ledger.ballot("M2", number, FOR)]), [], "M2's own share is whole");
}

/// Changes of officers without end are made by whoever has the recovery key; they end too.
#[test]
fn changes_of_keys_end_with_the_share_of_the_day_and_those_of_the_node_with_another() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let keys = |ledger: &Ledger, at: usize| {
        let new = format!("M2/new-{at}");
        let body = ledger.keys("M2", 1, vec![officer("desk-1", &new)], None);
        ledger.sign_as(&body, &["M2/recovery", &new])
    };
    let (count, refusal) = spend(&mut ledger, keys);
    assert_eq!((count, day_spent(&refusal).1), (16, Share::Officers));
    let notice = |ledger: &Ledger, at: usize| {
        let act = if at.is_multiple_of(2) { NoticeAct::Given } else { NoticeAct::Withdrawn };
        ledger.sign_as(&ledger.notice("M2", act), &["M2/new-15"])
    };
    let (count, refusal) = spend(&mut ledger, notice);
    assert_eq!((count, day_spent(&refusal).1), (16, Share::Seats));
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/new-15"]);
    assert_eq!(ledger.run(&[freeze]), [], "a freeze needs no share");
}

/// A thief of M2's officers says all that a day lets him say. The member freezes, changes its
/// officers, and speaks: what he used up was not its own.
#[test]
fn a_thief_uses_up_neither_the_freeze_of_a_member_nor_its_day_after_it() {
    let mut genesis = council_of_equals(4);
    genesis.charter.shares.day.statements = 5;
    genesis.charter.shares.ballots.statements = 5;
    let mut ledger = Ledger::found(genesis);
    let parties = ledger.parties.clone();
    let number = ledger.table(parties.measure("M1", "A measure"));
    spend(&mut ledger, |_, at| incident(&parties, "M2", at, 0));
    let cast = |ledger: &Ledger, at: usize| {
        ledger.ballot("M2", number, if at.is_multiple_of(2) { FOR } else { Position::Abstain })
    };
    spend(&mut ledger, cast);
    let notice = |ledger: &Ledger, at: usize| {
        let act = if at.is_multiple_of(2) { NoticeAct::Given } else { NoticeAct::Withdrawn };
        ledger.sign_as(&ledger.notice("M2", act), &["M2/desk-1"])
    };
    spend(&mut ledger, notice);
    ledger.run(&[ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"])]);
    let thaw = |ledger: &mut Ledger, new: &str| {
        let body = ledger.keys("M2", 1, vec![officer("desk-1", new)], None);
        ledger.run(&[ledger.sign_as(&body, &["M2/recovery", new])]);
    };
    thaw(&mut ledger, "M2/new-1");
    let ballot = ledger.parties.ballot(ledger.council(), "M2", number, FOR);
    let again = ledger.sign_as(&Body::Ballot(ballot), &["M2/new-1"]);
    let rotation = ledger.rotation("M2", Some("M2/node-2"), None);
    let rotation = ledger.sign_as(&rotation, &["M2/new-1", "M2/node-2"]);
    ledger.run(&[again, rotation]);
    // Once a day: else a hostile member would have a day after each of its own freezes.
    let cast = |ledger: &Ledger, key: &str, at: usize| {
        let position = if at.is_multiple_of(2) { Position::Abstain } else { FOR };
        let ballot = ledger.parties.ballot(ledger.council(), "M2", number, position);
        ledger.sign_as(&Body::Ballot(ballot), &[key])
    };
    let (count, _) = spend(&mut ledger, |ledger, at| cast(ledger, "M2/new-1", at));
    assert_eq!(count, 4);
    ledger.run(&[ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"])]);
    thaw(&mut ledger, "M2/new-2");
    let (count, refusal) = spend(&mut ledger, |ledger, at| cast(ledger, "M2/new-2", at));
    assert_eq!((count, day_spent(&refusal).1), (0, Share::Ballots));
}
