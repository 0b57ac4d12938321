//! One member's node in a cluster: the replica and the folder that ship, on a disk in memory.

use std::collections::BTreeMap;
use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_disk::journal::JournalReader;
use nemcon_ledger::Height;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Time};
use nemcon_node::server::folder::{Folder, Identity, Trust};
use nemcon_replica::consensus::TimerId;
use nemcon_replica::evidence::Evidence;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{NoRejoin, Outcome, Replica, TakenOver, Ticket, Write};

use crate::fixture::secret;
use crate::sim::storage::SimDisk;

/// The folder of every node, on its own disk.
const FOLDER: &str = "ledger";

/// A node's disk. A clone is a copy of its own, which later writes do not alter.
pub struct Disk {
    storage: SimDisk,
    council: Digest,
    /// What the node has done so far: writes, messages and timers.
    pub writes: usize,
}

/// One member's node.
pub struct Node {
    /// Who it is, and the keys that it holds.
    pub(super) identity: Identity,
    /// The replica, while the node is up.
    pub replica: Option<Replica>,
    /// Its folder, while the node is up.
    pub(super) folder: Option<Folder<SimDisk>>,
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

impl Clone for Disk {
    fn clone(&self) -> Self {
        Self { storage: self.storage.copy(), ..*self }
    }
}

impl Disk {
    /// Loses the file `signed`.
    pub(super) fn lose_signed(&self) {
        self.storage.put_back(&self.storage.image().without("signed"), |_| false);
    }

    fn journal(&self) -> Vec<Entry> {
        let dir = Path::new(FOLDER).join("journal");
        let opened = JournalReader::open_in(self.storage.clone(), &dir, self.council);
        let (reader, _) = opened.expect("a journal that is whole");
        let entries = reader.entries();
        entries.map(|located| located.expect("a journal that is whole").entry).collect()
    }

    /// The blocks on this disk, from a height on.
    pub fn blocks_from(&self, from: Height) -> Vec<CommittedBlock> {
        let blocks = self.journal().into_iter().filter_map(|entry| match entry {
            Entry::Block(block) => Some(block),
            Entry::Seal(_) => None,
        });
        blocks.filter(|block| block.height >= from).collect()
    }

    fn seals(&self) -> Vec<Seal> {
        let seals = self.journal().into_iter().filter_map(|entry| match entry {
            Entry::Seal(seal) => Some(seal),
            Entry::Block(_) => None,
        });
        seals.collect()
    }
}

impl Node {
    /// A node that is off, with a new ledger and the keys of its founding.
    pub(super) fn off(genesis: &Genesis, code: &Code) -> Self {
        let (storage, council) = (SimDisk::default(), genesis.digest());
        Folder::init_in(storage.clone(), Path::new(FOLDER), genesis).expect("an empty disk");
        let key = |role: &str| secret(&format!("{code}/{role}"));
        let keys = Keyring::new(key("node"), key("seal"));
        Self {
            identity: Identity { me: code.clone(), genesis: genesis.clone(), council, keys },
            replica: None,
            folder: None,
            disk: Disk { storage, council, writes: 0 },
            timers: BTreeMap::new(),
            wake: None,
            outcomes: BTreeMap::new(),
            rejoins: Vec::new(),
            evidence: Vec::new(),
            cut_off: Vec::new(),
        }
    }

    /// Begins with what is on its disk.
    pub(super) fn start(&mut self) {
        let storage = self.disk.storage.clone();
        let opened = Folder::open_in(&storage, Path::new(FOLDER), &self.identity, Trust::OwnPast);
        let (folder, found) = opened.expect("the disk of a node that ran");
        self.replica = Some(Replica::restore(found.restored(&self.identity)));
        self.folder = Some(folder);
    }

    /// Ends; what it had not synced is gone.
    pub(super) fn end(&mut self) {
        (self.replica, self.folder, self.wake) = (None, None, None);
        self.timers.clear();
        self.disk.storage.lose_unsynced();
    }

    /// The seals that it keeps, in the order in which they came: on its disk, and those that its folder holds
    /// for the next block or sync.
    pub fn seals(&self) -> Vec<Seal> {
        let waiting = self.folder.iter().flat_map(|folder| folder.store().seals_waiting());
        self.disk.seals().into_iter().chain(waiting.cloned()).collect()
    }

    /// Does one operation on its disk.
    pub(super) fn write(&mut self, write: &Write) {
        if let Some(folder) = &mut self.folder {
            folder.write(write).expect("the disk works");
        }
        if let Write::Evidence(evidence) = write {
            self.evidence.push((**evidence).clone());
        }
    }
}
