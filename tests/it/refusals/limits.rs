//! What one party, one block and one council take at most; and what comes too late.

use nemcon_ledger::council::{Council, OPEN_PER_PARTY_MAX, Refusal, STATEMENTS_PER_BLOCK_MAX};
use nemcon_ledger::record::{Body, Measure};
use nemcon_tests::fixture::{Ledger, Parties, board, code, day};

use super::{Case, FOR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        beyond_the_quota(),
        beyond_the_block(),
        beyond_what_may_be_open(),
        past_its_deadline(),
        a_package_beyond_the_block(),
    ]
}

fn beyond_the_quota() -> Case {
    let parties = Parties::new(board());
    let mut council = Council::new(parties.genesis.clone());
    let tabled =
        |by, at: u32| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    for at in 0..STATEMENTS_PER_BLOCK_MAX {
        assert_eq!(council.apply(&tabled("B1", at)), Ok(()));
    }
    let said = council.apply(&tabled("B1", STATEMENTS_PER_BLOCK_MAX));
    assert_eq!(council.apply(&tabled("B2", 0)), Ok(()), "another party's share is its own");
    council.close();
    council.open(day(1));
    assert_eq!(council.apply(&tabled("B1", STATEMENTS_PER_BLOCK_MAX)), Ok(()));
    Case { name: "beyond the quota", said, refusal: Refusal::QuotaSpent(code("B1")) }
}

/// A council with more measures than one block ends, all of which close on day 1.
fn with_many_measures() -> Ledger {
    let mut ledger = Ledger::found(board());
    let parties = ledger.parties.clone();
    for by in ["B1", "B2", "B3", "B4", "B5"] {
        let measure = |at| Measure {
            closes: day(1),
            ..parties.measure(by, &format!("Measure {at} of {by}"))
        };
        let measures = (0..STATEMENTS_PER_BLOCK_MAX).map(|at| Body::Measure(measure(at)));
        ledger.run(&measures.map(|body| parties.sign(&body)).collect::<Vec<_>>());
    }
    ledger
}

fn beyond_the_block() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let seats = ["B1", "B2", "B3", "B4"];
    let casts = (0..64).map(|at| ledger.ballot(seats[at / 16], at as u64 + 1, FOR));
    for ballot in casts {
        assert_eq!(council.apply(&ballot), Ok(()));
    }
    let said = council.apply(&ledger.ballot("B5", 65, FOR));
    assert_eq!(council.apply(&ledger.ballot("B5", 64, FOR)), Ok(()), "one of the block's measures");
    Case { name: "a measure too many", said, refusal: Refusal::BlockFull }
}

/// A party with as many measures open as may be tables one more; once one has ended, it may.
fn beyond_what_may_be_open() -> Case {
    let mut ledger = Ledger::found(board());
    let parties = ledger.parties.clone();
    let tabled =
        |by, at: usize| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    let statements: Vec<_> = (0..OPEN_PER_PARTY_MAX).map(|at| tabled("B1", at)).collect();
    for share in statements.chunks(STATEMENTS_PER_BLOCK_MAX as usize) {
        ledger.run(share);
    }
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let said = council.apply(&tabled("B1", OPEN_PER_PARTY_MAX));
    assert_eq!(council.apply(&tabled("B2", 0)), Ok(()), "another party's are its own");
    let withdrawal = ledger.withdrawal("B1", 1);
    ledger.run(&[withdrawal]);
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    assert_eq!(council.apply(&tabled("B1", OPEN_PER_PARTY_MAX)), Ok(()));
    Case { name: "more open than may be", said, refusal: Refusal::TooManyOpen(code("B1")) }
}

fn past_its_deadline() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    let ballot = ledger.ballot("B1", 80, FOR);
    assert_eq!(council.open(day(1)).len(), 64);
    let said = council.apply(&ballot);
    let refusal = Refusal::PastDeadline { measure: 80, closes: day(1) };
    Case { name: "due, and not ended yet", said, refusal }
}

/// A package of two measures where the block has room for one more.
fn a_package_beyond_the_block() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    let seats = ["B1", "B2", "B3", "B4"];
    for ballot in (0..63).map(|at| ledger.ballot(seats[at / 16], at as u64 + 1, FOR)) {
        assert_eq!(council.apply(&ballot), Ok(()));
    }
    let said = council.apply(&ledger.package("B5", &[65, 66]));
    assert_eq!(council.apply(&ledger.ballot("B5", 65, FOR)), Ok(()), "one more has room");
    Case { name: "a package too many", said, refusal: Refusal::BlockFull }
}
