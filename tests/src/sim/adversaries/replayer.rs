//! Sends again, to anybody, what was said before: records, replaced ballots, votes, seals, blocks.

use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// How much it remembers.
const MEMORY_MAX: usize = 2000;

/// Remembers what it hears and says.
#[derive(Clone, Debug, Default)]
pub(super) struct Replayer {
    heard: Vec<Message>,
}

impl Adversary for Replayer {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        self.remember(&message);
        hand.send(to, message);
    }

    fn incoming(&mut self, _: &mut Hand<'_>, _: usize, message: &Message) -> bool {
        self.remember(message);
        false
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        for to in hand.others() {
            if !self.heard.is_empty() {
                let old = hand.rng.pick(&self.heard).clone();
                hand.send(to, old);
            }
            if !hand.leaves.is_empty() {
                let record = hand.rng.pick(hand.leaves).clone();
                hand.send(to, Message::Pending(vec![record]));
            }
        }
    }
}

impl Replayer {
    fn remember(&mut self, message: &Message) {
        if self.heard.len() < MEMORY_MAX {
            self.heard.push(message.clone());
        }
    }
}
