//! Dates its blocks back or forward, around a deadline if there is one.

use nemcon_replica::consensus::ConsensusMessage;
use nemcon_replica::replica::Message;

use super::{Adversary, Hand, craft};

/// How far off its blocks are, in milliseconds.
const REACH_MS: i64 = 45_000;

/// Chooses for each block how far it is off.
#[derive(Clone, Debug, Default)]
pub(super) struct Dater {
    chosen: Option<(nemcon_crypto::Digest, nemcon_replica::consensus::Proposal)>,
}

impl Adversary for Dater {
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        let Message::Consensus(ConsensusMessage::Proposal(proposal)) = message else {
            return hand.send(to, message);
        };
        let content = proposal.block.digest();
        if self.chosen.as_ref().is_none_or(|(of, _)| *of != content) {
            let off = i64::try_from(hand.rng.below(2 * REACH_MS.unsigned_abs())).unwrap_or(0);
            let dated = craft::retimed(hand, &proposal, off - REACH_MS);
            self.chosen = Some((content, dated.unwrap_or(proposal)));
        }
        if let Some((_, dated)) = &self.chosen {
            hand.send(to, Message::Consensus(ConsensusMessage::Proposal(dated.clone())));
        }
    }
}
