//! Plays genuine seals again, its own, the victim's and third members', at all times and beside whatever it
//! says; and says in all that nobody signs what it likes.

use nemcon_replica::replica::Message;

use super::archive::Archive;
use super::{Adversary, Hand};

/// How many lies it tells each member of itself.
const LIES: usize = 3;

/// Keeps every true seal that it hears of, and plays it again.
#[derive(Clone, Debug, Default)]
pub(super) struct Relabeller {
    archive: Archive,
}

impl Adversary for Relabeller {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        self.archive.note(hand.rng, &message);
        let message = match message {
            Message::Standing(_) if hand.rng.chance(500) => {
                self.archive.standing(hand.rng, hand.codes)
            }
            other => other,
        };
        hand.send(to, message);
        if hand.rng.chance(250) {
            let old = self.archive.seals(hand.rng, Some(&hand.codes[to]));
            hand.send(to, old);
        }
    }

    fn incoming(&mut self, hand: &mut Hand<'_>, _: usize, message: &Message) -> bool {
        self.archive.note(hand.rng, message);
        false
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        for to in hand.others() {
            for _ in 0..LIES {
                let lie = self.archive.lie(hand.rng, &hand.codes[to], hand.codes);
                hand.send(to, lie);
            }
        }
    }
}
