//! Members that lie. Each sits on an honest replica with real keys and twists what it says.

mod withholder;

use nemcon_ledger::text::{Code, Time};
use nemcon_node::folder::Identity;
use nemcon_node::replica::{Message, Replica};

use super::rng::Rng;
use crate::fixture::Parties;

/// What a twist has at hand.
pub struct Hand<'a> {
    /// Its position in the roster.
    pub me: usize,
    /// Its node and its keys.
    pub identity: &'a Identity,
    /// All members, in roster order.
    pub codes: &'a [Code],
    /// All delegations; an adversary signs for its own alone.
    pub parties: &'a Parties,
    /// Its replica, as it would be if it were honest.
    pub replica: &'a Replica,
    /// The records that honest nodes have.
    pub leaves: &'a [Vec<u8>],
    /// Chance.
    pub rng: &'a mut Rng,
    /// Its clock.
    pub now: Time,
    /// What it sends, to whom.
    pub sends: Vec<(usize, Message)>,
}

impl Hand<'_> {
    /// Sends a message.
    pub fn send(&mut self, to: usize, message: Message) {
        self.sends.push((to, message));
    }

    /// The positions of the others.
    pub fn others(&self) -> Vec<usize> {
        (0..self.codes.len()).filter(|at| *at != self.me).collect()
    }

    /// Sends a message to all others.
    pub fn send_all(&mut self, message: &Message) {
        for to in self.others() {
            self.send(to, message.clone());
        }
    }

    /// Its own code.
    pub fn code(&self) -> &Code {
        &self.codes[self.me]
    }
}

/// Twists what a node says and hears.
pub trait Adversary: core::fmt::Debug {
    /// The replica wants `message` sent to `to`.
    fn outgoing(&mut self, hand: &mut Hand<'_>, to: usize, message: Message) {
        hand.send(to, message);
    }

    /// A message has come; true if the replica is not to see it.
    fn incoming(&mut self, _hand: &mut Hand<'_>, _from: usize, _message: &Message) -> bool {
        false
    }

    /// It acts unasked, from time to time.
    fn tick(&mut self, _hand: &mut Hand<'_>) {}
}

/// The adversaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdversaryKind {
    /// Does not say what it should.
    Withholder,
}

impl AdversaryKind {
    /// All of them.
    pub const ALL: [Self; 1] = [Self::Withholder];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withholder => "withholder",
        }
    }

    /// What it attacks.
    pub const fn attacks(self) -> &'static str {
        match self {
            Self::Withholder => "liveness",
        }
    }
}

/// An adversary of this kind.
pub fn make(kind: AdversaryKind) -> Box<dyn Adversary> {
    match kind {
        AdversaryKind::Withholder => Box::new(withholder::Withholder),
    }
}
