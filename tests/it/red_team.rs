//! Adversaries by name: what a hostile proposer and a hostile majority try.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::parts::Cited;
use nemcon_ledger::record::{Body, Mandate, Matter, Measure, Position};
use nemcon_tests::fixture::{
    EU_MEMBERS, Ledger, cited, code, council_of_equals, european_union, label, line,
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
