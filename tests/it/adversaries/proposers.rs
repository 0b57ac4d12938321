//! Proposers who would pick who is asked, or what is asked again.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::measure_fields::{Cited, Predecessor, Relation};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Position};
use nemcon_tests::fixture::{Ledger, Seat, cited, code, council_of_equals, label, line, member};

use super::FOR;

/// Every way that a text offers to leave M4 out.
#[test]
fn a_proposer_who_picks_the_entitled_set_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let friends = CouncilChange::Participation(["M1", "M2", "M3"].map(code).to_vec());
    let unauthorised = ledger.table(ledger.effect("M1", "cooperation", friends));
    ledger.cast(unauthorised, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    let open: Cited = cited(ledger.council(), unauthorised);
    let tries: [(&str, &str, Option<&str>, Option<Cited>); 6] = [
        ("listing", "minus-concerned", Some("M4"), None),
        ("listing", "participating", None, Some(open)),
        ("listing", "unanimity", Some("M4"), None),
        ("listing", "unanimity", None, Some(open)),
        ("leaving-terms", "minus-concerned", Some("M4"), None),
        ("joint-act", "participating", None, Some(open)),
    ];
    for (kind, rule, concerns, authorised_by) in tries {
        let measure = Measure {
            kind: label(kind),
            rule: label(rule),
            concerns: concerns.map(code),
            authorised_by,
            ..ledger.parties.measure("M1", "Without M4")
        };
        let said = ledger.try_apply(&ledger.sign(&Body::Measure(measure)));
        assert!(said.is_err(), "{kind} by {rule}");
    }
    let number = ledger.table(ledger.parties.measure("M1", "With all"));
    let revision = ledger.revision(number, |m| m.concerns = Some(code("M4")));
    let refusal = Refusal::RevisionChanges { measure: number, field: "concerns" };
    assert_eq!(ledger.try_apply(&revision), Err(refusal));
}

/// On a superseded text, after it was replaced, and on another measure.
#[test]
fn an_old_ballot_offered_as_a_current_one_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let parties = ledger.parties.clone();
    let [first, second] = ["One", "Two"].map(|it| ledger.table(parties.measure("M1", it)));
    let replaced = ledger.ballot("M2", first, FOR);
    ledger.run(std::slice::from_ref(&replaced));
    ledger.cast(first, &[("M2", Position::Against)]);
    let chained = |said: Result<(), Refusal>| matches!(said, Err(Refusal::WrongAfter { .. }));
    assert!(chained(ledger.try_apply(&replaced)), "replaced");
    let held_back = ledger.ballot("M3", first, FOR);
    let revision = ledger.revision(first, |m| m.summary = vec![line("Worse.")]);
    ledger.run(&[revision]);
    let refusal = Refusal::Superseded { measure: first, said: 1, is: 2 };
    assert_eq!(ledger.try_apply(&held_back), Err(refusal.clone()), "on a superseded text");
    assert_eq!(ledger.try_apply(&replaced), Err(refusal));
    let Body::Ballot(mut moved) = held_back.body.clone() else { unreachable!() };
    moved.said.about.measure = second;
    let lines = held_back.note.signatures().to_vec();
    let moved = nemcon_ledger::record::Statement::new(&Body::Ballot(moved), lines).unwrap();
    let said = ledger.try_apply(&moved);
    assert!(matches!(said, Err(Refusal::Signatures { .. })), "on another measure");
    assert!(ledger.said_on(first).ballots.is_empty());
    assert!(ledger.said_on(second).ballots.is_empty());
}

/// Both M3 and M4 have given notice: on the leaving of one the other one is asked.
#[test]
fn a_proposer_who_leaves_another_out_than_the_member_that_leaves_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(4));
    for by in ["M3", "M4"] {
        let notice = ledger.sign(&ledger.notice(by, NoticeAct::Given));
        ledger.run(&[notice]);
    }
    let leaving = ledger.effect("M1", "departure", CouncilChange::Departure(code("M4")));
    let measure = Measure { concerns: Some(code("M3")), ..leaving.clone() };
    let wrong = |concerns, departs| {
        Err(Refusal::WrongConcerned { concerns: code(concerns), departs: code(departs) })
    };
    let said = ledger.try_apply(&ledger.sign(&Body::Measure(measure)));
    assert_eq!(said, wrong("M3", "M4"));
    let number = ledger.table(leaving);
    let revision =
        ledger.revision(number, |m| m.council_change = CouncilChange::Departure(code("M3")));
    assert_eq!(ledger.try_apply(&revision), wrong("M4", "M3"), "nor by a revision");
}

/// A revision that cites what an entrant has decided, on a measure that was tabled before it entered.
#[test]
fn a_revision_does_not_undo_what_a_member_decided_that_it_does_not_ask() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let old = ledger.table(ledger.parties.measure("M1", "Tabled before M9 entered"));
    let entrant =
        CouncilChange::Accession(Box::new(member("M9", "The entrant", Seat::weighing(1))));
    let number = ledger.adopt("M1", "accession", entrant);
    let entry = ledger.signed_entry("M9", number);
    ledger.run(&[entry]);
    let decided = ledger.table(ledger.parties.measure("M2", "What M9 decides too"));
    ledger.cast(decided, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "M9", decided, FOR));
    let last = ledger.sign_as(&ballot, &["M9/desk-1"]);
    ledger.run(&[last]);
    let cited = cited(ledger.council(), decided);
    let repeals = Some(Predecessor { relation: Relation::Repeals, cited });
    let revision = ledger.revision(old, |m| m.predecessor = repeals);
    let refusal = Refusal::FewerThanBefore { code: code("M9"), measure: decided };
    assert_eq!(ledger.try_apply(&revision), Err(refusal));
    let anew = Measure { predecessor: repeals, ..ledger.parties.measure("M1", "Tabled anew") };
    assert_eq!(ledger.try_apply(&ledger.sign(&Body::Measure(anew))), Ok(()));
}
