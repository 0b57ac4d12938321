//! Leaves out of its blocks what others have pending: the ballots that replace.

use nemcon_ledger::record::Body;
use nemcon_replica::consensus::ConsensusMessage;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand, craft};

/// Orders no statement of other members that follows another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Omitter;

impl Adversary for Omitter {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let Message::Consensus(ConsensusMessage::Proposal(proposal)) = message else {
            return hand.send(to, message);
        };
        let own = hand.code().clone();
        let replaces = |body: &Body| body.link().is_some_and(|link| link.after.is_some());
        let kept = craft::rewritten(hand, &proposal, |statement| {
            let body = &statement.body;
            body.head().by == own || !replaces(body)
        });
        hand.send(to, Message::Consensus(ConsensusMessage::Proposal(kept.unwrap_or(proposal))));
    }
}
