//! One member's node in a cluster: the replica that ships, on a disk that forgets what was not synced.

use std::collections::BTreeMap;

use nemcon_crypto::SecretKey;
use nemcon_ledger::durable::{CommittedBlock, Entry, Guard, Seal};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height, codec};
use nemcon_replica::consensus::{Timeouts, TimerId};
use nemcon_replica::evidence::Evidence;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{
    Boundary, NoRejoin, Outcome, Replica, Restored, TakenOver, Ticket, Write, block_of,
};

use crate::fixture::secret;

/// What a disk has taken, and how much of it would survive a crash.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    pub(super) journal: Vec<Entry>,
    journal_synced: usize,
    pub(super) guard: Option<Guard>,
    pub(super) guard_synced: Option<Guard>,
    pub(super) wal: (Height, Vec<Vec<u8>>),
    pub(super) wal_synced: usize,
    pub(super) votes_from: Height,
    /// Writes and syncs so far.
    pub writes: usize,
}

/// One member's node.
pub struct Node {
    /// The keys that it holds.
    pub(super) keys: Keyring,
    /// The replica, while the node is up.
    pub replica: Option<Replica>,
    /// Its disk.
    pub disk: Disk,
    pub(super) timers: BTreeMap<TimerId, Time>,
    pub(super) wake: Option<Time>,
    /// What became of submissions here.
    pub outcomes: BTreeMap<Ticket, Vec<Outcome>>,
    /// What became of its operator's wishes to rejoin, in order.
    pub rejoins: Vec<Result<TakenOver, NoRejoin>>,
    /// What it has kept of others' misdeeds.
    pub evidence: Vec<Evidence>,
    /// Whose connections it has cut.
    pub cut_off: Vec<Code>,
}

impl Disk {
    /// Forgets what was never synced.
    pub(super) fn crash(&mut self) {
        self.journal.truncate(self.journal_synced);
        self.guard = self.guard_synced;
        self.wal.1.truncate(self.wal_synced);
    }

    fn sync_signed(&mut self) {
        self.guard_synced = self.guard;
        self.wal_synced = self.wal.1.len();
    }
}

impl Node {
    /// Does one operation on its disk.
    pub(super) fn write(&mut self, write: Write) {
        match write {
            Write::Journal(entry) => self.disk.journal.push(entry),
            Write::SyncJournal => self.disk.journal_synced = self.disk.journal.len(),
            Write::Guard(guard) => {
                if let Some(before) = &self.disk.guard {
                    guard.verify_after(before).expect("seals never contradict one another");
                }
                self.disk.guard = Some(guard);
            }
            Write::Wal(height, bytes) => {
                assert_eq!(height, self.disk.wal.0, "the log of a height that has not begun");
                self.disk.wal.1.push(bytes);
            }
            Write::BeginHeight(height) => {
                self.disk.wal = (height, Vec::new());
                self.disk.wal_synced = 0;
            }
            Write::Observe(height) => self.disk.votes_from = height,
            Write::SyncSigned => self.disk.sync_signed(),
            Write::Evidence(evidence) => self.evidence.push(*evidence),
        }
    }

    /// A node that is off, with an empty disk and the keys of its founding.
    pub(super) fn off(code: &Code) -> Self {
        Self {
            keys: Keyring::new(key(code, "node"), key(code, "seal")),
            replica: None,
            disk: Disk::default(),
            timers: BTreeMap::new(),
            wake: None,
            outcomes: BTreeMap::new(),
            rejoins: Vec::new(),
            evidence: Vec::new(),
            cut_off: Vec::new(),
        }
    }

    /// What its replica begins with, as its disk has it.
    pub(super) fn restored(&self, code: &Code, genesis: &Genesis) -> Restored {
        let disk = &self.disk;
        let mut chain = Chain::found(genesis.clone());
        let (mut boundaries, mut seals): (Vec<Boundary>, Vec<Seal>) = (Vec::new(), Vec::new());
        let mut certificate = None;
        for entry in &disk.journal {
            match entry {
                Entry::Block(block) => {
                    chain = chain.apply(&block_of(block)).expect("the journal follows");
                    boundaries.push(Boundary::of(&chain, block.bytes()));
                    certificate = codec::decode::<_, 65_536>(&block.certificate).ok();
                }
                Entry::Seal(seal) => seals.push(seal.clone()),
            }
        }
        Restored {
            genesis: genesis.clone(),
            me: code.clone(),
            keys: self.keys.clone(),
            chain,
            boundaries,
            seals,
            guard: disk.guard,
            wal: disk.wal.clone(),
            votes_from: disk.votes_from,
            certificate,
            timeouts: Timeouts::default(),
        }
    }
}

impl Disk {
    /// The blocks on this disk, from a height on.
    pub fn blocks_from(&self, from: Height) -> Vec<CommittedBlock> {
        let blocks = self.journal.iter().filter_map(|entry| match entry {
            Entry::Block(block) if block.height >= from => Some(block.clone()),
            Entry::Block(_) | Entry::Seal(_) => None,
        });
        blocks.take(3).collect()
    }

    /// The seals on this disk, in the order in which they came.
    pub fn seals(&self) -> impl Iterator<Item = &Seal> {
        self.journal.iter().filter_map(|entry| match entry {
            Entry::Seal(seal) => Some(seal),
            Entry::Block(_) => None,
        })
    }
}

fn key(code: &Code, role: &str) -> SecretKey {
    secret(&format!("{code}/{role}"))
}
