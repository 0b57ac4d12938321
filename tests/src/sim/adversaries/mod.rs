//! Members that lie. Each sits on an honest replica with real keys and twists what it says.

mod announcer;
mod archive;
mod craft;
mod dater;
mod double_sealer;
mod double_voter;
mod equivocator;
mod flooder;
mod forger;
mod height_liar;
mod misled;
mod omitter;
mod passer_by;
mod poisoner;
mod relabeller;
mod replayer;
mod split_voter;
mod sync_liar;
mod two_ballots;
mod withholder;

pub(super) use craft::{block_of, id_of, vote};
pub(super) use passer_by::PasserBy;

use nemcon_crypto::{SecretKey, TreeSize};
use nemcon_ledger::text::{Code, Time};
use nemcon_node::server::folder::Identity;
use nemcon_replica::replica::{Message, Replica};

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
    /// The source of chance of this run.
    pub rng: &'a mut Rng,
    /// What the adversary's clock reads.
    pub now: Time,
    /// What it sends, to whom.
    pub sends: Vec<(usize, Message)>,
}

impl Hand<'_> {
    /// Sends a message to the node at this place.
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

    /// The node key that the roster of the next block names for it.
    pub fn node_key(&self) -> &SecretKey {
        self.identity.keys.shown(self.replica.chain().council().roster(), self.code())
    }

    /// The seal key that the roster which seals this size names for it.
    pub fn seal_key(&self, size: TreeSize) -> &SecretKey {
        let (keys, roster) = (&self.identity.keys, self.replica.chain().rosters().sealing(size));
        keys.seal_of(roster, self.code()).unwrap_or_else(|| keys.seal())
    }

    /// The code of the member that the adversary plays.
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

/// The adversaries by name, one file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdversaryKind {
    /// Proposes two blocks in one round.
    Equivocator,
    /// Signs two votes of one kind in one round.
    DoubleVoter,
    /// Votes twice, and tells each member one of the two.
    SplitVoter,
    /// Signs two ballots with one officer key, and shows each to others.
    TwoBallots,
    /// Does not say what it should.
    Withholder,
    /// Says again what was said.
    Replayer,
    /// Dates its blocks back or forward.
    Dater,
    /// Proposes blocks without the statements that replace others.
    Omitter,
    /// Proposes what the law refuses.
    Forger,
    /// Claims a height that nobody has reached.
    HeightLiar,
    /// Floods the pools of pending statements.
    Flooder,
    /// Announces statements that it does not have.
    Announcer,
    /// Sends each text under other signatures before the genuine record comes.
    Poisoner,
    /// Answers who catches up with blocks that nobody decided.
    SyncLiar,
    /// Cosigns two roots of one size.
    DoubleSealer,
    /// Plays genuine seals again, beside any value of what nobody signs.
    Relabeller,
    /// Starts from another state than the ledger leads to: its snapshot was forged.
    Misled,
    /// Strangers, and no member: they answer where nodes are dialled that are off.
    PasserBy,
}

impl AdversaryKind {
    /// Every adversary, in the order in which `--list` prints them.
    pub const ALL: [Self; 18] = [
        Self::Equivocator,
        Self::DoubleVoter,
        Self::SplitVoter,
        Self::TwoBallots,
        Self::Withholder,
        Self::Replayer,
        Self::Dater,
        Self::Omitter,
        Self::Forger,
        Self::HeightLiar,
        Self::Flooder,
        Self::Announcer,
        Self::Poisoner,
        Self::SyncLiar,
        Self::DoubleSealer,
        Self::Relabeller,
        Self::Misled,
        Self::PasserBy,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equivocator => "equivocating-proposer",
            Self::DoubleVoter => "double-voter",
            Self::SplitVoter => "split-voter",
            Self::TwoBallots => "two-ballots",
            Self::Withholder => "withholder",
            Self::Replayer => "replayer",
            Self::Dater => "dater",
            Self::Omitter => "omitter",
            Self::Forger => "forger",
            Self::HeightLiar => "height-liar",
            Self::Flooder => "flooder",
            Self::Announcer => "announcer",
            Self::Poisoner => "poisoner",
            Self::SyncLiar => "sync-liar",
            Self::DoubleSealer => "double-sealer",
            Self::Relabeller => "relabeller",
            Self::Misled => "misled",
            Self::PasserBy => "passer-by",
        }
    }

    /// The property that the adversary attacks, and how it stands.
    pub const fn attacks(self) -> &'static str {
        match self {
            Self::Equivocator => "agreement: two blocks in one round never both gather votes",
            Self::DoubleVoter => "agreement: two votes of one member never count twice",
            Self::SplitVoter => "agreement: two votes convict also where nobody is told both",
            Self::TwoBallots => "one history: of two ballots after one statement one is ordered",
            Self::Withholder => "liveness: up to f silent members stop nobody",
            Self::Replayer => "nothing is played again: what was replaced stays replaced",
            Self::Dater => "timeliness: no block is dated past or before a deadline",
            Self::Omitter => "liveness: the next honest proposer orders what was left out",
            Self::Forger => "validity: no block holds a refused record",
            Self::HeightLiar => "catch-up: a lie about a height keeps nobody from it",
            Self::Flooder => "liveness: records of others are ordered through a flood",
            Self::Poisoner => "validity: no verdict rests on what was verified of another record",
            Self::Announcer => "liveness: what is lacking is found where it is",
            Self::SyncLiar => "agreement: who catches up takes only what was decided",
            Self::DoubleSealer => "finality: one lying seal makes nothing final and stops nobody",
            Self::Relabeller => "liveness: nothing old silences a node, whatever is said beside it",
            Self::Misled => "agreement: who starts from a forged state stands alone",
            Self::PasserBy => "liveness: strangers without any key stop nobody and frame nobody",
        }
    }
}

/// An adversary of this kind; none if it is no member's node.
pub fn make(kind: AdversaryKind) -> Option<Box<dyn Adversary>> {
    Some(match kind {
        AdversaryKind::Equivocator => Box::<equivocator::Equivocator>::default(),
        AdversaryKind::DoubleVoter => Box::<double_voter::DoubleVoter>::default(),
        AdversaryKind::SplitVoter => Box::<split_voter::SplitVoter>::default(),
        AdversaryKind::TwoBallots => Box::new(two_ballots::TwoBallots),
        AdversaryKind::Withholder => Box::new(withholder::Withholder),
        AdversaryKind::Replayer => Box::<replayer::Replayer>::default(),
        AdversaryKind::Dater => Box::<dater::Dater>::default(),
        AdversaryKind::Omitter => Box::new(omitter::Omitter),
        AdversaryKind::Forger => Box::<forger::Forger>::default(),
        AdversaryKind::HeightLiar => Box::new(height_liar::HeightLiar),
        AdversaryKind::Flooder => Box::<flooder::Flooder>::default(),
        AdversaryKind::Announcer => Box::<announcer::Announcer>::default(),
        AdversaryKind::Poisoner => Box::<poisoner::Poisoner>::default(),
        AdversaryKind::SyncLiar => Box::new(sync_liar::SyncLiar),
        AdversaryKind::DoubleSealer => Box::new(double_sealer::DoubleSealer),
        AdversaryKind::Relabeller => Box::<relabeller::Relabeller>::default(),
        AdversaryKind::Misled => Box::new(misled::Misled),
        AdversaryKind::PasserBy => return None,
    })
}
