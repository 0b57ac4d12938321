//! A journal mended from peers: damage anywhere, peers that lie, and a crash at each of its steps.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use nemcon_disk::journal::Journal;
use nemcon_disk::signed::SignedFile;
use nemcon_ledger::chain::Proposal;
use nemcon_ledger::durable::{CommittedBlock, Entry, Guard};
use nemcon_ledger::record::Body;
use nemcon_ledger::text::Time;
use nemcon_ledger::{Block, Chain, Height};
use nemcon_node::server::folder::{DiskError, Folder, Identity, MendError, Mending, Trust};
use nemcon_tests::fixture::{Parties, START_MS, certified, council_of_equals};
use nemcon_tests::sim::node::SimNode;

const HEIGHTS: usize = 6;
/// Small, so that a journal of a few blocks has several.
const SEGMENT_BYTES: u64 = 1500;

/// A node's folder, and the ledger that it and its peers hold.
struct Case {
    folder: tempfile::TempDir,
    identity: Identity,
    parties: Parties,
    /// The chain after each block; the first is the founding one.
    chains: Vec<Chain>,
    /// The blocks of the ledger, from height 1 on.
    blocks: Vec<CommittedBlock>,
}

impl Case {
    /// The node has begun the height after the last block, and sealed `sealed`.
    fn new(sealed: Guard) -> Self {
        let case = Self::ledger();
        let dir = case.dir();
        Folder::init(&dir, &case.parties.genesis).unwrap();
        fs::remove_dir_all(dir.join("journal")).unwrap();
        let council = case.identity.council;
        let (mut journal, _) = Journal::open(&dir.join("journal"), council, SEGMENT_BYTES).unwrap();
        let records = vec![case.parties.genesis.render().into_bytes()];
        let zero = CommittedBlock { height: Height(0), records, certificate: Vec::new() };
        for block in [zero].iter().chain(&case.blocks) {
            journal.append(&Entry::Block(block.clone())).unwrap();
        }
        journal.sync().unwrap();
        let (mut signed, _) = SignedFile::open(&dir.join("signed"), council).unwrap();
        signed.start_height(Height(HEIGHTS as u64 + 1)).unwrap();
        signed.append_guard(sealed).unwrap();
        signed.sync().unwrap();
        assert!(case.segments().len() > 3, "{:?}", case.segments());
        case
    }

    fn ledger() -> Self {
        let genesis = council_of_equals(4);
        let identity = SimNode::new(&genesis, &genesis.roster.members[0].code).identity;
        let parties = Parties::new(genesis.clone());
        let (mut chains, mut blocks) = (vec![Chain::found(genesis)], Vec::new());
        for number in 0..HEIGHTS {
            let chain = chains.last().unwrap();
            let code = parties.genesis.roster.members[0].code.as_str();
            let measure = parties.measure(code, &format!("Measure {number}"));
            let statement = parties.sign(&Body::Measure(measure));
            let time = chain.next_time(Time::from_ms(START_MS).unwrap());
            let proposal = Proposal { time, round: 0 };
            let (block, next) = chain.assemble(&proposal, &[&statement]).unwrap();
            blocks.push(certified(&parties, chain.height().next(), block, 0..3));
            chains.push(next);
        }
        let folder = tempfile::tempdir().unwrap();
        Self { folder, identity, parties, chains, blocks }
    }

    /// The guard of the seal of this block.
    fn guard(height: usize) -> Guard {
        let chain = &Self::ledger().chains[height];
        let (size, root) = (chain.size(), chain.root());
        Guard { height: Height(height as u64), size, root, time_s: 1 }
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn segments(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.dir().join("journal")).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "seg"));
        paths.sort();
        paths
    }

    fn begin(&self) -> Mending {
        Mending::begin(&self.dir(), &self.identity).unwrap()
    }

    fn open(&self) -> Result<Height, DiskError> {
        let (_, found) = Folder::open(&self.dir(), &self.identity, Trust::OwnPast)?;
        Ok(found.replayed.chain.height())
    }

    /// Every file with its content, but for locks and the index.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![self.dir()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("lock") && !path.to_str().unwrap().contains("/index") {
                    files.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        files
    }

    fn flip_in(path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn damage_in_any_segment_keeps_what_stands_before_it_and_the_rest_comes_from_peers() {
    let count = Case::new(Case::guard(HEIGHTS)).segments().len();
    let damages: [fn(&Path); 3] = [
        Case::flip_in,
        |path| fs::write(path, &fs::read(path).unwrap()[..90]).unwrap(),
        |path| fs::remove_file(path).unwrap(),
    ];
    for (damage, at) in damages.iter().flat_map(|damage| (0..count).map(move |at| (damage, at))) {
        let case = Case::new(Case::guard(HEIGHTS));
        damage(&case.segments()[at]);
        assert!(case.open().unwrap_err().is_damage(), "segment {at}");
        // A torn end is cut by then.
        let left = case.files();
        let mut mending = case.begin();
        assert!(!mending.is_sound() && mending.needed() == Height(HEIGHTS as u64));
        let sound = mending.height();
        // The genesis fills the first segment.
        assert!(sound.0 + 1 >= at as u64, "segment {at}: what stands before it is kept");
        let taken = mending.take_blocks(&case.blocks).unwrap();
        assert_eq!(taken as u64, HEIGHTS as u64 - sound.0);
        let mended = mending.finish().unwrap();
        assert_eq!((mended.sound, mended.height), (sound.0, HEIGHTS as u64));
        assert_eq!(case.open().unwrap(), Height(HEIGHTS as u64), "segment {at}");
        for (path, bytes) in
            left.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "seg"))
        {
            let kept = mended.aside.join(path.file_name().unwrap());
            assert_eq!(fs::read(kept).unwrap(), *bytes, "what was damaged is kept");
        }
    }
}

#[test]
fn a_repair_that_is_given_up_leaves_everything_as_it_was() {
    let case = Case::new(Case::guard(HEIGHTS));
    Case::flip_in(&case.segments()[1]);
    let before = case.files();
    let mut mending = case.begin();
    mending.take_blocks(&case.blocks[..HEIGHTS - 1]).unwrap();
    assert!(!mending.has_enough(), "this node has signed on a later block");
    mending.discard().unwrap();
    assert_eq!(case.files(), before);
    assert!(!case.dir().join("journal.mending").exists());
}

#[test]
fn blocks_that_prove_nothing_restore_nothing() {
    let case = Case::new(Case::guard(HEIGHTS));
    fs::remove_dir_all(case.dir().join("journal")).unwrap();
    let first = Block { records: case.blocks[0].records.clone() };
    let too_few = certified(&case.parties, Height(1), first, 0..2);
    let mut altered = case.blocks[0].clone();
    altered.records[0].push(b'\n');
    let mut elsewhere = case.blocks[0].clone();
    elsewhere.certificate.clone_from(&case.blocks[1].certificate);
    let mut mending = case.begin();
    assert!(mending.was_empty());
    for forged in [too_few, altered, elsewhere, case.blocks[1].clone()] {
        assert_eq!(mending.take_blocks(&[forged]).unwrap(), 0);
        assert_eq!(mending.height(), Height(0));
    }
    assert_eq!(mending.take_blocks(&case.blocks).unwrap(), HEIGHTS);
}

#[test]
fn a_block_that_was_decided_and_does_not_follow_ends_the_repair() {
    let case = Case::new(Case::guard(HEIGHTS));
    fs::remove_dir_all(case.dir().join("journal")).unwrap();
    // More than two thirds sign at height 1 what is the block of height 2.
    let second = Block { records: case.blocks[1].records.clone() };
    let decided = certified(&case.parties, Height(1), second, 0..3);
    let mut mending = case.begin();
    match mending.take_blocks(&[decided]) {
        Err(MendError::Invalid { height: Height(1), .. }) | Ok(0) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(mending.height(), Height(0));
}

#[test]
fn a_journal_with_another_root_than_this_node_sealed_is_never_put_in_its_place() {
    let other = Guard { root: Case::guard(2).root, ..Case::guard(3) };
    let case = Case::new(other);
    fs::remove_dir_all(case.dir().join("journal")).unwrap();
    let mut mending = case.begin();
    let refused = mending.take_blocks(&case.blocks);
    assert!(matches!(refused, Err(MendError::Disk(DiskError::OtherRoot { .. }))), "{refused:?}");
    drop(mending);

    let case = Case::new(other);
    Case::flip_in(case.segments().last().unwrap());
    let refused = Mending::begin(&case.dir(), &case.identity).err();
    assert!(matches!(refused, Some(DiskError::OtherRoot { .. })), "also in what is sound");
}

#[test]
fn a_crash_between_the_two_renames_leaves_a_node_that_does_not_start_and_is_repaired_again() {
    let case = Case::new(Case::guard(HEIGHTS));
    Case::flip_in(&case.segments()[1]);
    let mut mending = case.begin();
    mending.take_blocks(&case.blocks).unwrap();
    drop(mending);
    let (journal, aside) = (case.dir().join("journal"), case.dir().join("journal.damaged-0"));
    fs::rename(&journal, &aside).unwrap();
    let gone = case.open().unwrap_err();
    assert!(matches!(gone, DiskError::JournalGone { .. }) && gone.is_damage(), "{gone}");
    let made = Folder::init(&case.dir(), &case.parties.genesis);
    assert!(matches!(made, Err(DiskError::Taken(_))), "nor is it a new node");
    // Without `signed` neither.
    fs::rename(case.dir().join("signed"), case.dir().join("away")).unwrap();
    assert!(matches!(case.open(), Err(DiskError::JournalGone { .. })));
    let made = Folder::init(&case.dir(), &case.parties.genesis);
    assert!(matches!(made, Err(DiskError::Taken(_))), "nor is it a new node");
    fs::rename(case.dir().join("away"), case.dir().join("signed")).unwrap();

    let mut mending = case.begin();
    assert!(mending.was_empty() && !mending.has_enough());
    mending.take_blocks(&case.blocks).unwrap();
    let mended = mending.finish().unwrap();
    assert_eq!(mended.aside, case.dir().join("journal.damaged-1"), "the damaged one stays");
    assert_eq!(case.open().unwrap(), Height(HEIGHTS as u64));
}

#[test]
fn a_crash_before_the_index_is_moved_costs_nothing() {
    let case = Case::new(Case::guard(HEIGHTS));
    assert_eq!(case.open().unwrap(), Height(HEIGHTS as u64), "it has an index now");
    Case::flip_in(&case.segments()[1]);
    let mut mending = case.begin();
    mending.take_blocks(&case.blocks).unwrap();
    drop(mending);
    let path = |name: &str| case.dir().join(name);
    fs::rename(path("journal"), path("journal.damaged-0")).unwrap();
    fs::rename(path("journal.mending"), path("journal")).unwrap();
    let (folder, found) = Folder::open(&path("."), &case.identity, Trust::OwnPast).unwrap();
    assert_eq!(found.replayed.chain.height(), Height(HEIGHTS as u64));
    let store = folder.store();
    for block in &case.blocks {
        let hash = nemcon_ledger::record::Statement::parse(&block.records[0]).unwrap().text_hash;
        let leaf = store.index().unwrap().by_hash(hash).unwrap().unwrap();
        assert_eq!(store.record(leaf).unwrap().as_ref(), Some(&block.records[0]));
    }
}
