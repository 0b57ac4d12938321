//! Announces statements that it does not have, and answers whoever asks with other bytes, late or never.

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;
use nemcon_replica::replica::{ANNOUNCED_MAX, Message};

use super::{Adversary, Hand};

/// Statements of one false announcement.
const FALSE: usize = 64;

/// Has everybody ask it for everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Announcer {
    /// What it has announced and does not have, counted.
    invented: u64,
    /// What others have announced: it says that it has that too.
    heard: Vec<Digest>,
}

impl Adversary for Announcer {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let Message::Pending(records) = message else { return hand.send(to, message) };
        if hand.leaves.is_empty() || hand.rng.chance(300) {
            return;
        }
        // Genuine records, and others than those that were asked for.
        let other = |_| hand.leaves[hand.rng.index(hand.leaves.len())].clone();
        let others = records.iter().map(other).collect();
        hand.send(to, Message::Pending(others));
    }

    fn incoming(&mut self, hand: &mut Hand<'_>, from: usize, message: &Message) -> bool {
        match message {
            Message::Announced(leaf_hashes) => {
                self.heard.extend(leaf_hashes);
                let heard = self.heard.len().saturating_sub(ANNOUNCED_MAX);
                // It says so at its next turn: two of them that answered at once would never end.
                self.heard.drain(..heard);
                false
            }
            Message::Pending(records) => {
                // Before the others have it, they are told to ask here for it.
                let hashes = records.iter().map(|record| leaf_hash(record)).collect();
                hand.send_all(&Message::Announced(hashes));
                false
            }
            // Whoever asks gets no answer.
            Message::PendingWanted(_) => hand.rng.chance(500) && from != hand.me,
            Message::Consensus(_)
            | Message::Seals(_)
            | Message::Standing(_)
            | Message::BlocksWanted { .. }
            | Message::Blocks(_)
            | Message::SeenWanted { .. }
            | Message::Seen { .. }
            | Message::StandingWanted
            | Message::Decided(_)
            | Message::Proposed(_)
            | Message::ClockWanted { .. }
            | Message::Clock { .. }
            | Message::KeyTwice => false,
        }
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let invented = (0..FALSE).map(|_| {
            self.invented += 1;
            leaf_hash(&[hand.code().as_str().as_bytes(), &self.invented.to_be_bytes()].concat())
        });
        let all = invented.chain(self.heard.iter().copied()).take(ANNOUNCED_MAX).collect();
        hand.send_all(&Message::Announced(all));
    }
}
