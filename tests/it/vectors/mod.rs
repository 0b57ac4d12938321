//! Golden vectors: every kind of record, byte by byte, as `vectors/records` keeps them.
//!
//! A change of the format is meant or it is a mistake. If it is meant, `NEMCON_VECTORS=write cargo
//! test -p nemcon-tests vectors` writes the files anew; else nothing is ever written.

mod keys;
mod measures;
mod on_measures;
mod participants;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use nemcon_crypto::hash::sha256;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::record::measure_fields::{Document, Targets};
use nemcon_ledger::record::{Body, Measure, Particulars, Position, Record, Statement};
use nemcon_tests::fixture::{Ledger, Seat, before_appointments, council_of, day, label, line};

/// A record and the file that keeps it.
pub(crate) struct Vector {
    pub(crate) name: &'static str,
    pub(crate) record: Record,
}

/// Every vector, made once.
pub(crate) fn all() -> &'static [Vector] {
    static ALL: LazyLock<Vec<Vector>> = LazyLock::new(make);
    &ALL
}

/// A council of three, where two of three officers sign for M1, and the councils of the other files.
fn make() -> Vec<Vector> {
    let seat = Seat { weight: 50, threshold: 2, officers: 3 };
    let mut ledger = Ledger::found(before_appointments(council_of(&[
        seat,
        Seat::weighing(30),
        Seat::weighing(20),
    ])));
    let genesis = Record::Genesis(Box::new(ledger.parties.genesis.clone()));
    let mut vectors = vec![Vector { name: "genesis", record: genesis }];
    adopted(&mut ledger, &mut vectors);
    not_adopted(&mut ledger, &mut vectors);
    withdrawn(&mut ledger, &mut vectors);
    let block = ledger.blocks.last().and_then(|block| block.records.last()).expect("the last leaf");
    let record = Record::parse(block).expect("a block record");
    vectors.push(Vector { name: "block", record });
    vectors.extend(keys::all());
    vectors.extend(participants::all());
    vectors.extend(on_measures::all());
    vectors.extend(measures::all());
    vectors
}

pub(crate) fn signed(name: &'static str, statement: &Statement) -> Vector {
    Vector { name, record: Record::Statement(Box::new(statement.clone())) }
}

pub(crate) fn derived(name: &'static str, records: Vec<Record>) -> Vector {
    let [record] = <[Record; 1]>::try_from(records).expect("one record");
    Vector { name, record }
}

fn full_measure(ledger: &Ledger) -> Measure {
    Measure {
        initiative: Some(line("Kingdom of Denmark, République française")),
        references: vec![line("oj L 129, 17.5.2019, p. 13")],
        particulars: Particulars {
            companions: vec![line("Implementing Regulation (EU) 2020/1125")],
            prepared: vec!["council 2026-10-01".parse().unwrap()],
            item: Some(label("a")),
        },
        amends: vec![line("Decision (CFSP) 2019/797")],
        summary: vec![line("Extends the framework."), line("Ελλάδα: καμία αλλαγή. България: не.")],
        proportionality: Some(line("No milder means would do.")),
        targets: vec![
            Targets { sort: label("person"), count: 8 },
            Targets { sort: label("entity"), count: 4 },
        ],
        documents: vec![Document {
            digest: sha256(b"the file"),
            length: 8,
            language: label("en"),
            name: "Draft decision.pdf".parse().unwrap(),
        }],
        opens: Some(day(1)),
        expires: Some(day(365)),
        ..ledger.parties.measure("CH", "Extend the framework until 18 May 2027")
    }
}

fn adopted(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let body = Body::Measure(full_measure(ledger));
    vectors.push(signed("measure", &ledger.parties.sign(&body)));
    let number = ledger.table(full_measure(ledger));
    let ballots = [
        ("ballot-in-favour", ledger.ballot("M1", number, Position::InFavour)),
        ("ballot-abstain", ledger.ballot("M2", number, Position::Abstain)),
        ("ballot-abstain-qualified", ledger.ballot("M3", number, Position::AbstainQualified)),
    ];
    vectors.extend(ballots.iter().map(|(name, ballot)| signed(name, ballot)));
    let records = ledger.run_at(day(1), &ballots.map(|(_, ballot)| ballot));
    vectors.push(derived("decision-adopted", records));
}

fn not_adopted(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let number = ledger.table(ledger.parties.measure("M2", "List eight persons"));
    let ballots = [
        ledger.ballot("M1", number, Position::InFavour),
        ledger.ballot("M2", number, Position::InFavour),
        ledger.ballot("M3", number, Position::Against),
    ];
    ledger.run(&ballots);
    vectors.push(signed("ballot-against", &ballots[2]));
    let retraction = ledger.ballot("M1", number, Position::Retracted);
    vectors.push(signed("ballot-retracted", &retraction));
    let mut lapsing = ledger.clone();
    lapsing.run(&[retraction]);
    let closing = lapsing.close("M2", number);
    vectors.push(derived("lapse", lapsing.run(&[closing])));
    let closing = ledger.close("M2", number);
    vectors.push(signed("close", &closing));
    vectors.push(derived("decision-not-adopted", ledger.run(&[closing])));
}

fn withdrawn(ledger: &mut Ledger, vectors: &mut Vec<Vector>) {
    let number = ledger.table(ledger.parties.measure("M3", "List four entities"));
    let withdrawal = ledger.withdrawal("M3", number);
    vectors.push(signed("withdrawal", &withdrawal));
    ledger.run(&[withdrawal]);
}

/// `<file> <leaf hash> <text hash>` a record; a derived record's text is the whole of it.
fn index(vectors: &[Vector]) -> String {
    let line = |Vector { name, record }: &Vector| {
        let bytes = record.render();
        let text = match record {
            Record::Statement(statement) => statement.text_hash,
            _ => sha256(&bytes),
        };
        format!("{name}.txt {} {text}\n", leaf_hash(&bytes))
    };
    vectors.iter().map(line).collect()
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "vectors", "records"].iter().collect()
}

fn files() -> Vec<(String, Vec<u8>)> {
    let vectors = all();
    let mut files: Vec<_> =
        vectors.iter().map(|v| (format!("{}.txt", v.name), v.record.render())).collect();
    files.push(("INDEX".to_owned(), index(vectors).into_bytes()));
    files
}

#[test]
fn every_record_renders_to_its_golden_bytes() {
    let is_writing = std::env::var("NEMCON_VECTORS").is_ok_and(|what| what == "write");
    for (name, bytes) in files() {
        let path = folder().join(&name);
        if is_writing {
            fs::write(&path, &bytes).unwrap();
        }
        let golden = fs::read(&path).unwrap();
        assert_eq!(String::from_utf8(golden), String::from_utf8(bytes), "{name}");
    }
}

#[test]
fn every_golden_file_is_a_vector_and_parses() {
    let named: BTreeSet<_> = files().into_iter().map(|(name, _)| name).collect();
    let found = fs::read_dir(folder()).unwrap();
    let found = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(found.collect::<BTreeSet<_>>(), named);
    for Vector { name, record } in all() {
        let golden = fs::read(folder().join(format!("{name}.txt"))).unwrap();
        assert_eq!(Record::parse(&golden).as_ref(), Ok(record), "{name}");
    }
}

#[test]
fn the_vectors_hold_every_kind_and_every_position() {
    let positions: BTreeSet<_> = all().iter().filter_map(|v| position_of(&v.record)).collect();
    assert_eq!(positions, BTreeSet::from(Position::ALL));
    let kinds: BTreeSet<_> = all().iter().map(|vector| vector.record.kind()).collect();
    assert_eq!(kinds, Record::kinds().collect());
    for Vector { name, record } in all() {
        let first = format!("nemcon/v1 {}\n", record.kind());
        assert!(record.render().starts_with(first.as_bytes()), "{name}");
        assert!(name.starts_with(record.kind()), "{name} is named after its kind");
    }
}

fn position_of(record: &Record) -> Option<Position> {
    match record {
        Record::Statement(statement) => match &statement.body {
            Body::Ballot(ballot) => Some(ballot.position),
            _ => None,
        },
        _ => None,
    }
}
