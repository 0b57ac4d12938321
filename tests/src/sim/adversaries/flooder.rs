//! Floods the pools with records: valid ones of its own, copies, and what only looks valid.

use nemcon_ledger::record::Body;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Records of one flood.
const FLOOD: usize = 24;

/// Tables measure after measure.
#[derive(Clone, Debug, Default)]
pub(super) struct Flooder {
    tabled: u64,
}

impl Adversary for Flooder {
    fn tick(&mut self, hand: &mut Hand<'_>) {
        for _ in 0..FLOOD {
            self.tabled += 1;
            let title = format!("Flood {} of {}", self.tabled, hand.code());
            let measure = hand.parties.measure(hand.code().as_str(), &title);
            let record = hand.parties.sign(&Body::Measure(measure)).render();
            let to = *hand.rng.pick(&hand.others());
            if hand.rng.chance(100) {
                hand.send_all(&Message::Pending(vec![record]));
            } else {
                hand.send(to, Message::Pending(vec![record]));
            }
        }
    }
}
