//! A node's disk that grows block by block, and what a start from it finds.

use super::*;

/// A node's disk, and the chain that its journal holds.
pub(super) struct Case {
    pub(super) node: SimNode,
    pub(super) parties: Parties,
    pub(super) chain: Chain,
}

pub(super) fn path() -> &'static Path {
    Path::new("ledger/snapshot")
}

impl Case {
    pub(super) fn of(genesis: &Genesis) -> Self {
        let mut node = SimNode::new(genesis, &genesis.roster.members[0].code);
        node.make().unwrap();
        let (parties, chain) = (Parties::new(genesis.clone()), Chain::found(genesis.clone()));
        Self { node, parties, chain }
    }

    /// Appends blocks up to this height, durably, and writes a snapshot at the heights of `snapshots`.
    pub(super) fn grow(&mut self, to: u64, snapshots: &[u64]) {
        let (mut folder, found) = self.node.open().unwrap();
        assert_eq!(found.replayed.chain.snapshot(), self.chain.snapshot());
        while self.chain.height().0 < to {
            let number = self.chain.height().0;
            let measure = self.parties.measure("M1", &format!("Measure {number}"));
            let statement = self.parties.sign(&Body::Measure(measure));
            let block = self.block(&statement);
            for write in [Write::Journal(Entry::Block(block)), Write::SyncJournal] {
                folder.write(&write).unwrap();
            }
            if snapshots.contains(&self.chain.height().0) {
                let due = folder.due_snapshot(&Arc::new(self.chain.clone()), 1);
                due.expect("a block came").write().unwrap();
            }
        }
    }

    /// The next block, with this statement; the chain goes on.
    pub(super) fn block(&mut self, statement: &Statement) -> CommittedBlock {
        let time = self.chain.next_time(Time::from_ms(START_MS).unwrap());
        let proposal = Proposal { time, round: 0 };
        let (block, next) = self.chain.assemble(&proposal, &[statement]).unwrap();
        self.chain = next;
        certified(&self.parties, self.chain.height(), block, 0..3)
    }

    /// A case with a snapshot at height 5 of 8.
    pub(super) fn new() -> Self {
        let mut case = Self::of(&council_of_equals(4));
        case.grow(BLOCKS, &[5]);
        case
    }

    pub(super) fn open(&self, trust: Trust) -> Result<Chain, DiskError> {
        let node = &self.node;
        let opened = Folder::open_in(&node.disk, Path::new("ledger"), &node.identity, trust)?;
        Ok(opened.1.replayed.chain)
    }

    /// Checks that an opening ends at the chain's own end, with everything that the replica starts from.
    pub(super) fn verify_opens(&self, context: &str) {
        for trust in [Trust::OwnPast, Trust::Nothing] {
            let node = &self.node;
            let opened = Folder::open_in(&node.disk, Path::new("ledger"), &node.identity, trust);
            let (_, found) = opened.expect(context);
            let replayed = found.replayed;
            assert_eq!(replayed.chain.snapshot(), self.chain.snapshot(), "{context}, {trust:?}");
            assert_eq!(replayed.boundaries.len() as u64, self.chain.height().0, "{context}");
            let last = replayed.boundaries.last().unwrap();
            assert_eq!((last.size, last.root), (self.chain.size(), self.chain.root()), "{context}");
            assert_eq!(last.id, self.chain.previous(), "{context}");
            let certificate = replayed.certificate.expect(context);
            assert_eq!(certificate.height, self.chain.height(), "{context}");
        }
    }

    pub(super) fn put(&self, bytes: &[u8]) {
        let disk = &self.node.disk;
        if disk.read(path()).is_ok() {
            disk.remove(path()).unwrap();
        }
        disk.create(path()).unwrap().append(bytes).unwrap();
    }
}
