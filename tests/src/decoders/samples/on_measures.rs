//! What is said on measures and incidents beside plain ballots, and what follows from it.

use nemcon_client::seats::Seats;
use nemcon_crypto::hash;
use nemcon_ledger::record::incident::{Manner, Severity};
use nemcon_ledger::record::measure_fields::{Predecessor, Relation, RestsOn, Target, Targets};
use nemcon_ledger::record::reservation::ReservationAct::{Lift, Place};
use nemcon_ledger::record::{
    Attribution, Ballot, Body, CouncilChange, Incident, Measure, Position, Record, RemarkText,
    Statement,
};

use super::Samples;

use crate::fixture::{
    Ledger, appointee, before_appointments, cited, cited_incident, code, council_of_equals, day,
    label, line,
};

const FOR: Position = Position::InFavour;

/// Three members and a chair, and each kind of statement and decision that they come to.
pub(super) fn add_to(all: &mut Samples) {
    let mut ledger = Ledger::found(before_appointments(council_of_equals(3)));
    incidents(&mut ledger, all);
    let number = listing(&mut ledger, all);
    on_a_measure(&mut ledger, number, all);
    package(&mut ledger, all);
    of_fewer(&mut ledger, all);
    offices(all);
}

/// A chair that is frozen, and another one.
fn offices(all: &mut Samples) {
    let mut ledger = Ledger::found(council_of_equals(1));
    let freeze = ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"]);
    ledger.run(&[freeze]);
    let chair = appointee("CH", "chair", &["CH/card", "CH/card-2"]);
    let measure = ledger.effect("M1", "appointment", CouncilChange::Appointment(Box::new(chair)));
    let appointment = ledger.sign(&Body::Measure(measure));
    take(&mut ledger, all, "appointment", appointment);
    let seats = Seats::of(&ledger.chain, |_| None);
    let json = serde_json::to_vec(&seats).expect("an answer of our own is JSON");
    all.add("seats", "participants", json);
}

fn add(all: &mut Samples, name: &str, statement: &Statement) {
    all.add("record", name, statement.render());
    all.add("statement", name, statement.render());
}

/// Adds it, and lets the council take it.
fn take(ledger: &mut Ledger, all: &mut Samples, name: &str, statement: Statement) {
    add(all, name, &statement);
    ledger.run(&[statement]);
}

/// M1 and M3 are in favour, and that decides the measure.
fn decide(ledger: &mut Ledger, all: &mut Samples, name: &str, number: u64) {
    let derived = ledger.cast(number, &[("M1", FOR), ("M3", FOR)]);
    let [record @ Record::Decision(_)] = &derived[..] else { unreachable!("{derived:?}") };
    all.add("record", name, record.render());
}

fn incidents(ledger: &mut Ledger, all: &mut Samples) {
    let incident = Incident {
        until: Some(day(0)),
        severity: vec![Severity { factor: label("scope"), level: label("high") }],
        evidence: vec![hash::sha256(b"nonce and log")],
        ..ledger.parties.incident("M2", "An incident")
    };
    let statement = ledger.sign(&Body::Incident(incident));
    take(ledger, all, "incident", statement);
    let attribution = ledger.parties.attribution(ledger.council(), "M1", 1);
    let digest = Some(hash::sha256(b"nonce and name"));
    let joint =
        Attribution { manner: Manner::Joint, is_public: true, who: None, digest, ..attribution };
    let statement = ledger.sign(&Body::Attribution(joint));
    take(ledger, all, "attribution", statement);
}

/// A measure with what a listing has, which renews one that was adopted.
fn listing(ledger: &mut Ledger, all: &mut Samples) -> u64 {
    let before = ledger.table(ledger.parties.measure("M1", "Before"));
    ledger.all_in_favour(before);
    let relation = Relation::Renews;
    let target = Target {
        sort: label("person"),
        who: hash::sha256(b"nonce and name"),
        reasons: Some(hash::sha256(b"nonce and reasons")),
    };
    let (council, leaf) = (hash::sha256(b"another council"), hash::sha256(b"its decision"));
    let rests_on = RestsOn { council, number: 7, leaf };
    let measure = Measure {
        procedure: Some(label("written")),
        predecessor: Some(Predecessor { relation, cited: cited(ledger.council(), before) }),
        incidents: vec![cited_incident(ledger.council(), 1)],
        targets: vec![Targets { sort: label("person"), count: 1 }],
        listed: vec![target],
        applies: vec![label("entry-ban")],
        exceptions: vec![line("Basic needs.")],
        rests_on: vec![rests_on],
        enters: Some(day(45)),
        reviews: Some(day(60)),
        expires: Some(day(90)),
        ..ledger.parties.measure("M1", "A listing")
    };
    add(all, "listing", &ledger.sign(&Body::Measure(measure.clone())));
    ledger.table(measure)
}

fn on_a_measure(ledger: &mut Ledger, number: u64, all: &mut Samples) {
    let placed = ledger.reservation("M2", number, ("scrutiny", Place));
    take(ledger, all, "reservation", placed);
    let lifted = ledger.reservation("M2", number, ("scrutiny", Lift));
    take(ledger, all, "reservation-lifted", lifted);
    let extension = ledger.extension("CH", number, day(40));
    take(ledger, all, "extension", extension);
    let revision = ledger.revision(number, |measure| measure.summary = vec![line("Better.")]);
    take(ledger, all, "revision", revision);
    let attestation = ledger.attestation("CH", number);
    take(ledger, all, "attestation", attestation);
    let remark = ledger.remark("M3", number, |_| {});
    take(ledger, all, "remark", remark);
    let kept = RemarkText::Digest(hash::sha256(b"a statement"));
    let remark = ledger.remark("CH", number, |it| (it.text, it.is_public) = (kept, true));
    take(ledger, all, "remark-digest", remark);
    let mandate = ledger.parties.mandate(ledger.council(), "M2", number, Some("M3"));
    let mandate = ledger.sign(&Body::Mandate(mandate));
    take(ledger, all, "mandate", mandate);
    let ballot = ledger.parties.ballot_for(ledger.council(), ("M3", "M2"), number, FOR);
    let ballot = ledger.sign(&Body::Ballot(Ballot { is_tacit: true, ..ballot }));
    take(ledger, all, "ballot-mandate", ballot);
    let declared = ledger.ballot("M1", number, Position::AbstainQualified);
    take(ledger, all, "ballot-declared", declared);
    decide(ledger, all, "decision-mandate", number);
}

fn package(ledger: &mut Ledger, all: &mut Samples) {
    let [one, two] = ["One", "Two"].map(|it| ledger.table(ledger.parties.measure("M1", it)));
    let package = ledger.package("M1", &[one, two]);
    take(ledger, all, "package", package);
}

/// An act of those that take part, and its decision, which says who has no ballot.
fn of_fewer(ledger: &mut Ledger, all: &mut Samples) {
    let taking_part = CouncilChange::Participation(["M1", "M3"].map(code).to_vec());
    let authority = ledger.adopt("M1", "cooperation", taking_part);
    let measure = Measure {
        kind: label("joint-act"),
        rule: label("participating"),
        authorised_by: Some(cited(ledger.council(), authority)),
        ..ledger.parties.measure("M3", "An act of two")
    };
    add(all, "measure-authorised", &ledger.sign(&Body::Measure(measure.clone())));
    let number = ledger.table(measure);
    decide(ledger, all, "decision-of-fewer", number);
}
