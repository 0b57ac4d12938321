//! Seals at once what another has sealed.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_ledger::durable::Seal;
use nemcon_replica::replica::Message;

use crate::sim::adversaries::{Adversary, Hand};

/// Copies the seals of others.
#[derive(Clone, Copy, Debug)]
struct Eager;

pub(super) fn make() -> Box<dyn Adversary> {
    Box::new(Eager)
}

impl Adversary for Eager {
    fn incoming(&mut self, hand: &mut Hand<'_>, _: usize, message: &Message) -> bool {
        let Message::Seals(seals) = message else { return false };
        let origin = hand.identity.genesis.checkpoint_origin();
        for seal in seals.iter().filter(|seal| seal.size > hand.replica.chain().size()) {
            let Ok(head) = Checkpoint::new(&origin, seal.size, seal.root) else { continue };
            let Ok(cosigned) = cosign(&head, seal.time_s, hand.identity.keys.seal()) else {
                continue;
            };
            let (member, signature) = (hand.code().to_string(), *cosigned.signature());
            let own = Seal { member, signature, ..seal.clone() };
            hand.send_all(&Message::Seals(vec![own]));
        }
        false
    }
}
