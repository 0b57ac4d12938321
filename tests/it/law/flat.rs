//! What a copy of a chain and a block cost does not grow with the measures that have ended, counted in
//! allocations.

use allocation_counter::{AllocationInfo, measure};
use nemcon_ledger::chain::{Chain, Proposal};
use nemcon_ledger::council::BOUNDARIES_KEPT;
use nemcon_ledger::record::Position::InFavour;
use nemcon_ledger::record::Statement;
use nemcon_tests::fixture::{Ledger, council_of_equals};

/// What a copy and a block of ballots allocate.
struct Cost {
    copy: AllocationInfo,
    block: AllocationInfo,
}

fn decide(ledger: &mut Ledger, measures: u64) {
    for _ in 0..measures {
        let title = format!("Measure at height {}", ledger.chain.height().0);
        let number = ledger.table(ledger.parties.measure("M1", &title));
        ledger.cast(number, &[("M1", InFavour)]);
    }
}

fn cost(ledger: &Ledger) -> Cost {
    let mut ledger = ledger.clone();
    let number = ledger.table(ledger.parties.measure("M1", "The one that is measured"));
    let ballot = ledger.ballot("M1", number, InFavour);
    let (chain, time) = (&ledger.chain, ledger.next_time());
    let copy = measure(|| drop(chain.clone()));
    let candidates: [&Statement; 1] = [&ballot];
    let assembled = |chain: &Chain| chain.assemble(&Proposal { time, round: 0 }, &candidates);
    let block = measure(|| assert!(assembled(chain).is_some()));
    Cost { copy, block }
}

#[test]
fn a_copy_and_a_block_cost_the_same_at_every_length_of_the_ledger() {
    let mut ledger = Ledger::found(council_of_equals(1));
    // The council knows the last ends of blocks, up to a limit that is reached here.
    decide(&mut ledger, BOUNDARIES_KEPT as u64 / 2);
    let short = cost(&ledger);
    decide(&mut ledger, 200);
    let long = cost(&ledger);
    assert_eq!(long.copy.count_total, short.copy.count_total, "allocations of a copy");
    // A tree has a hash for each bit set in its size.
    let (few, many) = (short.copy.bytes_total, long.copy.bytes_total);
    assert!(many <= few + 64 * 32, "{few} bytes of a copy, then {many}");
    // The paths of the maps grow with the logarithm of the length.
    let (few, many) = (short.block.count_total, long.block.count_total);
    assert!(many <= few + few / 10, "{few} allocations of a block, then {many}");
    let (few, many) = (short.block.bytes_total, long.block.bytes_total);
    assert!(many <= few + few / 10, "{few} bytes of a block, then {many}");
}
