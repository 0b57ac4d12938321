//! Shows one half a ballot in favour and the other half one against, both after the same statement.

use nemcon_ledger::council::Status;
use nemcon_ledger::record::{Body, Position};
use nemcon_replica::replica::Message;

use super::{Adversary, Hand};

/// Its officer key signs twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct TwoBallots;

impl Adversary for TwoBallots {
    fn tick(&mut self, hand: &mut Hand<'_>) {
        let council = hand.replica.chain().council();
        let mut open = council.measures().filter(|measure| measure.status == Status::Open);
        let Some(number) = open.next_back().map(|measure| measure.number) else { return };
        let code = hand.code().clone();
        let sign = |position| {
            let ballot = hand.parties.ballot(council, code.as_str(), number, position);
            hand.parties.sign(&Body::Ballot(ballot)).render()
        };
        let pair = [sign(Position::InFavour), sign(Position::Against)];
        for to in hand.others() {
            hand.send(to, Message::Pending(vec![pair[to % 2].clone()]));
        }
    }
}
