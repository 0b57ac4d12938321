//! Takes a seal of the own node for what a liar says beside it: of a later block than it is.

use nemcon_crypto::TreeSize;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_ledger::durable::Seal;
use nemcon_node::server::folder::Identity;

/// How much greater the size is that it is believed to be of.
const BEYOND: u64 = 1000;

/// The seals as a node takes them that believes a label: its own are signed for what the label says.
pub(super) fn believed(node: &Identity, seals: Vec<Seal>) -> Vec<Seal> {
    let believe = |seal: Seal| {
        if seal.member != node.me.as_str() {
            return seal;
        }
        let size = TreeSize(seal.size.0.saturating_add(BEYOND));
        let origin = node.genesis.checkpoint_origin();
        let head = Checkpoint::new(&origin, size, seal.root).expect("a tree head");
        match cosign(&head, seal.time_s, node.keys.seal()) {
            Ok(cosigned) => Seal { size, signature: *cosigned.signature(), ..seal },
            Err(_) => seal,
        }
    };
    seals.into_iter().map(believe).collect()
}
