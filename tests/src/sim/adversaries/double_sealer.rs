//! Cosigns two roots: the ledger's for some, another for the rest.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::durable::Seal;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Seals another tree for the members with odd positions.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoubleSealer;

impl Adversary for DoubleSealer {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Seals(seals) if to % 2 == 1 || hand.rng.chance(300) => {
                let own = hand.code().to_string();
                let twist = |seal: Seal| if seal.member == own { forked(hand, seal) } else { seal };
                Message::Seals(seals.into_iter().map(twist).collect())
            }
            other => other,
        };
        hand.send(to, message);
    }
}

/// Its seal of the same size with another root.
fn forked(hand: &Hand<'_>, seal: Seal) -> Seal {
    let root = sha256(seal.root.as_bytes());
    let origin = hand.identity.genesis.checkpoint_origin();
    let checkpoint = Checkpoint::new(&origin, seal.size, root).expect("a tree head");
    let cosigned = cosign(&checkpoint, seal.time_s, hand.seal_key(seal.size)).expect("a seal");
    Seal { root, signature: *cosigned.signature(), ..seal }
}
