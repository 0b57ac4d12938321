//! Keeps to itself what others need: each message reaches some and not the rest.

use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Sends half of what it should, to some.
#[derive(Clone, Copy, Debug)]
pub(super) struct Withholder;

impl Adversary for Withholder {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        if hand.rng.chance(500) {
            hand.send(to, message);
        }
    }
}
