//! The monitor's own reading of the law can fail: what a wrong council would order is noticed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected must fail")]

use nemcon_crypto::LeafIndex;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{
    Body, CouncilChange, Decision, Genesis, Outcome, Position, Record, Statement,
};
use nemcon_ledger::text::Time;

use super::{Law, Terms};
use crate::fixture::{Ledger, appointee, board, council_of_equals, officer};

const FOR: Position = Position::InFavour;

/// Gives the law the records of a ledger's blocks, as `change` changes them; what it says first.
fn read(ledger: &Ledger, change: impl Fn(&mut Vec<Record>)) -> Result<(), String> {
    let genesis = &ledger.parties.genesis;
    let mut law = Law::new(genesis);
    let mut chain = nemcon_ledger::Chain::found(genesis.clone());
    let mut leaf = 1;
    for block in &ledger.blocks {
        let (council, previous) = (chain.council().clone(), chain.previous());
        chain = chain.apply(block).map_err(|error| error.to_string())?;
        let (roster, total_weight) = (council.roster(), council.weight().total);
        let terms = Terms { roster, total_weight, time: chain.time(), previous };
        let parse = |bytes: &Vec<u8>| Record::parse(bytes).expect("a record");
        let mut records: Vec<Record> = block.records.iter().map(parse).collect();
        change(&mut records);
        for record in &records {
            match record {
                Record::Statement(it) => law.read_statement(it, LeafIndex(leaf), &terms)?,
                Record::Decision(it) => law.read_decision(it, &terms)?,
                Record::Lapse(it) => law.read_lapse(it, &terms)?,
                Record::Block(_) | Record::Genesis(_) => {}
            }
            leaf += 1;
        }
        law.end_block(&terms, chain.council().roster())?;
        law.verify_offices(chain.council())?;
    }
    Ok(())
}

fn unchanged(_: &mut Vec<Record>) {}

fn founded(genesis: Genesis) -> Ledger {
    Ledger::found(genesis)
}

fn decisions(records: &mut [Record]) -> impl Iterator<Item = &mut Decision> {
    records.iter_mut().filter_map(|record| match record {
        Record::Decision(decision) => Some(decision),
        _ => None,
    })
}

/// Statements of two ledgers in one, as if the first council had let in the second one's.
fn with(statement: Statement) -> impl Fn(&mut Vec<Record>) {
    move |records| {
        let has_decision = records.iter().any(|it| matches!(it, Record::Decision(_)));
        if has_decision {
            records.insert(0, Record::Statement(Box::new(statement.clone())));
        }
    }
}

fn noticed(result: Result<(), String>, words: &str) {
    let said = result.expect_err("the law is broken");
    assert!(said.contains(words), "{said}");
}

#[test]
fn what_the_council_orders_is_read_without_a_complaint() {
    let mut ledger = founded(council_of_equals(4));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.empower("M2", number, "M1");
    ledger.run(&[ledger.ballot_for(("M1", "M2"), number, FOR)]);
    ledger.run(&[ledger.reservation("M3", number, ("scrutiny", ReservationAct::Place))]);
    ledger.cast(number, &[("M1", FOR), ("M3", FOR), ("M4", Position::Abstain)]);
    assert_eq!(read(&ledger, unchanged), Ok(()));
    let mut seven = founded(board());
    let number = seven.table(seven.parties.measure("B1", "A measure"));
    seven.all_in_favour(number);
    assert_eq!(read(&seven, unchanged), Ok(()));
}

#[test]
fn a_ballot_under_a_mandate_that_was_taken_back_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.empower("M2", number, "M1");
    let cast = ledger.ballot_for(("M1", "M2"), number, FOR);
    let revoked = ledger.parties.mandate(ledger.council(), "M2", number, None);
    ledger.run(&[ledger.sign(&Body::Mandate(revoked))]);
    ledger.all_in_favour(number);
    noticed(read(&ledger, with(cast)), "does not follow");
}

#[test]
fn a_ballot_on_a_text_that_was_replaced_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let early = ledger.ballot("M2", number, FOR);
    ledger.run(&[ledger.revision(number, |it| it.title = crate::fixture::line("Another"))]);
    ledger.all_in_favour(number);
    let changed = |records: &mut Vec<Record>| {
        let of_m2 =
            |it: &Record| matches!(it, Record::Statement(it) if it.body.head().by.as_str() == "M2");
        if let Some(at) = records.iter().position(of_m2) {
            records[at] = Record::Statement(Box::new(early.clone()));
        }
    };
    noticed(read(&ledger, changed), "not asked for");
}

#[test]
fn a_decision_that_counts_what_a_revision_voided_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.cast(number, &[("M2", FOR)]);
    ledger.run(&[ledger.revision(number, |it| it.title = crate::fixture::line("Another"))]);
    ledger.all_in_favour(number);
    // Without M2's new ballot only its old one is there.
    let changed = |records: &mut Vec<Record>| {
        let is_decided = records.iter().any(|it| matches!(it, Record::Decision(_)));
        let of_m2 =
            |it: &Record| matches!(it, Record::Statement(it) if it.body.head().by.as_str() == "M2");
        records.retain(|it| !is_decided || !of_m2(it));
    };
    noticed(read(&ledger, changed), "is decided without M2");
}

#[test]
fn half_a_package_is_noticed() {
    let mut ledger = founded(council_of_equals(2));
    let one = ledger.table(ledger.parties.measure("M1", "One"));
    let two = ledger.table(ledger.parties.measure("M1", "Two"));
    ledger.run(&[ledger.package("M1", &[one, two])]);
    ledger.cast(one, &[("M1", FOR), ("M2", FOR)]);
    ledger.cast(two, &[("M1", FOR), ("M2", FOR)]);
    assert_eq!(read(&ledger, unchanged), Ok(()));
    let half = |records: &mut Vec<Record>| {
        records.retain(|it| !matches!(it, Record::Decision(it) if it.measure == two));
    };
    noticed(read(&ledger, half), "is adopted without 2");
}

#[test]
fn other_outcomes_missing_members_and_early_ends_are_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    ledger.all_in_favour(number);
    let refused = |records: &mut Vec<Record>| {
        decisions(records).for_each(|it| it.outcome = Outcome::NotAdopted);
    };
    noticed(read(&ledger, refused), "ends before its time");
    let without = |records: &mut Vec<Record>| {
        for decision in decisions(records) {
            decision.ballots.pop();
        }
    };
    noticed(read(&ledger, without), "decided without M3");
    let silent = |records: &mut Vec<Record>| {
        records.retain(|it| !matches!(it, Record::Decision(_)));
    };
    noticed(read(&ledger, silent), "has all it needs");
    let twice = |records: &mut Vec<Record>| {
        let decision = records.iter().find(|it| matches!(it, Record::Decision(_))).cloned();
        records.extend(decision);
    };
    noticed(read(&ledger, twice), "ends twice");
    let replayed = |records: &mut Vec<Record>| records.insert(0, records[0].clone());
    noticed(read(&ledger, replayed), "a second time");
}

#[test]
fn a_seat_that_changes_without_its_members_own_word_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let keys = ledger.keys("M2", 1, vec![officer("card", "M2/card")], None);
    ledger.run(&[ledger.sign_as(&keys, &["M2/recovery", "M2/card"])]);
    assert_eq!(read(&ledger, unchanged), Ok(()));
    let unsaid = |records: &mut Vec<Record>| {
        records.retain(|it| !matches!(it, Record::Statement(it) if it.body.kind() == "keys"));
    };
    noticed(read(&ledger, unsaid), "M2 has a key that it never named");
}

#[test]
fn a_frozen_member_that_speaks_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let late = ledger.ballot("M2", number, FOR);
    ledger.run(&[ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"])]);
    ledger.run_at(
        Time::from_ms(ledger.next_time().as_ms() + 1).expect("a time"),
        &[ledger.ballot("M1", number, FOR)],
    );
    let spoken = |records: &mut Vec<Record>| {
        let of_m1 = |it: &Record| matches!(it, Record::Statement(it) if it.body.kind() == "ballot");
        if records.iter().any(of_m1) {
            records.insert(0, Record::Statement(Box::new(late.clone())));
        }
    };
    noticed(read(&ledger, spoken), "M2, which is frozen");
}

#[test]
fn whoever_speaks_for_a_participant_without_an_appointment_is_noticed() {
    let mut ledger = founded(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "A measure"));
    let late = ledger.extension("CH", number, crate::fixture::day(40));
    let chair = CouncilChange::Appointment(Box::new(appointee("CH", "chair", &["CH/card"])));
    let appointing = ledger.table(ledger.effect("M1", "appointment", chair));
    let closing = ledger.close("CH", appointing);
    ledger.run(&[ledger.sign_as(&ledger.freeze("CH"), &["CH/desk-1"])]);
    ledger.all_in_favour(appointing);
    let other = ledger.table(ledger.parties.measure("M1", "Another"));
    ledger.all_in_favour(other);
    assert_eq!(read(&ledger, unchanged), Ok(()));
    let unsaid = |records: &mut Vec<Record>| {
        records.retain(|it| !matches!(it, Record::Statement(it) if it.body.kind() == "freeze"));
    };
    noticed(read(&ledger, unsaid), "freezes or thaws somebody");
    let is_about = |records: &[Record], number: u64| {
        records.iter().any(|it| matches!(it, Record::Decision(it) if it.measure == number))
    };
    let spoken = |records: &mut Vec<Record>| {
        if is_about(records, other) {
            records.insert(0, Record::Statement(Box::new(late.clone())));
        }
    };
    noticed(read(&ledger, spoken), "that CH has not signed");
    let closed = |records: &mut Vec<Record>| {
        let is_freeze =
            |it: &Record| matches!(it, Record::Statement(it) if it.body.kind() == "freeze");
        if records.iter().any(is_freeze) {
            records.insert(0, Record::Statement(Box::new(closing.clone())));
        }
    };
    noticed(read(&ledger, closed), "lets CH close measure 2, which appoints");
    let of_others = CouncilChange::Appointment(Box::new(appointee("SG", "chair", &["M1/node"])));
    let of_others = ledger.sign(&Body::Measure(ledger.effect("M2", "appointment", of_others)));
    let taken = |records: &mut Vec<Record>| {
        if is_about(records, other) {
            records.insert(0, Record::Statement(Box::new(of_others.clone())));
        }
    };
    noticed(read(&ledger, taken), "by a key, that is taken");
}

#[test]
fn participants_other_than_those_whom_all_have_appointed_are_noticed() {
    let mut ledger = founded(council_of_equals(2));
    let law = Law::new(&ledger.parties.genesis);
    assert_eq!(law.verify_offices(ledger.council()), Ok(()));
    ledger.appoint("CH", "chair", &["CH/card"]);
    noticed(law.verify_offices(ledger.council()), "whom nobody has appointed");
}

/// What the law says of a block of these statements, as they stand.
fn read_block(ledger: &Ledger, statements: &[Statement]) -> Result<(), String> {
    let council = ledger.council();
    let (roster, total_weight) = (council.roster(), council.weight().total);
    let (time, previous) = (ledger.next_time(), ledger.chain.previous());
    let terms = Terms { roster, total_weight, time, previous };
    let mut law = Law::new(&ledger.parties.genesis);
    for (leaf, statement) in (1..).zip(statements) {
        law.read_statement(statement, LeafIndex(leaf), &terms)?;
    }
    law.end_block(&terms, roster)
}

#[test]
fn statements_of_a_block_in_another_order_are_noticed() {
    let ledger = founded(council_of_equals(3));
    let sign = |at: u32| {
        ledger.sign(&Body::Measure(ledger.parties.measure("M1", &format!("Measure {at}"))))
    };
    let mut three: Vec<_> = (0..3).map(sign).collect();
    three.sort_by_key(|statement| crate::fixture::lot(&ledger.chain.previous(), statement));
    assert_eq!(read_block(&ledger, &three), Ok(()));
    three.swap(0, 2);
    noticed(read_block(&ledger, &three), "in another order");
    let freeze = ledger.sign_as(&ledger.freeze("M2"), &["M2/desk-1"]);
    let measure = sign(0);
    assert_eq!(read_block(&ledger, &[freeze.clone(), measure.clone()]), Ok(()));
    noticed(read_block(&ledger, &[measure, freeze]), "in another order");
    // What follows another of its block stands behind it, wherever its own place would be.
    let mut ahead = ledger.clone();
    let number = ahead.table(ledger.parties.measure("M1", "A measure"));
    let tabled = ahead.blocks[0].records[0].clone();
    let tabled = Statement::parse(&tabled).unwrap();
    let ballot = ahead.ballot("M2", number, FOR);
    assert_eq!(read_block(&ledger, &[tabled, ballot]), Ok(()));
}

#[test]
fn more_of_a_party_than_its_share_of_a_block_or_of_a_day_is_noticed() {
    let sorted = |ledger: &Ledger, mut statements: Vec<Statement>| {
        statements.sort_by_key(|it| crate::fixture::lot(&ledger.chain.previous(), it));
        read_block(ledger, &statements)
    };
    let incidents = |ledger: &Ledger, count: usize, lines: usize| -> Vec<Statement> {
        let incident = |at: usize| {
            let mut incident = ledger.parties.incident("M1", &format!("Incident {at}"));
            incident.summary = vec![crate::fixture::line(&"x".repeat(1900)); lines];
            ledger.sign(&Body::Incident(incident))
        };
        (0..count).map(incident).collect()
    };
    let ledger = founded(council_of_equals(3));
    assert_eq!(sorted(&ledger, incidents(&ledger, 16, 1)), Ok(()));
    noticed(sorted(&ledger, incidents(&ledger, 17, 1)), "too much of M1 in one block");
    assert_eq!(sorted(&ledger, incidents(&ledger, 2, 15)), Ok(()));
    noticed(sorted(&ledger, incidents(&ledger, 2, 20)), "too much of M1 in one block");
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.day.statements = 3;
    let ledger = founded(genesis);
    assert_eq!(sorted(&ledger, incidents(&ledger, 3, 1)), Ok(()));
    noticed(sorted(&ledger, incidents(&ledger, 4, 1)), "than the charter gives it a day");
    let mut genesis = council_of_equals(3);
    genesis.charter.shares.day.bytes = 65_535;
    let ledger = founded(genesis);
    noticed(sorted(&ledger, incidents(&ledger, 3, 12)), "than the charter gives it a day");
}

#[test]
fn the_fate_of_more_measures_than_a_package_decided_by_one_party_is_noticed() {
    let mut ledger = founded(council_of_equals(2));
    for at in 0..17 {
        ledger.table(ledger.parties.measure("M1", &format!("Measure {at}")));
    }
    let some: Vec<_> = (1..=9).collect();
    ledger.run(&[ledger.package("M1", &some)]);
    let rest: Vec<_> = (10..=17).collect();
    let withdrawal = ledger.withdrawal("M1", 1);
    ledger.run(std::slice::from_ref(&withdrawal));
    assert_eq!(read(&ledger, unchanged), Ok(()));
    let package = ledger.package("M1", &rest);
    let both = |records: &mut Vec<Record>| {
        let is_withdrawal = |it: &Record| matches!(it, Record::Statement(it) if **it == withdrawal);
        if let [first, .., Record::Block(block)] = &records[..]
            && is_withdrawal(first)
        {
            let lot = |statement| crate::fixture::lot(&block.previous, statement);
            let at = usize::from(lot(&package) > lot(&withdrawal));
            records.insert(at, Record::Statement(Box::new(package.clone())));
        }
    };
    noticed(read(&ledger, both), "too many measures");
}

#[test]
fn a_ledger_in_which_everything_happens_is_read_without_a_complaint() {
    assert_eq!(read(&crate::fixture::changing(), unchanged), Ok(()));
}
