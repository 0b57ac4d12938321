//! A node's ledger folder, whose opening fails at each of its steps.

use nemcon_ledger::Height;
use nemcon_node::folder::Found;
use nemcon_node::replica::HEIGHT_UNKNOWN;
use nemcon_tests::fixture::council_of_equals;
use nemcon_tests::sim::node::SimNode;
use nemcon_tests::sim::storage::{DISK_FAULTS, DiskFault};

/// More operations than an opening has.
const OPERATIONS_MAX: u64 = 40;

fn node() -> SimNode {
    let genesis = council_of_equals(4);
    let me = genesis.roster.members[0].code.clone();
    SimNode::new(&genesis, &me)
}

/// What is found after an opening of `node` that fails at this operation.
fn found_after(node: &SimNode, operation: u64, fault: DiskFault) -> Found {
    node.disk.fail_after(operation, fault);
    let failed = node.open().is_err();
    assert_eq!(failed, node.disk.is_troubled(), "at {operation}, {fault:?}");
    node.disk.mend();
    node.open().map(|(_, found)| found).expect("a disk that works")
}

#[test]
fn a_first_start_that_failed_is_a_first_start_again() {
    for (operation, fault) in
        (0..OPERATIONS_MAX).flat_map(|at| DISK_FAULTS.map(|fault| (at, fault)))
    {
        let found = found_after(&node(), operation, fault);
        assert_eq!(found.signed.votes_from, Height(0), "at {operation}, {fault:?}");
    }
}

#[test]
fn a_node_that_lost_what_it_signed_knows_it_whatever_interrupts_its_start() {
    for (operation, fault) in
        (0..OPERATIONS_MAX).flat_map(|at| DISK_FAULTS.map(|fault| (at, fault)))
    {
        let node = node();
        node.open().unwrap();
        let journal = node.disk.image();
        node.disk.put_back(&journal.without("signed"), |_| false);
        let found = found_after(&node, operation, fault);
        assert_eq!(found.signed.votes_from, HEIGHT_UNKNOWN, "at {operation}, {fault:?}");
    }
}
