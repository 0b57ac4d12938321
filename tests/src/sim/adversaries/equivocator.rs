//! Proposes one block to some and another to the rest, and votes for both.

use nemcon_replica::consensus::{ConsensusMessage, Vote};
use nemcon_replica::replica::Message;

use super::{Adversary, Hand, craft};

/// Tells the members with odd positions another block.
#[derive(Clone, Debug, Default)]
pub(super) struct Equivocator {
    /// The other block's proposal, and what it stands against.
    other: Option<(nemcon_crypto::Digest, nemcon_crypto::Digest)>,
}

impl Adversary for Equivocator {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Consensus(ConsensusMessage::Proposal(proposal)) if to % 2 == 1 => {
                let later = craft::retimed(hand, &proposal, 1);
                if let (Some(one), Some(two)) = (
                    craft::id_of(&proposal.block),
                    later.as_ref().and_then(|later| craft::id_of(&later.block)),
                ) {
                    self.other = Some((one, two));
                }
                Message::Consensus(ConsensusMessage::Proposal(later.unwrap_or(proposal)))
            }
            Message::Consensus(ConsensusMessage::Vote(vote)) if to % 2 == 1 => {
                Message::Consensus(ConsensusMessage::Vote(self.swap(hand, vote)))
            }
            other => other,
        };
        hand.send(to, message);
    }
}

impl Equivocator {
    fn swap(&self, hand: &Hand<'_>, vote: Vote) -> Vote {
        match self.other {
            Some((one, two)) if vote.value == Some(one) => {
                craft::vote(hand, vote.kind, vote.height, vote.round, Some(two))
            }
            _ => vote,
        }
    }
}
