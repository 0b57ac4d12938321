//! Golden vectors of measures in each of their shapes; [`crate::vectors`] keeps their files.

use std::collections::BTreeSet;

use nemcon_crypto::hash::sha256;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::record::measure::FIELDS;
use nemcon_ledger::record::measure_fields::{
    Document, Predecessor, Relation, RestsOn, Target, Targets,
};
use nemcon_ledger::record::{
    Body, CouncilChange, Genesis, Measure, Participant, Position, Record, Visibility,
};
use nemcon_tests::fixture::{
    Ledger, before_appointments, cited, cited_incident, code, council_of_equals, day, label, line,
    officer, participant,
};

use crate::vectors::{Vector, derived, signed};

/// Four members: listings, what follows on them, and measures that not all decide.
pub(crate) fn all() -> Vec<Vector> {
    let mut ledger = Ledger::found(before_appointments(council_of_equals(4)));
    let mut vectors = vec![participants()];
    let listing = listing(&mut ledger);
    let number = table(&mut ledger, &mut vectors, "measure-listing", listing);
    ledger.all_in_favour(number);
    for (name, relation) in [
        ("measure-renews", Relation::Renews),
        ("measure-amends", Relation::Amends),
        ("measure-repeals", Relation::Repeals),
    ] {
        let predecessor = Predecessor { relation, cited: cited(ledger.council(), number) };
        let measure = ledger.parties.measure("M1", &format!("What {relation} the listing"));
        let measure = Measure { predecessor: Some(predecessor), ..measure };
        vectors.push(signed(name, &ledger.sign(&Body::Measure(measure))));
    }
    of_fewer(&mut ledger, &mut vectors);
    vectors
}

fn table(
    ledger: &mut Ledger,
    vectors: &mut Vec<Vector>,
    name: &'static str,
    measure: Measure,
) -> u64 {
    vectors.push(signed(name, &ledger.sign(&Body::Measure(measure.clone()))));
    ledger.table(measure)
}

/// A listing with all that a listing has.
fn listing(ledger: &mut Ledger) -> Measure {
    let incident = ledger.report(ledger.parties.incident("M2", "Intrusion into a ministry"));
    let count = |sort, count| Targets { sort: label(sort), count };
    let target = |sort, who: &[u8], reasons: Option<&[u8]>| Target {
        sort: label(sort),
        who: sha256(who),
        reasons: reasons.map(sha256),
    };
    let document = |language, name: &str, file: &[u8]| Document {
        digest: sha256(file),
        length: file.len() as u64,
        language: label(language),
        name: name.parse().unwrap(),
    };
    Measure {
        incidents: vec![cited_incident(ledger.council(), incident)],
        rests_on: vec![RestsOn {
            council: sha256(b"another council"),
            number: 7,
            leaf: leaf_hash(b"its decision"),
        }],
        proportionality: Some(line("Those listed carried it out.")),
        targets: vec![count("person", 2), count("entity", 1)],
        listed: vec![
            target("person", b"nonce and name", Some(b"nonce and reasons")),
            target("person", b"nonce and another name", None),
            target("entity", b"nonce and a firm", Some(b"nonce and other reasons")),
        ],
        applies: vec![label("entry-ban"), label("asset-freeze")],
        exceptions: vec![line("Basic needs."), line("Humanitarian aid.")],
        documents: vec![
            document("en", "Draft decision.pdf", b"the file"),
            document("el", "Draft decision.pdf", b"another file"),
        ],
        enters: Some(day(31)),
        reviews: Some(day(180)),
        expires: Some(day(365)),
        ..ledger.parties.measure("M1", "List two persons and an entity")
    }
}

/// The member concerned is left out, and those that do not take part; the decisions say so.
fn of_fewer(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let concerning = Measure {
        kind: label("breach"),
        rule: label("minus-concerned"),
        concerns: Some(code("M2")),
        ..ledger.parties.measure("M1", "A serious breach by M2")
    };
    let number = table(ledger, vectors, "measure-concerns", concerning);
    let records = ledger.cast(number, &["M1", "M3", "M4"].map(|by| (by, Position::InFavour)));
    vectors.push(derived("decision-concerns", records));
    let taking_part = CouncilChange::Participation(["M1", "M3"].map(code).to_vec());
    let authorisation = ledger.effect("M1", "cooperation", taking_part);
    let authority = table(ledger, vectors, "measure-participating", authorisation);
    ledger.all_in_favour(authority);
    let joint = Measure {
        kind: label("joint-act"),
        rule: label("participating"),
        authorised_by: Some(cited(ledger.council(), authority)),
        ..ledger.parties.measure("M3", "An act of two")
    };
    let number = table(ledger, vectors, "measure-authorised", joint);
    let records = ledger.cast(number, &["M1", "M3"].map(|by| (by, Position::InFavour)));
    vectors.push(derived("decision-participating", records));
}

/// A public council with two participants, for one of which two of three officers sign.
fn participants() -> Vector {
    let mut genesis = before_appointments(council_of_equals(1));
    let officers = ["desk-1", "desk-2", "card"].map(|name| officer(name, &format!("SG/{name}")));
    let office = participant("SG", "Γραμματεία", "secretariat");
    let office = Participant { threshold: 2, officers: officers.to_vec(), ..office };
    genesis.participants.push(office);
    genesis.charter.roles.push(label("secretariat"));
    genesis.charter.may_attest.push(label("secretariat"));
    let genesis = Genesis { visibility: Visibility::Public, ..genesis };
    Vector { name: "genesis-participants", record: Record::Genesis(Box::new(genesis)) }
}

fn measure(record: &Record) -> Option<&Measure> {
    match record {
        Record::Statement(statement) => match &statement.body {
            Body::Measure(measure) => Some(measure),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn the_vectors_hold_every_field_and_every_effect_of_a_measure() {
    let records = crate::vectors::all().iter().map(|vector| &vector.record);
    let measures: Vec<_> = records.filter_map(measure).collect();
    for field in FIELDS {
        let has_line = |measure: &Measure| {
            let text = Body::Measure(measure.clone()).render();
            // Reasons stand behind each target, and no line is theirs alone.
            let name = if field == "reasons" { "target " } else { &format!("{field} ") };
            let mut lines = text.lines().filter(|line| line.starts_with(name)).peekable();
            let words = if field == "reasons" { 4 } else { 0 };
            lines.peek().is_some() && lines.all(|line| line.split(' ').count() >= words)
        };
        assert!(measures.iter().any(|measure| has_line(measure)), "{field}");
        assert!(measures.iter().all(|it| it.states(field) == has_line(it)), "{field}");
    }
    let effects: BTreeSet<_> =
        measures.iter().filter_map(|it| it.council_change.effect()).collect();
    assert_eq!(effects, Effect::ALL.iter().copied().collect());
}
