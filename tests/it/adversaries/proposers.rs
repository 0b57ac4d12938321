//! Adversaries by name: what a hostile proposer and a hostile majority try.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::parts::{Cited, Predecessor, Relation};
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, Mandate, Matter, Measure, Position};
use nemcon_tests::fixture::{
    EU_MEMBERS, Ledger, Seat, appointee, cited, code, council_of_equals, european_union, label,
    line, member, officer,
};

const FOR: Position = Position::InFavour;

/// Every way that a text offers to leave M4 out.
#[test]
fn a_proposer_who_picks_the_entitled_set_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let friends = Matter::Participation(["M1", "M2", "M3"].map(code).to_vec());
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
    moved.about.measure = second;
    let lines = held_back.note.signatures().to_vec();
    let moved = nemcon_ledger::record::Statement::new(&Body::Ballot(moved), lines).unwrap();
    let said = ledger.try_apply(&moved);
    assert!(matches!(said, Err(Refusal::Signatures { .. })), "on another measure");
    assert!(ledger.measure(first).ballots.is_empty());
    assert!(ledger.measure(second).ballots.is_empty());
}

/// Each of the 26 forges a mandate of Belgium's, and casts by it; no ballot for Belgium comes of it.
#[test]
fn twenty_six_members_forge_mandates_of_the_twenty_seventh() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("BG", "A measure"));
    for (by, ..) in &EU_MEMBERS[1..] {
        let genuine = ledger.parties.mandate(ledger.council(), "BE", number, Some(by));
        let text = Body::Mandate(genuine.clone()).render();
        // Signed by the holder, as Belgium; and said by the holder for Belgium.
        let lines = vec![ledger.parties.signature(&text, &code(by), 0)];
        let forged =
            nemcon_ledger::record::Statement::new(&Body::Mandate(genuine.clone()), lines).unwrap();
        let said = ledger.try_apply(&forged);
        assert!(matches!(said, Err(Refusal::Signatures { .. })), "{by}");
        let mut head = genuine.head.clone();
        head.by = code(by);
        let own = ledger.sign(&Body::Mandate(Mandate { head, ..genuine }));
        let refusal = Refusal::NotOwn { by: code(by), on_behalf: code("BE") };
        assert_eq!(ledger.try_apply(&own), Err(refusal.clone()));
        let mut ballot = ledger.parties.ballot_for(ledger.council(), (by, "BE"), number, FOR);
        ballot.mandate = Some(forged.text_hash);
        assert_eq!(ledger.try_apply(&ledger.sign(&Body::Ballot(ballot))), Err(refusal));
    }
    let others: Vec<_> = EU_MEMBERS[1..].iter().map(|it| (it.0, FOR)).collect();
    assert_eq!(ledger.cast(number, &others), [], "and all of them together adopt nothing");
    assert_eq!(ledger.measure(number).missing(), [code("BE")]);
}

/// Both M3 and M4 have given notice: on the leaving of one the other one is asked.
#[test]
fn a_proposer_who_leaves_another_out_than_the_member_that_leaves_is_refused() {
    let mut ledger = Ledger::found(council_of_equals(4));
    for by in ["M3", "M4"] {
        let notice = ledger.sign(&ledger.notice(by, NoticeAct::Given));
        ledger.run(&[notice]);
    }
    let leaving = ledger.effect("M1", "departure", Matter::Departure(code("M4")));
    let measure = Measure { concerns: Some(code("M3")), ..leaving.clone() };
    let wrong = |concerns, departs| {
        Err(Refusal::WrongConcerned { concerns: code(concerns), departs: code(departs) })
    };
    let said = ledger.try_apply(&ledger.sign(&Body::Measure(measure)));
    assert_eq!(said, wrong("M3", "M4"));
    let number = ledger.table(leaving);
    let revision = ledger.revision(number, |m| m.matter = Matter::Departure(code("M3")));
    assert_eq!(ledger.try_apply(&revision), wrong("M4", "M3"), "nor by a revision");
}

/// Some of the members undo what all have decided, under a rule that asks them alone.
#[test]
fn fewer_than_decided_it_neither_renew_amend_nor_repeal_a_measure() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let all = ledger.table(ledger.parties.measure("M1", "What all decide"));
    ledger.all_in_favour(all);
    let friends = Matter::Participation(["M1", "M2"].map(code).to_vec());
    let authority = ledger.adopt("M1", "cooperation", friends);
    for relation in [Relation::Renews, Relation::Amends, Relation::Repeals] {
        let predecessor = Some(Predecessor { relation, cited: cited(ledger.council(), all) });
        let joint = Measure {
            kind: label("joint-act"),
            rule: label("participating"),
            authorised_by: Some(cited(ledger.council(), authority)),
            predecessor,
            ..ledger.parties.measure("M1", "Two undo it")
        };
        let concerning = Measure {
            kind: label("breach"),
            rule: label("minus-concerned"),
            concerns: Some(code("M4")),
            predecessor,
            ..ledger.parties.measure("M1", "All but one undo it")
        };
        for (measure, out) in [(joint, "M3"), (concerning, "M4")] {
            let refusal = Refusal::FewerThanBefore { code: code(out), measure: all };
            assert_eq!(ledger.try_apply(&ledger.sign(&Body::Measure(measure))), Err(refusal));
        }
    }
}

/// A revision that cites what an entrant has decided, on a measure that was tabled before it entered.
#[test]
fn a_revision_does_not_undo_what_a_member_decided_that_it_does_not_ask() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let old = ledger.table(ledger.parties.measure("M1", "Tabled before M9 entered"));
    let entrant = Matter::Accession(Box::new(member("M9", "The entrant", Seat::weighing(1))));
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

/// A thief has the Presidency's only key, and the Presidency has none to freeze it with.
#[test]
fn a_thief_of_the_presidencys_key_keeps_it_no_longer_than_all_need_to_appoint_another() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let theirs = Matter::Appointment(Box::new(appointee("CH", "chair", &["thief/card"])));
    let own = ledger.table(ledger.effect("CH", "appointment", theirs));
    ledger.cast(own, &[("M1", FOR), ("M2", FOR), ("M3", FOR)]);
    assert_eq!(ledger.measure(own).missing(), [code("M4")], "he does not appoint himself");
    let by_ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "CH", own, FOR));
    let said = ledger.try_apply(&ledger.sign(&by_ballot));
    assert_eq!(said, Err(Refusal::NotEntitled { code: code("CH"), measure: own }));
    let officers = vec![officer("card", "thief/card")];
    let keys = ledger.keys("CH", 1, officers, None);
    assert_eq!(ledger.council().signers_of(&keys), Err(Refusal::NotAMember(code("CH"))));

    let next = Matter::Appointment(Box::new(appointee("CH", "chair", &["CH/card"])));
    let number = ledger.table(ledger.effect("M1", "appointment", next));
    let closing = ledger.close("CH", number);
    let refusal = Refusal::AboutSeats { by: code("CH"), measure: number };
    assert_eq!(ledger.try_apply(&closing), Err(refusal));
    let freeze = ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]);
    ledger.run(&[freeze]);
    ledger.all_in_favour(number);
    assert!(!ledger.council().is_frozen(&code("CH")), "a freeze does not outlive it either");
}

#[test]
fn a_frozen_participant_closes_nothing() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let closing = ledger.close("CH", number);
    let freeze = ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]);
    ledger.run(&[freeze]);
    assert_eq!(ledger.try_apply(&closing), Err(Refusal::Frozen(code("CH"))));
    let others = ["M1", "M2"].map(|by| (by, FOR));
    ledger.cast(number, &others);
    assert_eq!(ledger.measure(number).missing(), [code("M3")]);
}

#[test]
fn the_old_presidencys_key_says_nothing_after_the_appointment() {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let statements = [
        ledger.close("CH", number),
        ledger.extension("CH", number, nemcon_tests::fixture::day(40)),
        ledger.attestation("CH", number),
        ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]),
    ];
    ledger.appoint("CH", "chair", &["CH/card"]);
    let fault = SignatureFault::Signer { line: 1 };
    let refusal = Refusal::Signatures { by: code("CH"), fault };
    for statement in &statements {
        assert_eq!(ledger.try_apply(statement), Err(refusal.clone()), "{}", statement.body.kind());
    }
}
