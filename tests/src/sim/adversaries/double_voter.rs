//! Votes for a block with some and for none with the rest.

use nemcon_replica::consensus::ConsensusMessage;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand, craft};

/// Tells each member another vote, by chance.
#[derive(Clone, Debug, Default)]
pub(super) struct DoubleVoter {
    /// A block to vote for where the replica votes for none.
    seen: Option<nemcon_crypto::Digest>,
}

impl Adversary for DoubleVoter {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let Message::Consensus(ConsensusMessage::Vote(vote)) = message else {
            return hand.send(to, message);
        };
        self.seen = vote.value.or(self.seen);
        let value = if vote.value.is_some() { None } else { self.seen };
        let lie = craft::vote(hand, vote.kind, vote.height, vote.round, value);
        // Some hear the one, some the other, and some both.
        let told = match hand.rng.below(3) {
            0 => vec![vote],
            1 => vec![lie],
            _ => vec![lie, vote],
        };
        for vote in told {
            hand.send(to, Message::Consensus(ConsensusMessage::Vote(vote)));
        }
    }

    fn incoming(&mut self, _: &mut Hand<'_>, _: usize, message: &Message) -> bool {
        if let Message::Consensus(ConsensusMessage::Vote(vote)) = message {
            self.seen = vote.value.or(self.seen);
        }
        false
    }
}
