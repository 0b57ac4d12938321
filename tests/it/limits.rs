//! What one party can pile up must not make the next block impossible.

use nemcon_crypto::{LeafIndex, hash};
use nemcon_ledger::chain::BLOCK_BYTES_MAX;
use nemcon_ledger::chain::BLOCK_STATEMENT_BYTES_MAX;
use nemcon_ledger::council::{
    ENDINGS_PER_BLOCK_MAX, PACKAGE_MEASURES_MAX, Refusal, STATEMENTS_PER_BLOCK_MAX, Status,
};
use nemcon_ledger::record::derived::{DecisionLine, ExcludedLine, MandateLine};
use nemcon_ledger::record::{Body, Decision, Freeze, Measure, Outcome, Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{Ledger, code, council_of_equals, day, label, line};

/// As many measures as one block takes of each of these parties, a thousand characters of title.
fn pile_up(ledger: &mut Ledger, parties: &[&str], round: usize) {
    let long = "x".repeat(900);
    let statement = |by: &str, at: u32| {
        let title = format!("{by} {round} {at} {long}");
        ledger.parties.sign(&Body::Measure(ledger.parties.measure(by, &title)))
    };
    let of = |by: &&str| (0..STATEMENTS_PER_BLOCK_MAX).map(|at| statement(by, at)).collect();
    let statements: Vec<Vec<Statement>> = parties.iter().map(of).collect();
    ledger.run(&statements.concat());
}

#[test]
fn measures_that_fall_due_together_end_in_number_order_over_several_blocks() {
    let mut ledger = Ledger::found(council_of_equals(3));
    for round in 0..3 {
        pile_up(&mut ledger, &["M1", "M2", "M3"], round);
    }
    let late = ledger.ballot("M1", 144, Position::InFavour);
    let mut ended = 0;
    let mut time = day(30);
    while ended < 144 {
        assert_eq!(ledger.council().next_deadline(), Some(day(30)));
        let derived = ledger.run_at(time, &[]);
        ended += derived.len();
        assert_eq!(ended, 144.min(ended.div_ceil(ENDINGS_PER_BLOCK_MAX) * ENDINGS_PER_BLOCK_MAX));
        let is_ended = |number: usize| ledger.measure(number as u64).status != Status::Open;
        assert!((1..=144).all(|number| is_ended(number) == (number <= ended)));
        if ended < 144 {
            let mut council = ledger.council().clone();
            let refusal = Refusal::PastDeadline { measure: 144, closes: day(30) };
            assert_eq!(council.apply(&late), Err(refusal));
        }
        time = Time::from_ms(time.as_ms() + 1).unwrap();
    }
    assert_eq!(ledger.council().next_deadline(), None);
}

#[test]
fn one_block_speaks_of_so_many_measures_and_the_rest_waits() {
    let mut ledger = Ledger::found(council_of_equals(6));
    let parties = ["M1", "M2", "M3", "M4", "M5", "M6"];
    pile_up(&mut ledger, &parties, 0);
    let mut statements = Vec::new();
    for (at, by) in (0..).zip(parties) {
        let numbers = (1..=16).map(|number| 16 * at + number);
        statements.extend(numbers.map(|number| ledger.ballot(by, number, Position::InFavour)));
    }
    let block = ledger.offer_at(ledger.next_time(), &statements).unwrap();
    assert_eq!(block.records.len(), ENDINGS_PER_BLOCK_MAX + 1);
    let rest = ledger.offer_at(ledger.next_time(), &statements).unwrap();
    assert_eq!(rest.records.len(), statements.len() - ENDINGS_PER_BLOCK_MAX + 1);
}

#[test]
fn a_block_of_the_largest_statements_and_endings_has_room() {
    let council = hash::sha256(b"council");
    let text = "x".repeat(2000);
    let ballot = DecisionLine {
        code: code("ABCDEFGH"),
        position: Position::AbstainQualified,
        leaf: LeafIndex(u64::MAX),
        text_hash: council,
    };
    let mandate = MandateLine {
        code: code("ABCDEFGH"),
        holder: code("ABCDEFGH"),
        leaf: LeafIndex(u64::MAX),
        text_hash: council,
    };
    let excluded = ExcludedLine { code: code("ABCDEFGH"), why: line(&text) };
    let decision = Decision {
        council,
        number: u64::MAX,
        measure: u64::MAX,
        revision: u32::MAX,
        text: council,
        title: line(&text),
        rule: label(&"x".repeat(40)),
        outcome: Outcome::NotAdopted,
        reason: line(&text),
        roster: council,
        package: Some(council),
        ballots: vec![ballot; nemcon_ledger::record::genesis::MEMBERS_MAX],
        mandates: vec![mandate; nemcon_ledger::record::genesis::MEMBERS_MAX / 2],
        excluded: vec![excluded; 1],
    };
    let endings = 2 * ENDINGS_PER_BLOCK_MAX * decision.render().len();
    let block_record = 2000;
    assert!(BLOCK_STATEMENT_BYTES_MAX + endings + block_record <= BLOCK_BYTES_MAX);
}

#[test]
fn a_freeze_has_room_in_a_block_however_large_the_statements_before_it_are() {
    let mut ledger = Ledger::found(council_of_equals(4));
    // The last of twenty in the order: much can stand before it.
    let freeze = |at: u32| {
        let Body::Freeze(freeze) = ledger.freeze("M4") else { unreachable!() };
        let reason = Some(line(&format!("Stolen {at}")));
        ledger.sign_as(&Body::Freeze(Freeze { reason, ..freeze }), &["M4/recovery"])
    };
    let freeze = (0..20).map(freeze).max_by_key(|freeze| freeze.text_hash).unwrap();
    let large = |by: &str, at: u32| {
        let measure = ledger.parties.measure(by, &format!("{by} {at}"));
        let summary = vec![line(&"x".repeat(1900)); 25];
        ledger.parties.sign(&Body::Measure(Measure { summary, ..measure }))
    };
    let mut statements = Vec::new();
    for by in ["M1", "M2", "M3", "M4"] {
        let before = (0..).map(|at| large(by, at));
        let mut before = before.filter(|measure| measure.text_hash < freeze.text_hash);
        statements.extend((0..STATEMENTS_PER_BLOCK_MAX).filter_map(|_| before.next()));
    }
    let bytes: usize = statements.iter().map(|statement| statement.render().len()).sum();
    assert!(bytes > BLOCK_STATEMENT_BYTES_MAX);
    statements.push(freeze.clone());
    let block = ledger.offer_at(ledger.next_time(), &statements).unwrap();
    assert!(ledger.council().is_frozen(&code("M4")));
    let bytes: usize = block.records.iter().map(Vec::len).sum();
    assert!(bytes > BLOCK_STATEMENT_BYTES_MAX - statements[0].render().len(), "nothing is wasted");
}

/// The last ballots on many packages: the block decides no more measures than it has room for.
#[test]
fn a_block_that_completes_packages_decides_no_more_than_it_has_room_for() {
    let mut ledger = Ledger::found(council_of_equals(6));
    let mut last = Vec::new();
    for by in ["M1", "M2", "M3", "M4", "M5", "M6"] {
        let before = ledger.council().measures().count() as u64;
        pile_up(&mut ledger, &[by], 0);
        let numbers: Vec<_> = (before + 1..=before + PACKAGE_MEASURES_MAX as u64).collect();
        let package = ledger.package(by, &numbers);
        ledger.run(&[package]);
        numbers[1..].iter().for_each(|number| ledger.all_in_favour(*number));
        let all = ["M1", "M2", "M3", "M4", "M5", "M6"].map(|it| (it, Position::InFavour));
        ledger.cast(numbers[0], &all[..5]);
        last.push(numbers[0]);
    }
    let ballots: Vec<_> =
        last.iter().map(|number| ledger.ballot("M6", *number, Position::InFavour)).collect();
    ledger.run(&ballots);
    let decided = |ledger: &Ledger| {
        ledger.council().measures().filter(|it| it.status != Status::Open).count()
    };
    assert_eq!(decided(&ledger), ENDINGS_PER_BLOCK_MAX);
    assert_eq!(ledger.council().next_deadline(), Some(ledger.chain.time()), "the rest at once");
    ledger.idle().unwrap();
    assert_eq!(decided(&ledger), 6 * PACKAGE_MEASURES_MAX);
    assert_eq!(ledger.idle(), None);
}
