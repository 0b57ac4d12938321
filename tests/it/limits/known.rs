//! What a node knows of statements: bounded, and only what was verified.

use nemcon_ledger::Known;
use nemcon_ledger::council::{Candidate, Proven};
use nemcon_ledger::record::{Position, Statement};
use nemcon_tests::fixture::{Ledger, council_of_equals};

/// Three ballots on one measure, as records of one length.
fn ballots() -> (Ledger, Vec<Vec<u8>>) {
    let mut ledger = Ledger::found(council_of_equals(3));
    let number = ledger.table(ledger.parties.measure("M1", "The measure"));
    let cast = |by: &&str| ledger.ballot(by, number, Position::InFavour).render();
    let records: Vec<_> = ["M1", "M2", "M3"].iter().map(cast).collect();
    assert!(records.iter().all(|it| it.len() == records[0].len()));
    (ledger, records)
}

#[test]
fn what_came_first_is_forgotten_first() {
    let (ledger, records) = ballots();
    let mut known = Known::new(2 * records[0].len());
    for record in &records {
        // What comes again takes up no more room.
        known.learn(Proven::of(ledger.council(), record).unwrap());
        known.learn(Proven::of(ledger.council(), record).unwrap());
    }
    let hash = |record: &Vec<u8>| Candidate::read(record).unwrap().leaf_hash();
    let is_known: Vec<_> = records.iter().map(|it| known.get(&hash(it)).is_some()).collect();
    assert_eq!(is_known, [false, true, true]);
}

#[test]
fn nothing_is_known_that_was_not_verified() {
    let (ledger, records) = ballots();
    let signed = Statement::parse(&records[0]).unwrap();
    let other = Statement::parse(&records[1]).unwrap();
    // The first ballot under the second ballot's line.
    let line = other.note.signatures().to_vec();
    let forged = Statement::new(&signed.body, line).unwrap().render();
    assert!(Proven::of(ledger.council(), &forged).is_none());
    let mut known = Known::new(usize::MAX);
    let (read, hash) = (Candidate::read(&records[0]).unwrap(), |it: &Candidate| it.leaf_hash());
    let leaf_hash = hash(&read);
    known.keep(read);
    assert!(known.get(&leaf_hash).is_none(), "it was read, and not verified");
    let mut nothing = Known::nothing();
    nothing.learn(Proven::of(ledger.council(), &records[0]).unwrap());
    assert!(nothing.get(&leaf_hash).is_none());
}
