//! What one party can pile up must not make the next block impossible.

use nemcon_crypto::{LeafIndex, hash};
use nemcon_ledger::chain::BLOCK_BYTES_MAX;
use nemcon_ledger::council::{
    BLOCK_STATEMENT_BYTES_MAX, ENDINGS_PER_BLOCK_MAX, PACKAGE_MEASURES_MAX, Refusal, Status,
};
use nemcon_ledger::record::derived::{DecisionLine, ExcludedLine, MandateLine};
use nemcon_ledger::record::{Body, Decision, Outcome, Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_tests::fixture::{BLOCK_SHARE, Ledger, code, council_of_equals, day, label, line};

/// As many measures as one block takes of each of these parties, a thousand characters of title.
fn pile_up(ledger: &mut Ledger, parties: &[&str], round: usize) {
    let long = "x".repeat(900);
    let statement = |by: &str, at: u32| {
        let title = format!("{by} {round} {at} {long}");
        ledger.parties.sign(&Body::Measure(ledger.parties.measure(by, &title)))
    };
    let of = |by: &&str| (0..BLOCK_SHARE).map(|at| statement(by, at)).collect();
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

/// Its record has the text; the council would else grow by all that was ever said.
#[test]
fn the_council_lets_go_of_the_text_of_a_measure_that_has_ended() {
    let mut ledger = Ledger::found(council_of_equals(3));
    for title in ["Adopted", "Withdrawn", "Lapsed"] {
        ledger.table(ledger.parties.measure("M1", title));
    }
    assert!((1..=3).all(|number| ledger.measure(number).measure.is_some()));
    ledger.all_in_favour(1);
    let withdrawal = ledger.withdrawal("M1", 2);
    ledger.run(&[withdrawal]);
    ledger.run_at(day(30), &[]);
    for number in 1..=3 {
        let state = ledger.measure(number);
        assert_eq!(state.status.to_string(), state.terms.title.as_str().to_lowercase());
        assert_eq!(state.measure, None);
    }
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
        votes: Some(council),
        ballots: vec![ballot; nemcon_ledger::record::genesis::MEMBERS_MAX],
        mandates: vec![mandate; nemcon_ledger::record::genesis::MEMBERS_MAX / 2],
        excluded: vec![excluded; 1],
    };
    let endings = 2 * ENDINGS_PER_BLOCK_MAX * decision.render().len();
    let block_record = 2000;
    assert!(BLOCK_STATEMENT_BYTES_MAX + endings + block_record <= BLOCK_BYTES_MAX);
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
