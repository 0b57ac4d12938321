//! The law at its boundaries: what members say beside ballots, and what steers a measure.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::reservation::ReservationAct::{Lift, Place};
use nemcon_ledger::record::{CouncilChange, Outcome, Position, Record};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, line};

const FOR: Position = Position::InFavour;

fn ledger() -> (Ledger, u64) {
    let mut ledger = Ledger::found(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    (ledger, number)
}

#[test]
fn a_revision_voids_what_was_said_and_remembers_who_signed_what() {
    let (mut ledger, number) = ledger();
    ledger.cast(number, &[("M1", FOR), ("M2", Position::Against)]);
    ledger.empower("M3", number, "M4");
    let reservation = ledger.reservation("M2", number, ("scrutiny", Place));
    ledger.run(&[reservation]);
    let attestation = ledger.attestation("CH", number);
    ledger.run(&[attestation]);
    let before = ledger.measure(number).clone();
    assert_eq!(ledger.said_on(number).attestations.len(), 1);
    let revision = ledger.revision(number, |m| m.summary = vec![line("Better.")]);
    // A ballot in the same block is on the text before: it is void with the others.
    let late = ledger.ballot("M4", number, FOR);
    ledger.run(&[late, revision.clone()]);
    let state = ledger.measure(number);
    let said = ledger.said_on(number);
    assert!(said.ballots.is_empty() && said.mandates.is_empty());
    assert!(said.reservations.is_empty() && said.attestations.is_empty());
    assert_eq!(state.frozen, before.frozen);
    assert_eq!((state.revision, state.text_hash), (2, revision.text_hash));
    let [former] = &said.former[..] else { panic!("one former text") };
    assert_eq!((former.revision, former.text_hash), (1, before.text_hash));
    let signed = [("M1", FOR), ("M2", Position::Against), ("M4", FOR)];
    let said: Vec<_> = former.signed.iter().map(|it| (it.code.as_str(), it.position)).collect();
    assert_eq!(said, signed);
    assert!(former.signed.iter().all(|it| it.by == it.code), "each signed for itself");
    let all = ["M1", "M2", "M3", "M4"].map(|by| (by, FOR));
    let derived = ledger.cast(number, &all);
    let [Record::Decision(decision)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!((decision.outcome, decision.revision), (Outcome::Adopted, 2));
    assert_eq!(decision.text, revision.text_hash);
}

#[test]
fn the_last_ballot_in_the_block_of_a_revision_adopts_nothing() {
    let (mut ledger, number) = ledger();
    ledger.cast(number, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    let last = ledger.ballot("M4", number, FOR);
    let revision = ledger.revision(number, |m| m.summary = vec![line("Better.")]);
    assert_eq!(ledger.run(&[last, revision]), []);
    assert_eq!(ledger.measure(number).missing().len(), 4);
}

#[test]
fn an_extension_keeps_ballots_and_a_measure_ends_at_its_new_deadline() {
    let (mut ledger, number) = ledger();
    ledger.cast(number, &[("M1", FOR), ("M2", Position::Against)]);
    let extension = ledger.extension("CH", number, day(40));
    ledger.run(&[extension]);
    assert_eq!(ledger.said_on(number).ballots.len(), 2);
    assert_eq!(ledger.council().next_deadline(), Some(day(40)));
    assert_eq!(ledger.offer_at(day(30), &[]), None, "nothing ends at the old one");
    let late = ledger.ballot("M3", number, FOR);
    assert_eq!(ledger.run_at(day(31), &[late]), []);
    let derived = ledger.run_at(day(40), &[]);
    let [Record::Lapse(lapse)] = &derived[..] else { panic!("{derived:?}") };
    assert_eq!(lapse.missing, [code("M4")]);
}

#[test]
fn a_reservation_is_lifted_by_ones_own_vote_in_favour_and_by_no_other() {
    let (mut ledger, number) = ledger();
    let stands = |ledger: &Ledger| ledger.said_on(number).reservations.len();
    let placed = ["scrutiny", "substance"].map(|sort| (sort, Place));
    for what in placed {
        let placed = ledger.reservation("M2", number, what);
        ledger.run(&[placed]);
    }
    ledger.empower("M2", number, "M3");
    let by_holder = ledger.ballot_for(("M3", "M2"), number, FOR);
    ledger.run(&[by_holder]);
    assert_eq!(stands(&ledger), 2, "its holder cannot lift them");
    ledger.cast(number, &[("M2", Position::Abstain)]);
    assert_eq!(stands(&ledger), 2, "nor does an abstention");
    ledger.cast(number, &[("M1", FOR)]);
    assert_eq!(stands(&ledger), 2, "nor does another's ballot");
    let lift = ledger.reservation("M2", number, ("scrutiny", Lift));
    ledger.run(&[lift]);
    assert_eq!(stands(&ledger), 1);
    ledger.cast(number, &[("M2", FOR)]);
    assert_eq!(stands(&ledger), 0);
}

#[test]
fn ones_own_ballot_goes_before_that_of_its_holder() {
    let (mut ledger, number) = ledger();
    ledger.empower("M2", number, "M3");
    let by_holder = ledger.ballot_for(("M3", "M2"), number, FOR);
    ledger.run(&[by_holder]);
    assert_eq!(ledger.said_on(number).ballot(&code("M2")).unwrap().by, code("M3"));
    ledger.cast(number, &[("M2", Position::Against)]);
    let said = ledger.said_on(number);
    let ballot = said.ballot(&code("M2")).unwrap();
    assert_eq!((ballot.by.clone(), ballot.position), (code("M2"), Position::Against));
    assert!(ballot.mandate.is_none() && said.mandates.is_empty());
    let again = ledger.ballot_for(("M3", "M2"), number, FOR);
    let refusal = Refusal::NotOwn { by: code("M3"), on_behalf: code("M2") };
    assert_eq!(ledger.try_apply(&again), Err(refusal));
}

#[test]
fn what_has_ended_can_still_be_attested() {
    let (mut ledger, number) = ledger();
    ledger.all_in_favour(number);
    let attestation = ledger.attestation("CH", number);
    assert_eq!(ledger.run_at(day(90), &[attestation]), []);
    let attested: Vec<_> = ledger.said_on(number).attestations.values().map(|it| it.time).collect();
    assert_eq!(attested, [day(90)]);
}

/// Nobody speaks for a member that cannot speak for itself, nor does such a one for anybody.
#[test]
fn mandates_end_when_either_side_is_frozen_or_leaves() {
    for who in ["M3", "M4"] {
        for is_leaving in [false, true] {
            let (mut ledger, number) = ledger();
            ledger.empower("M3", number, "M4");
            if is_leaving {
                let notice = ledger.sign(&ledger.notice(who, NoticeAct::Given));
                ledger.run(&[notice]);
                ledger.adopt("M1", "departure", CouncilChange::Departure(code(who)));
            } else {
                let freeze = ledger.sign_as(&ledger.freeze(who), &[&format!("{who}/desk-1")]);
                ledger.run(&[freeze]);
            }
            assert!(ledger.said_on(number).mandates.is_empty(), "{who} {is_leaving}");
        }
    }
}
