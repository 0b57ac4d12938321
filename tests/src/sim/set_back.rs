//! A node's whole disk is set back to an older image: it must notice, and never sign twice.
//!
//! ```text
//! image ──── blocks, seals, votes ────▶ crash ─▶ image again ─▶ shown its own later seals: observes
//! ```
//!
//! The node counts as one of the f that may fail, and is set back only past what all others have of
//! it: what nobody has seen nobody can show.

use nemcon_ledger::Height;
use nemcon_replica::consensus::faulty_max;
use nemcon_replica::replica::Replica;

use super::world::{Death, World};

impl World {
    /// A snapshot of a disk is made, or one made before is put back.
    pub(super) fn set_back_disk(&mut self) {
        let at = self.rng.index(self.nodes.len());
        let Some(height) = self.replica(at).map(|replica| replica.chain().height()) else { return };
        if self.nodes[at].disk.is_troubled() || self.plan.adversary.is_some() {
            return;
        }
        match self.nodes[at].snapshot.take() {
            Some((image, then)) if self.is_known_beyond(at, then) && self.bears_another() => {
                let keeps_signed = self.rng.chance(500);
                self.tally.note("disk set back");
                self.tell(|| format!("{} is set back to block {}", self.codes[at], then.0));
                self.crash(at, Death::Process, 500);
                let image = if keeps_signed { image } else { image.without("signed") };
                let node = &mut self.nodes[at];
                node.disk.mend();
                node.disk.put_back(&image, |_| false);
                (node.image, node.is_unaware, node.is_set_back) = (None, keeps_signed, true);
                self.monitor.set_back(at);
            }
            Some(kept) if self.rng.chance(800) => self.nodes[at].snapshot = Some(kept),
            _ => self.nodes[at].snapshot = Some((self.nodes[at].disk.image(), height)),
        }
    }

    /// Whether all others hold seals of this node of blocks above `then`.
    fn is_known_beyond(&self, at: usize, then: Height) -> bool {
        let mut others = self.seated().into_iter().filter(|other| *other != at);
        others.all(|other| {
            let code = &self.codes[at];
            self.replica(other).is_some_and(|replica| {
                replica.sealed_heights().get(code).is_some_and(|to| *to > then)
            })
        })
    }

    /// Whether one more node may withhold its votes.
    fn bears_another(&self) -> bool {
        let silent = |node: &&super::node::SimNode| {
            node.is_unaware || node.replica().is_none_or(Replica::is_observing)
        };
        let seated = self.seated();
        let nodes = seated.iter().map(|at| &self.nodes[*at]);
        nodes.filter(silent).count() < faulty_max(seated.len())
    }
}
