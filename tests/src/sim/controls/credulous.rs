//! Prevotes whatever is proposed.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_replica::consensus::{ConsensusMessage, Round, VoteKind};
use nemcon_replica::replica::Message;

use crate::sim::adversaries::{Adversary, Hand, id_of, vote};

/// Remembers what was proposed, by height and round.
#[derive(Clone, Debug, Default)]
struct Credulous {
    proposed: BTreeMap<(Height, Round), Option<Digest>>,
}

pub(super) fn make() -> Box<dyn Adversary> {
    Box::<Credulous>::default()
}

impl Adversary for Credulous {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let message = match message {
            Message::Consensus(ConsensusMessage::Vote(nil))
                if nil.kind == VoteKind::Prevote && nil.value.is_none() =>
            {
                // What is proposed later changes nothing: it votes once.
                let id = *self.proposed.entry((nil.height, nil.round)).or_insert(None);
                let vote = vote(hand, VoteKind::Prevote, nil.height, nil.round, id);
                Message::Consensus(ConsensusMessage::Vote(vote))
            }
            other => other,
        };
        hand.send(to, message);
    }

    fn incoming(&mut self, _: &mut Hand<'_>, _: usize, message: &Message) -> bool {
        if let Message::Consensus(ConsensusMessage::Proposal(proposal)) = message
            && let Some(id) = id_of(&proposal.block)
        {
            self.proposed.entry((proposal.height, proposal.round)).or_insert(Some(id));
        }
        false
    }
}
