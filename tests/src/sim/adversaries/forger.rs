//! Proposes blocks whose records the council's law refuses, with a block record that fits them.

use nemcon_crypto::Digest;
use nemcon_replica::consensus::{ConsensusMessage, Proposal};
use nemcon_replica::replica::Message;

use super::craft::{self, Forgery};
use super::{Adversary, Hand};

/// Forges every block of its own, and votes for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Forger {
    /// The true block's id, and the forged one's.
    forged: Option<(Digest, Digest)>,
}

impl Adversary for Forger {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Consensus(ConsensusMessage::Proposal(proposal)) => {
                let forged = self.forge(hand, &proposal).unwrap_or(proposal);
                Message::Consensus(ConsensusMessage::Proposal(forged))
            }
            Message::Consensus(ConsensusMessage::Vote(vote)) => {
                let forged = self.forged.filter(|(id, _)| vote.value == Some(*id));
                let vote = match forged {
                    Some((_, id)) => {
                        craft::vote(hand, vote.kind, vote.height, vote.round, Some(id))
                    }
                    None => vote,
                };
                Message::Consensus(ConsensusMessage::Vote(vote))
            }
            other => other,
        };
        hand.send(to, message);
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let victim = hand.others()[0];
        if let Some(record) = craft::forged_ballot(hand, &hand.codes[victim].clone()) {
            hand.send_all(&Message::Pending(vec![record]));
        }
    }
}

impl Forger {
    fn forge(&mut self, hand: &Hand<'_>, proposal: &Proposal) -> Option<Proposal> {
        let kinds = Forgery::ALL;
        let kind = kinds[usize::try_from(proposal.height.0).ok()? % kinds.len()];
        let forged = craft::forged(hand, proposal, kind)?;
        self.forged = craft::id_of(&proposal.block).zip(craft::id_of(&forged.block));
        Some(forged)
    }
}
