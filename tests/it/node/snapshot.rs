//! The snapshot beside the journal: a start from it ends at the same chain as one without, and a snapshot
//! that is torn, altered, stale or not of this journal is noticed.

use std::path::Path;
use std::sync::Arc;

use nemcon_crypto::Signature;
use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_disk::storage::{Storage as _, StorageFile as _};
use nemcon_ledger::chain::Proposal;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use nemcon_ledger::record::{Body, Genesis, Statement};
use nemcon_ledger::text::Time;
use nemcon_ledger::{Block, Chain, Height};
use nemcon_node::server::folder::{DiskError, Folder, Trust};
use nemcon_replica::replica::Write;
use nemcon_tests::fixture::lies::summed;
use nemcon_tests::fixture::{Parties, START_MS, certified, council_of_equals};
use nemcon_tests::sim::node::SimNode;
use nemcon_tests::sim::rng::Rng;
use nemcon_tests::sim::storage::DISK_FAULTS;

mod case;
use case::*;

const BLOCKS: u64 = 8;

#[test]
fn a_start_from_a_snapshot_ends_where_one_without_does() {
    let mut case = Case::new();
    case.verify_opens("at height 5 of 8");
    case.grow(12, &[12]);
    case.verify_opens("at the last block");
    case.grow(13, &[]);
    case.verify_opens("a block after the snapshot");
    case.node.disk.remove(path()).unwrap();
    case.verify_opens("without a snapshot");
}

#[test]
fn snapshots_write_no_more_bytes_than_blocks_do() {
    let mut case = Case::of(&council_of_equals(4));
    case.grow(2, &[]);
    let (mut folder, _) = case.node.open().unwrap();
    let (mut written, mut blocks, mut snapshots) = (0, 0, 0);
    for number in 0..60 {
        let measure = case.parties.measure("M1", &format!("Measure {number} more"));
        let block = case.block(&case.parties.sign(&Body::Measure(measure)));
        blocks += block.bytes();
        for write in [Write::Journal(Entry::Block(block)), Write::SyncJournal] {
            folder.write(&write).unwrap();
        }
        if let Some(due) = folder.due_snapshot(&Arc::new(case.chain.clone()), 1) {
            due.write().unwrap();
            written += case.node.disk.read(path()).unwrap().len();
            snapshots += 1;
        }
        let last = case.node.disk.read(path()).unwrap().len();
        assert!(written <= blocks + last, "{written} bytes written, {blocks} of blocks");
    }
    assert!((3..20).contains(&snapshots), "{snapshots} snapshots in 60 blocks");
}

#[test]
fn a_start_goes_on_from_the_snapshot_and_applies_no_block_before_it() {
    // What a snapshot says of the state cannot be told from its hashes: so another state shows that it was used.
    let case = Case::new();
    let honest = case.node.disk.read(path()).unwrap();
    let (said, _) = honest.split_at(honest.len() - 32);
    let genesis = &case.parties.genesis;
    let mut chain = Chain::found(genesis.clone());
    let (folder, _) = case.node.open().unwrap();
    for block in folder.blocks_for_peer(Height(1)).unwrap().iter().take(5) {
        chain = chain.apply(&Block { records: block.records.clone() }).unwrap();
    }
    assert!(said.ends_with(&chain.snapshot()), "the state stands at the end of the file");
    // A state that lies about the title of a measure, in as many bytes.
    let mut lying = said.to_vec();
    let at = lying.windows(9).rposition(|it| it == b"Measure 2").expect("an open measure's title");
    lying[at + 8] = b'7';
    case.put(&summed(&lying));
    let lied = case.open(Trust::OwnPast).map(|chain| chain.snapshot() != case.chain.snapshot());
    assert!(lied.is_err() || lied.is_ok_and(|differs| differs), "the snapshot is what was used");
    assert_eq!(case.open(Trust::Nothing).unwrap().snapshot(), case.chain.snapshot());
    assert!(case.node.disk.read(path()).is_err(), "what was found to lie is removed");
}

#[test]
fn a_snapshot_that_the_law_leads_to_outlasts_a_start_that_trusts_nothing() {
    let case = Case::new();
    let honest = case.node.disk.read(path()).unwrap();
    assert_eq!(case.open(Trust::Nothing).unwrap().snapshot(), case.chain.snapshot());
    assert_eq!(case.node.disk.read(path()).unwrap(), honest);
}

#[test]
fn a_snapshot_that_is_cut_or_altered_anywhere_is_not_used() {
    let case = Case::new();
    let whole = case.node.disk.read(path()).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        case.put(&whole[..at]);
        case.verify_opens(&format!("cut at {at}"));
        let mut altered = whole.clone();
        altered[at] ^= 1;
        case.put(&altered);
        case.verify_opens(&format!("altered at {at}"));
    }
    case.put(&[&whole[..], b"more"].concat());
    case.verify_opens("with bytes behind the end");
}

#[test]
fn a_snapshot_of_another_release_council_or_format_is_not_used() {
    let case = Case::new();
    let whole = case.node.disk.read(path()).unwrap();
    let said = &whole[..whole.len() - 32];
    let release = env!("CARGO_PKG_VERSION").as_bytes();
    let at =
        said.windows(release.len()).position(|it| it == release).expect("it names the release");
    let mut other = said.to_vec();
    other[at] = b'9';
    case.put(&summed(&other));
    case.verify_opens("of another release");
    let mut other = said.to_vec();
    other[0] = 2;
    case.put(&summed(&other));
    case.verify_opens("of another format");
    case.put(&summed(&said[..said.len() - 1]));
    case.verify_opens("that no release wrote");
    let mut foreign = Case::of(&council_of_equals(5));
    foreign.grow(5, &[5]);
    case.put(&foreign.node.disk.read(path()).unwrap());
    case.verify_opens("of another council");
}

#[test]
fn a_snapshot_of_another_block_than_the_journals_is_noticed() {
    let case = Case::new();
    // Another history of the same council: the same heights and sizes, other measures.
    let mut fork = Case::of(&council_of_equals(4));
    let measure = fork.parties.measure("M2", "Another measure");
    let statement = fork.parties.sign(&Body::Measure(measure));
    let block = fork.block(&statement);
    let (mut folder, _) = fork.node.open().unwrap();
    for write in [Write::Journal(Entry::Block(block)), Write::SyncJournal] {
        folder.write(&write).unwrap();
    }
    drop(folder);
    fork.grow(5, &[5]);
    case.put(&fork.node.disk.read(path()).unwrap());
    case.verify_opens("of a fork");

    // A longer ledger, of which this journal is the beginning: as after a restore from a backup.
    let mut longer = Case::new();
    longer.grow(20, &[20]);
    case.put(&longer.node.disk.read(path()).unwrap());
    case.verify_opens("beyond the journal's end");

    // An older one is of the journal, and the rest is applied.
    let mut older = Case::of(&council_of_equals(4));
    older.grow(2, &[2]);
    case.put(&older.node.disk.read(path()).unwrap());
    case.verify_opens("an older one");
}

#[test]
fn a_snapshot_says_nothing_that_a_power_loss_took_from_the_journal() {
    let mut case = Case::new();
    let synced = case.chain.clone();
    let (mut folder, _) = case.node.open().unwrap();
    let measure = case.parties.measure("M1", "Never durable");
    let statement = case.parties.sign(&Body::Measure(measure));
    let block = case.block(&statement);
    folder.write(&Write::Journal(Entry::Block(block))).unwrap();
    folder.due_snapshot(&Arc::new(case.chain.clone()), 1).unwrap().write().unwrap();
    drop(folder);
    case.node.disk.lose_unsynced();
    assert!(case.node.disk.read(path()).is_ok(), "the snapshot was durable");
    case.chain = synced;
    case.verify_opens("the journal lost its last block");
}

#[test]
fn a_snapshot_that_fails_half_way_leaves_a_start_as_it_was() {
    for (operation, fault) in (0..8).flat_map(|at| DISK_FAULTS.map(|fault| (at, fault))) {
        for seed in 0..4 {
            let context = format!("at {operation}, {fault:?}, {seed}");
            let case = Case::new();
            let (mut folder, _) = case.node.open().unwrap();
            let chain = Arc::new(case.chain.clone());
            let due = folder.due_snapshot(&chain, 0).expect("it is due");
            case.node.disk.fail_after(operation, fault);
            let written = due.write();
            assert_eq!(written.is_err(), case.node.disk.is_troubled(), "{context}");
            drop(folder);
            match seed {
                0 => case.node.disk.mend(),
                seed => case.node.disk.lose_power(&mut Rng::new(seed)),
            }
            case.verify_opens(&context);
            let (mut folder, _) = case.node.open().unwrap();
            folder.due_snapshot(&chain, 0).expect("it is due").write().expect(&context);
            case.verify_opens(&context);
        }
    }
}

#[test]
fn a_block_that_does_not_follow_is_found_whatever_the_snapshot_covers() {
    for altered in 1..=BLOCKS {
        let case = Case::new();
        let (folder, _) = case.node.open().unwrap();
        let blocks = folder.blocks_for_peer(Height(1)).unwrap();
        drop(folder);
        let snapshot = case.node.disk.read(path()).unwrap();
        // The same journal, frame by frame, but for one byte of one record.
        let rewritten = Case::of(&case.parties.genesis);
        let (mut folder, _) = rewritten.node.open().unwrap();
        for mut block in blocks {
            if block.height.0 == altered {
                let record = &mut block.records[0];
                let at = record.windows(7).position(|it| it == b"summary").expect("a measure");
                record[at + 8] ^= 1;
            }
            folder.write(&Write::Journal(Entry::Block(block))).unwrap();
        }
        folder.write(&Write::SyncJournal).unwrap();
        drop(folder);
        rewritten.put(&snapshot);
        for trust in [Trust::OwnPast, Trust::Nothing] {
            let error = rewritten.open(trust).expect_err("a record was altered");
            assert!(error.is_damage(), "{altered}, {trust:?}: {error}");
        }
    }
}

#[test]
fn signatures_are_verified_again_only_where_nothing_is_trusted() {
    let mut case = Case::of(&council_of_equals(4));
    case.grow(2, &[]);
    let (mut folder, _) = case.node.open().unwrap();
    let before = folder.blocks_for_peer(Height(1)).unwrap();
    // A statement that no node can have let in: its signature is another statement's.
    let measure = |title: &str| Body::Measure(case.parties.measure("M1", title));
    let (right, other) =
        (case.parties.sign(&measure("Right")), case.parties.sign(&measure("Other")));
    let forged = Statement::new(&measure("Right"), other.note.signatures().to_vec()).unwrap();
    let block = case.block(&right);
    // Everything else is right: the block record names the tree with the forged leaf.
    let mut record = Block { records: block.records }.record().unwrap();
    let mut tree = Frontier::new();
    tree.append(leaf_hash(case.parties.genesis.render().as_bytes()));
    let leaves = before.iter().flat_map(|block| &block.records);
    leaves.for_each(|leaf| tree.append(leaf_hash(leaf)));
    tree.append(leaf_hash(&forged.render()));
    record.root = tree.root();
    let block = Block { records: vec![forged.render(), record.render().into_bytes()] };
    let height = case.chain.height();
    let block = certified(&case.parties, height, block, 0..3);
    for write in [Write::Journal(Entry::Block(block)), Write::SyncJournal] {
        folder.write(&write).unwrap();
    }
    drop(folder);
    assert_eq!(case.open(Trust::OwnPast).unwrap().height(), height);
    let error = case.open(Trust::Nothing).unwrap_err();
    assert!(format!("{error:?}").contains("Signatures"), "{error:?}");
}

#[test]
fn seals_and_certificates_are_verified_again_only_where_nothing_is_trusted() {
    let case = Case::new();
    let seal = Seal {
        size: case.chain.size(),
        root: case.chain.root(),
        member: "M2".to_owned(),
        time_s: 1,
        signature: Signature::from_bytes([0; 64]),
    };
    let (mut folder, _) = case.node.open().unwrap();
    for write in [Write::Journal(Entry::Seal(seal)), Write::SyncJournal] {
        folder.write(&write).unwrap();
    }
    drop(folder);
    assert!(case.open(Trust::OwnPast).is_ok());
    let error = case.open(Trust::Nothing).unwrap_err();
    assert!(format!("{error:?}").contains("Seal {"), "{error:?}");

    let mut case = Case::new();
    let measure = case.parties.measure("M1", "Unproven");
    let statement = case.parties.sign(&Body::Measure(measure));
    let mut block = case.block(&statement);
    block.certificate.pop();
    let (mut folder, _) = case.node.open().unwrap();
    for write in [Write::Journal(Entry::Block(block)), Write::SyncJournal] {
        folder.write(&write).unwrap();
    }
    drop(folder);
    assert!(case.open(Trust::OwnPast).is_ok());
    let error = case.open(Trust::Nothing).unwrap_err();
    assert!(format!("{error:?}").contains("Unproven"), "{error:?}");
}

#[test]
fn a_disk_without_a_snapshot_gets_one_only_when_it_is_due() {
    let mut case = Case::of(&council_of_equals(4));
    case.grow(3, &[]);
    let (mut folder, _) = case.node.open().unwrap();
    let chain = Arc::new(case.chain.clone());
    assert!(folder.due_snapshot(&chain, u64::MAX).is_none());
    assert!(folder.due_snapshot(&chain, 1).is_some());
    assert!(folder.due_snapshot(&chain, 1).is_none(), "nothing came since");
}
