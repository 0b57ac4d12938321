//! The outcome does not depend on the order in which the final ballots of different members come.

use nemcon_ledger::council::Status;
use nemcon_ledger::record::{Position, Record};
use nemcon_tests::fixture::{Ledger, council_of_equals};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::properties::strategies::cases;

/// Measures 1 and 2, bound together or not; M3 holds M4's mandate on the second one.
fn table(is_package: bool) -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    let parties = ledger.parties.clone();
    for title in ["One", "Two"] {
        ledger.table(parties.measure("M1", title));
    }
    if is_package {
        let package = ledger.package("M1", &[1, 2]);
        ledger.run(&[package]);
    }
    ledger.empower("M4", 2, "M3");
    ledger
}

/// Whose ballot, on which measure, what it says; it is M3 that casts M4's on measure 2.
type Cast = (&'static str, u64, Position);

fn casts(positions: &[Position]) -> Vec<Cast> {
    let members = ["M1", "M2", "M3", "M4"];
    let all = members.into_iter().flat_map(|by| [(by, 1), (by, 2)]);
    let own = |position, is_own: bool| match position {
        // A declaration is not made under a mandate.
        Position::AbstainQualified if !is_own => Position::Abstain,
        position => position,
    };
    let cast = |((by, number), position)| (by, number, own(position, (by, number) != ("M4", 2)));
    all.zip(positions.iter().copied()).map(cast).collect()
}

/// Casts them in this order, with the end of a block after those that `ends` names.
fn cast(ledger: &mut Ledger, casts: &[Cast], ends: &[bool]) -> Vec<(u64, String)> {
    let mut block = Vec::new();
    let mut derived = Vec::new();
    for ((by, number, position), is_end) in casts.iter().zip(ends) {
        block.push(match (*by, *number) {
            ("M4", 2) => ledger.ballot_for(("M3", "M4"), 2, *position),
            _ => ledger.ballot(by, *number, *position),
        });
        if *is_end {
            derived.extend(ledger.run(&core::mem::take(&mut block)));
        }
    }
    if !block.is_empty() {
        derived.extend(ledger.run(&block));
    }
    for number in [1, 2] {
        if ledger.measure(number).status == Status::Open {
            let close = ledger.close("CH", number);
            derived.extend(ledger.run(&[close]));
        }
    }
    let mut outcomes: Vec<_> = derived.iter().map(outcome).collect();
    outcomes.sort();
    outcomes
}

fn outcome(record: &Record) -> (u64, String) {
    let Record::Decision(decision) = record else { unreachable!("all ballots are in: {record:?}") };
    let said: Vec<_> = decision.ballots.iter().map(|line| line.position.to_string()).collect();
    let text = format!("{}: {} ({})", decision.outcome, decision.reason, said.join(" "));
    (decision.measure, text)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn final_ballots_in_any_order_over_any_blocks_come_to_the_same(
        positions in vec(prop::sample::select(&Position::ALL[..4]), 8),
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
        ends in vec(any::<bool>(), 8),
        is_package in any::<bool>(),
    ) {
        let casts = casts(&positions);
        let shuffled: Vec<_> = order.iter().map(|at| casts[*at]).collect();
        let mut one = table(is_package);
        let mut other = one.clone();
        prop_assert_eq!(cast(&mut one, &casts, &[false; 8]), cast(&mut other, &shuffled, &ends));
    }
}
