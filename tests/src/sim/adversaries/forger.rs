//! Proposes blocks whose records the council's law refuses, with a block record that fits them.

use nemcon_node::consensus::ConsensusMessage;
use nemcon_node::replica::Message;

use super::craft::{self, Forgery};
use super::{Adversary, Hand};

/// Forges every block of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forger;

impl Adversary for Forger {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let Message::Consensus(ConsensusMessage::Proposal(proposal)) = message else {
            return hand.send(to, message);
        };
        let forgery = Forgery::ALL[usize::try_from(proposal.height.0).unwrap_or(0) % 3];
        let forged = craft::forged(hand, &proposal, forgery).unwrap_or(proposal);
        hand.send(to, Message::Consensus(ConsensusMessage::Proposal(forged)));
    }

    fn tick(&mut self, hand: &mut Hand<'_>) {
        let victim = hand.others()[0];
        if let Some(record) = craft::forged_ballot(hand, &hand.codes[victim].clone()) {
            hand.send_all(&Message::Pending(record));
        }
    }
}
