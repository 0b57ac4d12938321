//! What stood on a measure and stands no more is remembered with why, and decides nothing.

use nemcon_ledger::council::{Ended, FormerBallot, HISTORY_KEPT_MAX, Past, Stood};
use nemcon_ledger::record::Position;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

const FOR: Position = Position::InFavour;

/// Three members, and a measure of the first.
fn tabled() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(3));
    let measure = ledger.parties.measure("M1", "One");
    assert_eq!(ledger.table(measure), 1);
    ledger
}

/// Places a reservation in a block of its own; its sort.
fn reserve(ledger: &mut Ledger, by: &str) -> &'static str {
    let sort = "scrutiny";
    let placed = ledger.reservation(by, 1, (sort, ReservationAct::Place));
    ledger.run(&[placed]);
    sort
}

fn past(ledger: &Ledger) -> Vec<Past> {
    ledger.said_on(1).history.past.iter().cloned().collect()
}

#[test]
fn a_reservation_that_the_members_own_ballot_lifts_is_remembered_with_that_ballot() {
    let mut ledger = tabled();
    let sort = reserve(&mut ledger, "M2");
    let placed = ledger.said_on(1).reservations[&(code("M2"), label(sort))].clone();
    ledger.cast(1, &[("M2", Position::Abstain)]);
    assert_eq!(past(&ledger), [], "an abstention lifts nothing");
    ledger.cast(1, &[("M2", FOR)]);
    let [lifted] = &past(&ledger)[..] else { panic!("{:?}", past(&ledger)) };
    assert_eq!(lifted.code, code("M2"));
    assert_eq!(lifted.stood, Stood::Reservation { sort: label(sort) });
    assert_eq!(lifted.leaf, placed.leaf);
    let said = ledger.said_on(1);
    let ballot = said.ballot(&code("M2")).unwrap();
    assert_eq!((&lifted.ended, lifted.time), (&Ended::Ballot(ballot.leaf), ballot.time));
}

#[test]
fn what_its_member_takes_back_itself_is_a_record_of_its_own_and_not_remembered() {
    let mut ledger = tabled();
    let sort = reserve(&mut ledger, "M2");
    let lifted = ledger.reservation("M2", 1, (sort, ReservationAct::Lift));
    ledger.run(&[lifted]);
    ledger.cast(1, &[("M2", FOR)]);
    ledger.cast(1, &[("M2", Position::Retracted)]);
    assert_eq!(past(&ledger), []);
}

#[test]
fn ballots_that_a_freeze_voids_are_remembered_with_whom_it_froze() {
    let mut ledger = tabled();
    ledger.empower("M1", 1, "M2");
    let for_m1 = ledger.ballot_for(("M2", "M1"), 1, FOR);
    ledger.run(&[for_m1]);
    ledger.cast(1, &[("M2", Position::Against)]);
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/recovery"]);
    ledger.run(&[freeze]);
    let by = code("M2");
    let said = |position| Stood::Ballot { position, by: by.clone() };
    let stood: Vec<_> = past(&ledger).into_iter().map(|it| (it.code, it.stood, it.ended)).collect();
    let frozen = Ended::Freeze(by.clone());
    let mandate = Stood::Mandate { holder: by.clone() };
    let wants = [
        (code("M1"), said(FOR), frozen.clone()),
        (by.clone(), said(Position::Against), frozen.clone()),
        (code("M1"), mandate, frozen),
    ];
    assert_eq!(stood, wants);
    assert_eq!(ledger.measure(1).missing().len(), 3);
}

/// A ballot in favour on a text that was replaced.
fn on_former(of: &str, by: &str) -> FormerBallot {
    FormerBallot { code: code(of), position: FOR, by: code(by) }
}

#[test]
fn who_signed_for_another_is_remembered_when_a_revision_voids_its_ballot() {
    let mut ledger = tabled();
    ledger.empower("M1", 1, "M2");
    let for_m1 = ledger.ballot_for(("M2", "M1"), 1, FOR);
    ledger.run(&[for_m1]);
    ledger.cast(1, &[("M2", FOR)]);
    let revised = ledger.revision(1, |measure| measure.title = line("Another"));
    ledger.run(&[revised]);
    let signed = &ledger.said_on(1).former[0].signed;
    assert_eq!(*signed, [on_former("M1", "M2"), on_former("M2", "M2")]);
}

#[test]
fn what_a_revision_voids_and_what_a_ballot_revokes_is_remembered() {
    let mut ledger = tabled();
    ledger.empower("M2", 1, "M3");
    ledger.cast(1, &[("M2", FOR)]);
    reserve(&mut ledger, "M3");
    let revised = ledger.revision(1, |measure| measure.title = line("Another"));
    ledger.run(&[revised]);
    let of: Vec<_> = past(&ledger).into_iter().map(|it| (it.code, it.ended)).collect();
    let former = &ledger.said_on(1).former[0];
    assert_eq!(former.signed, [on_former("M2", "M2")]);
    let Ended::Ballot(_) = of[0].1 else { panic!("{of:?}") };
    assert_eq!(of[1], (code("M3"), Ended::Revision(2)));
}

#[test]
fn a_deadline_that_is_put_off_is_remembered_with_both_dates() {
    let mut ledger = tabled();
    let before = ledger.measure(1).closes;
    let put_off = ledger.extension("M1", 1, day(60));
    ledger.run(&[put_off]);
    let [it] = &ledger.said_on(1).history.extensions.iter().cloned().collect::<Vec<_>>()[..] else {
        panic!("one extension")
    };
    assert_eq!((&it.by, it.from, it.to), (&code("M1"), before, day(60)));
}

#[test]
fn no_member_makes_the_others_remember_without_end() {
    let mut ledger = tabled();
    for _ in 0..=HISTORY_KEPT_MAX {
        reserve(&mut ledger, "M2");
        ledger.cast(1, &[("M2", FOR)]);
        ledger.cast(1, &[("M2", Position::Retracted)]);
    }
    let past = past(&ledger);
    assert_eq!(past.len(), HISTORY_KEPT_MAX);
    assert!(past.is_sorted_by_key(|it| it.leaf));
}
