//! A node's ledger folder: made once, its making and opening failing at each of their steps.

use nemcon_ledger::Height;
use nemcon_node::server::folder::{DiskError, Found};
use nemcon_replica::replica::{HEIGHT_UNKNOWN, Write};
use nemcon_tests::fixture::council_of_equals;
use nemcon_tests::sim::node::SimNode;
use nemcon_tests::sim::rng::Rng;
use nemcon_tests::sim::storage::{DISK_FAULTS, DiskFault, SimDisk};

/// More operations than a making and an opening have.
const OPERATIONS_MAX: u64 = 20;

fn node() -> SimNode {
    let genesis = council_of_equals(4);
    let me = genesis.roster.members[0].code.clone();
    SimNode::new(&genesis, &me)
}

/// A node that was made and has begun a height, as each does before it signs anything.
fn used() -> SimNode {
    let mut node = node();
    node.make().unwrap();
    let (mut folder, _) = node.open().unwrap();
    for write in [Write::BeginHeight(Height(1)), Write::SyncSigned] {
        folder.write(&write).unwrap();
    }
    node
}

fn faults() -> impl Iterator<Item = (u64, DiskFault)> {
    (0..OPERATIONS_MAX).flat_map(|at| DISK_FAULTS.map(|fault| (at, fault)))
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
fn a_making_that_was_interrupted_is_said_to_be_and_ended_by_another_one() {
    let mut half_made = 0;
    for (operation, fault) in faults() {
        // The first seed ends the process alone, the others lose the power too.
        for seed in 0..4 {
            let context = format!("at {operation}, {fault:?}, {seed}");
            let mut node = node();
            node.disk.fail_after(operation, fault);
            let made = node.make();
            match seed {
                0 => node.disk.mend(),
                seed => node.disk.lose_power(&mut Rng::new(seed)),
            }
            match node.open() {
                Ok((_, found)) => assert_eq!(found.signed.votes_from, Height(0), "{context}"),
                Err(DiskError::NotMade(_) | DiskError::HalfMade(_)) if made.is_err() => {
                    half_made += 1;
                }
                Err(error) => panic!("{context}: {error}"),
            }
            node.make().expect(&context);
            let (_, found) = node.open().expect(&context);
            assert_eq!(found.signed.votes_from, Height(0), "{context}");
        }
    }
    assert!(half_made > 20, "only {half_made}");
}

#[test]
fn an_opening_that_failed_changes_nothing() {
    for (operation, fault) in faults() {
        let node = used();
        let found = found_after(&node, operation, fault);
        assert_eq!(found.signed.height, Height(1), "at {operation}, {fault:?}");
        assert_eq!(found.signed.votes_from, Height(0), "at {operation}, {fault:?}");
    }
}

#[test]
fn a_node_that_lost_what_it_signed_knows_it_whatever_interrupts_its_start() {
    for (operation, fault) in faults() {
        let node = used();
        node.disk.put_back(&node.disk.image().without("signed"), |_| false);
        let found = found_after(&node, operation, fault);
        assert_eq!(found.signed.votes_from, HEIGHT_UNKNOWN, "at {operation}, {fault:?}");
    }
}

#[test]
fn what_was_synced_survives_a_power_loss_and_the_rest_does_not() {
    for is_synced in [false, true] {
        let node = used();
        let (mut folder, _) = node.open().unwrap();
        folder.write(&Write::Wal(Height(1), b"vote".to_vec())).unwrap();
        if is_synced {
            folder.write(&Write::SyncSigned).unwrap();
        }
        drop(folder);
        node.disk.lose_unsynced();
        let (_, found) = node.open().unwrap();
        assert_eq!(found.signed.wal.len(), usize::from(is_synced));
    }
}

#[test]
fn a_folder_that_is_lost_is_not_taken_for_that_of_a_new_node() {
    let nothing = SimDisk::default().image();
    let node = used();
    let whole = node.disk.image();

    node.disk.put_back(&nothing, |_| false);
    assert!(matches!(node.open().err(), Some(DiskError::NotMade(_))));
    assert!(node.disk.image().is_empty(), "a refused start leaves nothing");

    node.disk.put_back(&whole, |path| !path.ends_with("signed"));
    let gone = node.open().err();
    assert!(matches!(&gone, Some(DiskError::JournalGone { trace, .. }) if trace == "signed"));
    assert!(gone.unwrap().is_damage(), "a repair is what helps");
    let left = node.disk.image();
    assert!(matches!(node.remake(), Err(DiskError::Taken(_))));
    assert_eq!(node.disk.image(), left);
}

#[test]
fn a_ledger_is_made_only_where_there_is_none() {
    let node = used();
    assert!(matches!(node.remake(), Err(DiskError::Taken(_))));
    let without = node.disk.image().without("signed");
    node.disk.put_back(&without, |_| false);
    assert!(matches!(node.remake(), Err(DiskError::Taken(_))));
    assert_eq!(node.disk.image(), without, "a journal whose `signed` is lost gets no other here");
}
