//! All members but one, or fewer than had decided, against the others.

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::record::measure_fields::{Predecessor, Relation};
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Member};
use nemcon_tests::fixture::{
    EU_MEMBERS, Ledger, Seat, cited, code, council_of_equals, european_union, label, member,
    officer, sign_for,
};

use super::FOR;

/// No measure sets keys for a code in the roster, and nobody else's statement does [rules.md R21].
#[test]
fn twenty_six_members_try_to_speak_for_the_twenty_seventh() {
    let mut ledger = Ledger::found(european_union());
    let number = ledger.table(ledger.parties.measure("BE", "A measure"));
    let others = ledger.council().roster().members[1..].to_vec();
    let before = ledger.council().roster().clone();
    // A ballot, new officers, a freeze, a rotation, a notice: each in Belgium's name.
    let ballot = Body::Ballot(ledger.parties.ballot(ledger.council(), "BE", number, FOR));
    let bodies = [
        ballot,
        ledger.keys("BE", 1, vec![officer("desk-1", "BG/mine")], None),
        ledger.freeze("BE"),
        ledger.rotation("BE", Some("BG/node-2"), None),
        ledger.notice("BE", NoticeAct::Given),
    ];
    for body in &bodies {
        verify_unsigned_by(&others, &ledger, body);
    }
    // Each as itself, for Belgium.
    let [Body::Ballot(ballot), ..] = &bodies else { unreachable!() };
    let mut ballot = ballot.clone();
    ballot.said.head.by = code("BG");
    let statement = ledger.parties.sign(&Body::Ballot(ballot));
    let refusal = Refusal::NotOwn { by: code("BG"), on_behalf: code("BE") };
    assert_eq!(ledger.try_apply(&statement), Err(refusal));
    // A measure that admits a Belgium of theirs, or that has it leave.
    let theirs = member("BE", "Belgium", Seat::weighing(1));
    let accession = ledger.effect("BG", "accession", CouncilChange::Accession(Box::new(theirs)));
    let statement = ledger.parties.sign(&Body::Measure(accession));
    assert_eq!(ledger.try_apply(&statement), Err(Refusal::AlreadyAMember(code("BE"))));
    let departure = ledger.effect("BG", "departure", CouncilChange::Departure(code("BE")));
    assert_eq!(departure.council_change.effect(), Some(Effect::Departure));
    let statement = ledger.parties.sign(&Body::Measure(departure));
    assert_eq!(ledger.try_apply(&statement), Err(Refusal::NoNotice(code("BE"))));
    // And all of them together adopt nothing.
    let ballots: Vec<_> =
        others.iter().map(|it| ledger.ballot(it.code.as_str(), number, FOR)).collect();
    assert_eq!(ledger.run(&ballots), []);
    assert_eq!(ledger.measure(number).missing(), [code("BE")]);
    assert_eq!(**ledger.council().roster(), *before);
}

/// Every line that the keys of `others` can make under the names of a statement's signers is refused.
fn verify_unsigned_by(others: &[Member], ledger: &Ledger, body: &Body) {
    let uses = ["desk-1", "recovery", "node", "seal"];
    let names = |it: &Member| uses.map(|key| format!("{}/{key}", it.code));
    let all: Vec<String> = others.iter().flat_map(names).collect();
    let theirs: Vec<_> = all.iter().map(String::as_str).collect();
    for by in others {
        let mut parts = ledger.council().signers_of(body).unwrap();
        for vkey in parts.iter_mut().flat_map(|part| &mut part.keys) {
            vkey.key = by.officers[0].key;
        }
        let said = ledger.try_apply(&sign_for(body, &parts, &theirs));
        let Err(Refusal::Signatures { fault: SignatureFault::Signer { .. }, .. }) = said else {
            panic!("{}: {said:?}", by.code)
        };
    }
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
        let mut own = genuine.clone();
        own.said.head.by = code(by);
        let own = ledger.sign(&Body::Mandate(own));
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

/// Some of the members undo what all have decided, under a rule that asks them alone.
#[test]
fn fewer_than_decided_it_neither_renew_amend_nor_repeal_a_measure() {
    let mut ledger = Ledger::found(council_of_equals(4));
    let all = ledger.table(ledger.parties.measure("M1", "What all decide"));
    ledger.all_in_favour(all);
    let friends = CouncilChange::Participation(["M1", "M2"].map(code).to_vec());
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
