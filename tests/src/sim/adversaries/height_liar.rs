//! Says that it stands where it does not, and gives no blocks.

use nemcon_crypto::TreeSize;
use nemcon_ledger::Height;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Claims a height that nobody has reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeightLiar;

impl Adversary for HeightLiar {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Standing(mut standing) => {
                standing.height = Height(hand.rng.pick(&[0, 1, 1000, u64::MAX]).to_owned());
                standing.sealed.values_mut().for_each(|size| *size = TreeSize(u64::MAX));
                Message::Standing(standing)
            }
            Message::Blocks(_) => Message::Blocks(Vec::new()),
            other => other,
        };
        hand.send(to, message);
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let from = Height(*hand.rng.pick(&[0, 1, 1000, u64::MAX]));
        hand.send_all(&Message::BlocksWanted { from });
    }
}
