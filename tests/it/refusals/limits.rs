//! What one party, one block and one council take at most; and what comes too late.

use nemcon_ledger::council::{
    CLOSES_PER_BLOCK_MAX, Council, DaySpent, OPEN_PER_PARTY_MAX, Refusal,
};
use nemcon_ledger::record::charter::Allowance;
use nemcon_ledger::record::statement::Share;
use nemcon_ledger::record::{Body, Measure};
use nemcon_tests::fixture::{BLOCK_SHARE, Ledger, Parties, board, code, day};

use super::{Case, FOR};

pub(super) fn cases() -> Vec<Case> {
    vec![
        beyond_the_quota(),
        beyond_the_block(),
        beyond_what_may_be_open(),
        past_its_deadline(),
        a_package_beyond_the_share(),
        beyond_the_day(),
    ]
}

fn beyond_the_quota() -> Case {
    let parties = Parties::new(board());
    let mut council = Council::new(parties.genesis.clone());
    let tabled =
        |by, at: u32| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    for at in 0..BLOCK_SHARE {
        assert_eq!(council.apply(&tabled("B1", at)), Ok(()));
    }
    let said = council.apply(&tabled("B1", BLOCK_SHARE));
    assert_eq!(council.apply(&tabled("B2", 0)), Ok(()), "another party's share is its own");
    council.close();
    council.open(day(1));
    assert_eq!(council.apply(&tabled("B1", BLOCK_SHARE)), Ok(()));
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
        let measures = (0..BLOCK_SHARE).map(|at| Body::Measure(measure(at)));
        ledger.run(&measures.map(|body| parties.sign(&body)).collect::<Vec<_>>());
    }
    ledger
}

/// As many closes as a block has room for; one measure more that another party would close.
fn beyond_the_block() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    for number in 1..=CLOSES_PER_BLOCK_MAX as u64 {
        let by = if number <= 16 { "B1" } else { "B2" };
        assert_eq!(council.apply(&ledger.close(by, number)), Ok(()));
    }
    let said = council.apply(&ledger.close("B3", 33));
    assert_eq!(
        council.apply(&ledger.ballot("B3", 33, FOR)),
        Ok(()),
        "ballots have room of their own"
    );
    Case { name: "a close too many", said, refusal: Refusal::BlockFull }
}

/// A party has added as much as the charter gives it a day.
fn beyond_the_day() -> Case {
    let mut genesis = board();
    genesis.charter.shares.day.statements = 3;
    let parties = Parties::new(genesis);
    let mut council = Council::new(parties.genesis.clone());
    council.open(day(0));
    let tabled =
        |at: u32| parties.sign(&Body::Measure(parties.measure("B1", &format!("Measure {at}"))));
    let bytes = tabled(0).bytes() as u64;
    (0..3).for_each(|at| assert_eq!(council.apply(&tabled(at)), Ok(())));
    let said = council.apply(&tabled(3));
    let refusal = Refusal::DaySpent(Box::new(DaySpent {
        by: code("B1"),
        share: Share::Rest,
        taken: Allowance { statements: 3, bytes: 3 * bytes },
        bytes,
        most: parties.genesis.charter.shares.day,
        again: day(1),
    }));
    Case { name: "beyond the share of a day", said, refusal }
}

/// A party with as many measures open as may be tables one more; once one has ended, it may.
fn beyond_what_may_be_open() -> Case {
    let mut ledger = Ledger::found(board());
    let parties = ledger.parties.clone();
    let tabled =
        |by, at: usize| parties.sign(&Body::Measure(parties.measure(by, &format!("Measure {at}"))));
    let statements: Vec<_> = (0..OPEN_PER_PARTY_MAX).map(|at| tabled("B1", at)).collect();
    for share in statements.chunks(BLOCK_SHARE as usize) {
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

/// A party binds 15 measures; with two more it would decide the fate of more than a package.
fn a_package_beyond_the_share() -> Case {
    let ledger = with_many_measures();
    let mut council = ledger.council().clone();
    council.open(ledger.next_time());
    assert_eq!(council.apply(&ledger.package("B5", &(65..80).collect::<Vec<_>>())), Ok(()));
    let extended = ledger.extension("B5", 80, day(2));
    assert_eq!(council.apply(&extended), Ok(()), "the sixteenth");
    let said = {
        let ledger = with_one_more(&ledger);
        let mut council = ledger.council().clone();
        council.open(ledger.next_time());
        assert_eq!(council.apply(&ledger.package("B5", &(65..80).collect::<Vec<_>>())), Ok(()));
        council.apply(&ledger.package("B5", &[80, 81]))
    };
    Case { name: "a package too many", said, refusal: Refusal::QuotaSpent(code("B5")) }
}

/// The same council with a seventeenth measure of B5.
fn with_one_more(ledger: &Ledger) -> Ledger {
    let mut ledger = ledger.clone();
    let measure = Measure { closes: day(1), ..ledger.parties.measure("B5", "One more") };
    ledger.table(measure);
    ledger
}
