//! The snapshots beside the journals: written often, and found torn, altered, lost or older than they were.
//!
//! Their chances come from a generator of their own, so that a seed's other events stay what they are.

use std::path::Path;

use nemcon_disk::storage::Storage as _;

use super::rng::Rng;
use super::world::World;

/// The snapshot of every node, on its own disk.
const SNAPSHOT: &str = "ledger/snapshot";

impl World {
    /// A node has appended blocks; after some of them it writes a snapshot.
    pub(super) fn write_snapshot(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let Some(running) = &mut node.running else { return };
        let chain = running.replica.shared_chain();
        if !(chain.height().0 + at as u64).is_multiple_of(3) {
            return;
        }
        let before = node.disk.read(Path::new(SNAPSHOT)).ok();
        // Whether it fails is nothing to the node, as long as its journal does not.
        if let Some(due) = running.folder.due_snapshot(&chain, 1)
            && due.write().is_ok()
        {
            node.older_snapshot = before;
        }
    }

    /// What lies on the disk of a node before it starts.
    pub(super) fn spoil_snapshot(&mut self, at: usize) {
        let node = &mut self.nodes[at];
        let Ok(mut bytes) = node.disk.read(Path::new(SNAPSHOT)) else { return };
        let mut rng = Rng::new(self.now ^ (node.boots << 32) ^ ((at as u64) << 48));
        match rng.below(8) {
            0 => bytes.clear(),
            1 => bytes.truncate(rng.index(bytes.len())),
            2 => {
                let byte = rng.index(bytes.len());
                bytes[byte] ^= 1;
            }
            3 => match node.older_snapshot.take() {
                Some(older) => bytes = older,
                None => return,
            },
            _ => return,
        }
        self.tally.note("snapshot spoiled");
        self.nodes[at].disk.rewrite(Path::new(SNAPSHOT), bytes);
    }
}
