//! What the shell of a node does before its replica takes a frame in: it verifies statements on other threads, by the
//! roster of a block that may have passed meanwhile, and tells of blocks that have come.

use nemcon_crypto::merkle::leaf_hash;
use nemcon_ledger::council::Proven;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{BLOCKS_PER_MESSAGE_MAX, Input, Message};

use super::adversaries::AdversaryKind;
use super::world::World;

/// After so many blocks a node verifies by the roster of today again.
const BLOCKS_BEHIND: u64 = 6;

impl World {
    /// Tells a node what was proven of the statements that a frame brings, where somebody counts on that.
    pub(super) fn prove_ahead(&mut self, at: usize, frame: &[u8]) {
        if self.plan.adversary != Some(AdversaryKind::Poisoner) {
            return;
        }
        let node = &mut self.nodes[at];
        let Some(running) = &node.running else { return };
        let here = running.replica.shared_chain();
        let is_late = |height: u64| here.height().0 >= height + BLOCKS_BEHIND;
        node.proving_chain = node.proving_chain.take().filter(|chain| !is_late(chain.height().0));
        let chain = node.proving_chain.get_or_insert(here);
        let records = match Message::decode(frame) {
            Ok(Message::Pending(records)) => records,
            Ok(Message::Blocks(blocks)) => blocks.into_iter().flat_map(|it| it.records).collect(),
            Ok(_) | Err(_) => return,
        };
        let new = records.iter().filter(|record| !running.replica.knows(&leaf_hash(record)));
        let proven: Vec<_> = new.filter_map(|it| Proven::of(chain.council(), it)).collect();
        self.take(at, Input::Proven(proven));
    }

    /// Tells a node that a frame brings the next blocks of its ledger, as the shell does while it verifies them.
    pub(super) fn announce_blocks(&mut self, to: usize, from: &Code, frame: &[u8]) {
        let Some(running) = &self.nodes[to].running else { return };
        let mut top = running.replica.chain().height();
        let before = top;
        if let Ok(Message::Blocks(blocks)) = Message::decode(frame) {
            for block in blocks.iter().take(BLOCKS_PER_MESSAGE_MAX) {
                if block.height == top.next() {
                    top = block.height;
                }
            }
        }
        if top > before {
            self.take(to, Input::BlocksCame { from: from.clone(), top });
        }
    }
}
