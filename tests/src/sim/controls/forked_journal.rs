//! A journal "repaired" from forked peers, without the guard that would notice.

use std::path::Path;

use nemcon_ledger::durable::Entry;
use nemcon_ledger::{Block, Chain, Height};
use nemcon_node::server::folder::{Folder, Trust};
use nemcon_replica::replica::Write;

use super::fork::certified;
use crate::sim::storage::SimDisk;
use crate::sim::world::{Death, World};

impl World {
    /// The first node gets a journal whose last block is another one; its file `signed` is gone too.
    /// False if its last block is none that can be forked so.
    pub(in crate::sim) fn repair_from_forked_peers(&mut self) -> bool {
        let Some(fork) = self.forked_disk() else { return false };
        self.crash(0, Death::Process, 100);
        self.nodes[0].disk.put_back(&fork.image().without("signed"), |_| false);
        self.monitor.ignore_ledger_of(0);
        true
    }

    /// A disk with the blocks of the first node, but the last one of another history with a tree of
    /// the same size.
    fn forked_disk(&self) -> Option<SimDisk> {
        let node = &self.nodes[0];
        let running = node.running.as_ref()?;
        let blocks = running.folder.blocks_for_peer(Height(1)).ok()?;
        let (last, before) = blocks.split_last()?;
        let mut chain = Chain::found(node.identity.genesis.clone());
        let disk = SimDisk::default();
        let dir = Path::new("ledger");
        Folder::init_in(disk.clone(), dir, &node.identity.genesis).ok()?;
        let (mut folder, _) = Folder::open_in(&disk, dir, &node.identity, Trust::OwnPast).ok()?;
        for block in before {
            chain = chain.apply(&Block { records: block.records.clone() }).ok()?;
            let write = Write::Journal(Entry::Block(block.clone()));
            folder.write(&write).ok()?;
        }
        let other = certified(&chain, &self.parties, 0..self.nodes.len(), "Forked", self.time())?;
        if other.records.len() != last.records.len() {
            return None;
        }
        chain.apply(&Block { records: other.records.clone() }).ok()?;
        folder.write(&Write::Journal(Entry::Block(other))).ok()?;
        folder.write(&Write::SyncJournal).ok()?;
        Some(disk)
    }
}
