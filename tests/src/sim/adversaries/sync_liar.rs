//! Answers who catches up with garbage, with blocks that nobody decided, or with a forked history.

use nemcon_ledger::durable::CommittedBlock;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Spoils every block that it gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct SyncLiar;

impl Adversary for SyncLiar {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Blocks(mut blocks) => {
                for block in &mut blocks {
                    spoil(hand, block);
                }
                Message::Blocks(blocks)
            }
            other => other,
        };
        hand.send(to, message);
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let height = hand.replica.chain().height().next();
        let records = vec![b"garbage".to_vec()];
        let block = CommittedBlock { height, records, certificate: vec![0; 40] };
        hand.send_all(&Message::Blocks(vec![block]));
    }
}

fn spoil(hand: &mut Hand<'_>, block: &mut CommittedBlock) {
    match hand.rng.below(4) {
        0 => block.certificate.truncate(20),
        1 => {
            // The last byte is in a signature.
            if let Some(last) = block.certificate.last_mut() {
                *last ^= 1;
            }
        }
        2 => {
            block.records.remove(0);
        }
        _ => {
            let record = hand.rng.index(block.records.len());
            if let Some(byte) = block.records[record].last_mut() {
                *byte ^= 1;
            }
        }
    }
}
