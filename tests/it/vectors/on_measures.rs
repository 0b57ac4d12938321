//! Golden vectors of what is said on measures and incidents beside plain ballots;
//! [`crate::vectors`] keeps their files.

use nemcon_crypto::hash::sha256;
use nemcon_ledger::record::incident::{Manner, Severity};
use nemcon_ledger::record::measure_fields::Target;
use nemcon_ledger::record::reservation::ReservationAct::{Lift, Place};
use nemcon_ledger::record::{
    Attribution, Ballot, Body, Incident, Measure, Position, Record, RemarkText, Reservation,
    Statement,
};
use nemcon_tests::fixture::{Ledger, before_appointments, council_of_equals, day, label, line};

use crate::vectors::{Vector, derived, signed};

const FOR: Position = Position::InFavour;

/// Four members and a chair: what they say on a measure in writing, on a package, on an incident.
pub(crate) fn all() -> Vec<Vector> {
    let mut ledger = Ledger::found(before_appointments(council_of_equals(4)));
    let mut vectors = Vec::new();
    let number = written(&mut ledger, &mut vectors);
    reservations(&mut ledger, number, &mut vectors);
    let extension = ledger.extension("CH", number, day(40));
    take(&mut ledger, &mut vectors, "extension", extension);
    let revision = ledger.revision(number, |m| m.summary = vec![line("Better said.")]);
    take(&mut ledger, &mut vectors, "revision", revision);
    mandates(&mut ledger, number, &mut vectors);
    let attestation = ledger.attestation("CH", number);
    take(&mut ledger, &mut vectors, "attestation", attestation);
    remarks(&mut ledger, number, &mut vectors);
    package(&mut ledger, &mut vectors);
    incidents(&mut ledger, &mut vectors);
    vectors
}

/// Lets the council take the statement in a block of its own, which derives nothing.
fn take(ledger: &mut Ledger, vectors: &mut Vec<Vector>, name: &'static str, statement: Statement) {
    vectors.push(signed(name, &statement));
    assert_eq!(ledger.run(&[statement]), [], "{name}");
}

fn written(ledger: &mut Ledger, vectors: &mut Vec<Vector>) -> u64 {
    let measure = ledger.parties.measure("M1", "Extend the framework in writing");
    let sort = label("person");
    let (who, reasons) = (sha256(b"nonce and name"), Some(sha256(b"nonce and reasons")));
    let listed = vec![Target { sort, who, reasons }];
    let measure = Measure { procedure: Some(label("written")), listed, ..measure };
    let body = Body::Measure(measure.clone());
    vectors.push(signed("measure-written", &ledger.sign(&body)));
    ledger.table(measure)
}

fn reservations(ledger: &mut Ledger, number: u64, vectors: &mut Vec<Vector>) {
    let placed = ledger.reservation("M2", number, ("scrutiny", Place));
    take(ledger, vectors, "reservation-placed", placed);
    let lifted = ledger.reservation("M2", number, ("scrutiny", Lift));
    take(ledger, vectors, "reservation-lifted", lifted);
    let placed = ledger.parties.reservation(ledger.council(), "M3", number, ("substance", Place));
    let (reason, digest) = (None, Some(sha256(b"nonce and text")));
    let closed = ledger.sign(&Body::Reservation(Reservation { reason, digest, ..placed }));
    take(ledger, vectors, "reservation-digest", closed);
}

/// M2 gives M3 its mandate, takes it back, gives it again; the decision names both signatures.
fn mandates(ledger: &mut Ledger, number: u64, vectors: &mut Vec<Vector>) {
    let mandate = |ledger: &Ledger, holder| {
        let mandate = ledger.parties.mandate(ledger.council(), "M2", number, holder);
        ledger.sign(&Body::Mandate(mandate))
    };
    let granted = mandate(ledger, Some("M3"));
    take(ledger, vectors, "mandate-granted", granted);
    let revoked = mandate(ledger, None);
    take(ledger, vectors, "mandate-revoked", revoked);
    ledger.empower("M2", number, "M3");
    let by_holder = ledger.ballot_for(("M3", "M2"), number, FOR);
    take(ledger, vectors, "ballot-under-mandate", by_holder);
    let ballot = ledger.parties.ballot(ledger.council(), "M1", number, FOR);
    let tacit = ledger.sign(&Body::Ballot(Ballot { is_tacit: true, ..ballot }));
    take(ledger, vectors, "ballot-tacit", tacit);
    let records = ledger.cast(number, &[("M3", FOR), ("M4", Position::Abstain)]);
    vectors.push(derived("decision-mandate", records));
}

/// On what was adopted: one for all members, one whose text stays off the ledger.
fn remarks(ledger: &mut Ledger, number: u64, vectors: &mut Vec<Vector>) {
    let remark = ledger.remark("M3", number, |_| {});
    take(ledger, vectors, "remark", remark);
    let text = RemarkText::Digest(sha256(b"a statement"));
    let sort = label("explanation-of-vote");
    let remark = ledger.remark("CH", number, |it| {
        (it.sort, it.text, it.is_public) = (sort, text, true);
    });
    take(ledger, vectors, "remark-digest", remark);
}

fn package(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let titles = ["List eight persons", "List four entities"];
    let numbers = titles.map(|title| ledger.table(ledger.parties.measure("M1", title)));
    let package = ledger.package("M1", &numbers);
    take(ledger, vectors, "package", package);
    let ballot = ledger.ballot("M4", numbers[0], FOR);
    vectors.push(signed("ballot-package", &ballot));
    ledger.all_in_favour(numbers[0]);
    let ballots = ["M1", "M2", "M3", "M4"].map(|by| ledger.ballot(by, numbers[1], FOR));
    vectors.push(derived("decision-package", ledger.run(&ballots)[1..].to_vec()));
}

fn incidents(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let severity = |factor, level| Severity { factor: label(factor), level: label(level) };
    let incident = Incident {
        until: Some(day(0)),
        severity: vec![severity("scope", "high"), severity("impact", "low")],
        evidence: vec![sha256(b"nonce and log"), sha256(b"nonce and image")],
        ..ledger.parties.incident("M2", "Intrusion into a ministry")
    };
    vectors.push(signed("incident", &ledger.sign(&Body::Incident(incident.clone()))));
    let number = ledger.report(incident);
    let said = |by| ledger.parties.attribution(ledger.council(), by, number);
    let who = Some(sha256(b"nonce and name"));
    let alone = Attribution { who: None, digest: who, ..said("M1") };
    let joint = Attribution { manner: Manner::Joint, confidence: label("low"), ..said("M2") };
    let public = Attribution { is_public: true, ..said("M3") };
    let none = Attribution { finding: label("none"), who: None, ..said("M4") };
    for (name, attribution) in [
        ("attribution-alone", alone),
        ("attribution-joint", joint),
        ("attribution-public", public),
        ("attribution-none", none),
    ] {
        let statement = ledger.sign(&Body::Attribution(attribution));
        take(ledger, vectors, name, statement);
    }
    let again = ledger.parties.attribution(ledger.council(), "M4", number);
    let again = ledger.sign(&Body::Attribution(again));
    take(ledger, vectors, "attribution-again", again);
}

/// What the decision says of a mandate is what both signed.
#[test]
fn a_decision_under_a_mandate_names_the_ballot_and_the_mandate() {
    let vectors = all();
    let named = |name: &str| {
        let vector = vectors.iter().find(|vector| vector.name == name);
        &vector.expect("a vector of this file").record
    };
    let Record::Decision(decision) = named("decision-mandate") else { unreachable!() };
    let Record::Statement(ballot) = named("ballot-under-mandate") else { unreachable!() };
    let Body::Ballot(Ballot { mandate, .. }) = &ballot.body else { unreachable!() };
    let [line] = &decision.mandates[..] else { panic!("one mandate") };
    assert_eq!((line.code.as_str(), line.holder.as_str()), ("M2", "M3"));
    assert_eq!(Some(line.text_hash), *mandate);
    assert_eq!(decision.ballots[1].text_hash, ballot.text_hash);
}
