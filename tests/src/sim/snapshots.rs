//! The snapshots beside the journals: written often, and found torn, altered, lost, older than they were,
//! of another node, of another release, of another council, of another block, or with a state that names what is not there.
//!
//! Their chances come from a generator of their own, so that a seed's other events stay what they are.

use std::path::Path;

use nemcon_disk::storage::Storage as _;
use nemcon_ledger::record::Genesis;

use super::rng::Rng;
use super::world::World;
use crate::fixture::lies::{self, summed, with_state};

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
        let node = &self.nodes[at];
        let Ok(bytes) = node.disk.read(Path::new(SNAPSHOT)) else { return };
        if bytes.is_empty() {
            return;
        }
        let genesis = &node.identity.genesis;
        let mut rng = Rng::new(self.now ^ (node.boots << 32) ^ ((at as u64) << 48));
        let (what, spoiled) = if self.plan.forges_snapshots_of(at) {
            ("snapshot forged", forged(&bytes, genesis, &mut rng, lies::coherent_lie))
        } else {
            // Of this council, but perhaps of a block that this node does not have.
            let other = (at + 1) % self.nodes.len();
            let anothers = self.nodes[other].disk.read(Path::new(SNAPSHOT)).ok();
            let anothers = anothers.filter(|_| !self.plan.forges_snapshots_of(other));
            let others = [node.older_snapshot.clone(), anothers];
            ("snapshot spoiled", spoiled(&bytes, others, genesis, &mut rng))
        };
        let Some(spoiled) = spoiled else { return };
        self.tally.note(what);
        self.nodes[at].disk.rewrite(Path::new(SNAPSHOT), spoiled);
    }
}

type Lie = fn(&[u8], &Genesis, &mut Rng) -> Option<Vec<u8>>;

/// A whole snapshot in which a state stands that lies.
fn forged(whole: &[u8], genesis: &Genesis, rng: &mut Rng, lie: Lie) -> Option<Vec<u8>> {
    // One that is torn already is left so.
    let state = whole.get(lies::state_in(whole))?;
    Some(with_state(whole, &lie(state, genesis, rng)?))
}

/// What a node must pass over, or what it may go on from; none: the snapshot stays.
fn spoiled(
    whole: &[u8],
    [older, anothers]: [Option<Vec<u8>>; 2],
    genesis: &Genesis,
    rng: &mut Rng,
) -> Option<Vec<u8>> {
    let mut bytes = whole.to_vec();
    let (release, council) = (lies::release_in(), lies::release_in().end);
    match rng.below(12) {
        0 => bytes.clear(),
        1 => bytes.truncate(rng.index(bytes.len())),
        2 => {
            let byte = rng.index(bytes.len());
            bytes[byte] ^= 1;
        }
        3 => return older,
        8 => return anothers,
        // Of another release, of another council, of another height, root or block.
        4 => return resummed(bytes, release.start, rng.index(release.len())),
        5 => return resummed(bytes, council, rng.index(32)),
        6 => return resummed(bytes, council + 32, rng.index(80)),
        7 => return forged(whole, genesis, rng, lies::incoherent_lie),
        _ => return None,
    }
    Some(bytes)
}

/// The snapshot with another byte behind `from`, and the sum that fits.
fn resummed(mut bytes: Vec<u8>, from: usize, at: usize) -> Option<Vec<u8>> {
    *bytes.get_mut(from + at)? ^= 1;
    let said = bytes.len().checked_sub(32)?;
    Some(summed(&bytes[..said]))
}
