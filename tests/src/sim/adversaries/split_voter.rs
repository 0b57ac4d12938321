//! Tells each member exactly one of its two votes, always the same ones: no connection shows both.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_replica::consensus::{ConsensusMessage, Round, VoteKind};
use nemcon_replica::replica::Message;

use super::{Adversary, Hand, craft};

/// Votes for none, or for another block that it has seen, towards the members with odd positions.
#[derive(Clone, Debug, Default)]
pub(super) struct SplitVoter {
    seen: Option<Digest>,
    /// What it told members with odd positions.
    lies: BTreeMap<(Height, Round, VoteKind), Option<Digest>>,
}

impl Adversary for SplitVoter {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Consensus(ConsensusMessage::Vote(vote)) if to % 2 == 1 => {
                self.seen = vote.value.or(self.seen);
                let lie = if vote.value.is_some() { None } else { self.seen };
                let place = (vote.height, vote.round, vote.kind);
                let value = *self.lies.entry(place).or_insert(lie);
                let lie = craft::vote(hand, vote.kind, vote.height, vote.round, value);
                Message::Consensus(ConsensusMessage::Vote(lie))
            }
            other => other,
        };
        hand.send(to, message);
    }
}
