//! What a party of a council might say on what it sees: statements of every kind, signed.
//!
//! Most of them are valid; some are slips, near misses of all sorts. Every choice comes from a
//! [`Choice`], so that a seed or a property test fixes what is said.
//!
//! ```text
//! council, chains, time ─▶ Sight ─┐
//! seed or tape ─────────▶ Choice ─┼─▶ Speaker ─▶ body ─▶ perhaps a slip ─▶ signed by its party
//! topics ─────────────────────────┘
//! ```

mod balloting;
mod choice;
mod desk;
mod incidents;
mod keychain;
mod offices;
mod seats;
mod slips;
mod steering;
mod tabling;
mod trial;

use std::collections::BTreeSet;

use nemcon_crypto::Digest;
use nemcon_ledger::council::Council;
use nemcon_ledger::record::signers::sign_lines;
use nemcon_ledger::record::{Body, Boundary, ChainKey, Genesis, Member, Statement};
use nemcon_ledger::text::{Code, Time};

pub use choice::{Choice, Tape};
pub use keychain::{Keychain, node_keys, seal_keys};
pub use trial::Trial;

use crate::fixture::{Seat, member};
use desk::Desk;

/// How many of its statements a speaker remembers, to say them again.
const REMEMBERED: usize = 64;

/// What the council sees of a party, and the party of the council.
pub struct Sight<'a> {
    /// The council as it stands.
    pub council: &'a Council,
    /// The last statement in a chain, waiting ones included.
    pub last: &'a dyn Fn(&ChainKey) -> Option<Digest>,
    /// Where the last block ends.
    pub boundary: Boundary,
    /// What the clock of the council reads.
    pub now: Time,
}

/// What may be talked of beside measures of the first kind, ballots and early ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Measures of all kinds: listings, reduced entitled sets, successors, weights.
    Kinds,
    /// Mandates, given, used and taken back.
    Mandates,
    /// Reservations, placed and lifted.
    Reservations,
    /// New texts for measures on the table.
    Revisions,
    /// Deadlines that are put off.
    Extensions,
    /// Measures that are bound together by a package.
    Packages,
    /// Attestations of participants.
    Attestations,
    /// Statements for the minutes.
    Remarks,
    /// Incidents, attributions, measures that answer them.
    Incidents,
    /// Officers, freezes, thaws, node and seal keys, who speaks for participants.
    Keys,
    /// Accessions, entries, notices, departures.
    Seats,
    /// Another version of the rules.
    Rules,
    /// Near misses: statements with one thing wrong.
    Slips,
    /// Much at once: up to the shares of a block and of a day, and beyond.
    Shares,
}

impl Topic {
    /// Every topic, in the order of the list.
    pub const ALL: [Self; 14] = [
        Self::Kinds,
        Self::Mandates,
        Self::Reservations,
        Self::Revisions,
        Self::Extensions,
        Self::Packages,
        Self::Attestations,
        Self::Remarks,
        Self::Incidents,
        Self::Keys,
        Self::Seats,
        Self::Rules,
        Self::Slips,
        Self::Shares,
    ];

    /// The name of the topic, as reports print it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kinds => "kinds",
            Self::Mandates => "mandates",
            Self::Reservations => "reservations",
            Self::Revisions => "revisions",
            Self::Extensions => "extensions",
            Self::Packages => "packages",
            Self::Attestations => "attestations",
            Self::Remarks => "remarks",
            Self::Incidents => "incidents",
            Self::Keys => "keys",
            Self::Seats => "seats",
            Self::Rules => "rules",
            Self::Slips => "slips",
            Self::Shares => "shares",
        }
    }

    /// What it is about.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Kinds => "measures of every kind: listings, reduced sets, successors, weights",
            Self::Mandates => "mandates given, used, taken back",
            Self::Reservations => "reservations placed and lifted",
            Self::Revisions => "new texts for measures on the table",
            Self::Extensions => "deadlines put off",
            Self::Packages => "measures bound together",
            Self::Attestations => "what participants attest",
            Self::Remarks => "statements for the minutes",
            Self::Incidents => "incidents, attributions, measures that answer them",
            Self::Keys => "officers, freezes, thaws, node and seal keys, participants' officers",
            Self::Seats => "accessions, entries, notices, departures",
            Self::Rules => "another version of the rules",
            Self::Slips => "near misses: stale links, replays, superseded texts, forged authority",
            Self::Shares => "much at once, up to the shares of a block and of a day, and beyond",
        }
    }
}

/// Something that was said.
#[derive(Clone, Debug)]
pub struct Said {
    /// The statement as it is handed in.
    pub statement: Statement,
    /// What is wrong with it, if it is a slip.
    pub slip: Option<&'static str>,
}

/// Speaks for every party of a council.
#[derive(Clone, Debug)]
pub struct Speaker {
    topics: BTreeSet<Topic>,
    keys: Keychain,
    entrants: Vec<Member>,
    said: Vec<Statement>,
    /// How often it was asked: no two measures have one title.
    asked: u64,
}

/// Something to talk of: how often, on which topic, and what.
type Draw = (u64, Option<Topic>, fn(&mut Desk<'_>) -> Option<Body>);

/// What is said as often as its number says.
const DRAWS: [Draw; 16] = [
    (60, None, |desk| desk.ballot()),
    (7, None, |desk| desk.table()),
    (3, None, |desk| desk.end()),
    (12, Some(Topic::Mandates), |desk| desk.mandate()),
    (5, Some(Topic::Reservations), |desk| desk.reservation()),
    (3, Some(Topic::Revisions), |desk| desk.revision()),
    (3, Some(Topic::Extensions), |desk| desk.extension()),
    (4, Some(Topic::Packages), |desk| desk.package()),
    (3, Some(Topic::Attestations), |desk| desk.attestation()),
    (6, Some(Topic::Remarks), |desk| desk.remark()),
    (3, Some(Topic::Incidents), |desk| desk.incident()),
    (5, Some(Topic::Incidents), |desk| desk.attribution()),
    (7, Some(Topic::Keys), |desk| desk.keys()),
    (12, Some(Topic::Keys), |desk| desk.silence()),
    (7, Some(Topic::Seats), |desk| desk.seat()),
    (25, Some(Topic::Shares), |desk| desk.long()),
];

/// What does not wait for its turn: it is possible only for a while.
const URGENT: [Draw; 3] = [
    (900, Some(Topic::Seats), |desk| desk.entry()),
    (600, Some(Topic::Keys), |desk| desk.thaw()),
    (700, Some(Topic::Packages), |desk| desk.package()),
];

impl Speaker {
    /// The speaker of this genesis, which the fixture's own functions must have made. So many further
    /// members may enter; see [`Self::entrants`].
    pub fn new(
        genesis: &Genesis,
        entrants: usize,
        topics: impl IntoIterator<Item = Topic>,
    ) -> Self {
        let members = genesis.roster.members.len();
        let entrant = |at: usize| {
            let code = format!("M{}", members + at);
            member(&code, &format!("Member {}", members + at), Seat::weighing(1))
        };
        Self {
            topics: topics.into_iter().collect(),
            keys: Keychain::default(),
            entrants: (1..=entrants).map(entrant).collect(),
            said: Vec::new(),
            asked: 0,
        }
    }

    /// Those who may enter, in this order.
    pub fn entrants(&self) -> &[Member] {
        &self.entrants
    }

    /// Those without a node who may come to speak, beside those of the genesis.
    pub fn appointees(&self) -> Vec<Code> {
        if self.topics.contains(&Topic::Keys) { offices::appointees() } else { Vec::new() }
    }

    /// What `by` says on what it sees; nothing if it has no say or nothing to say.
    pub fn say(&mut self, choice: &mut dyn Choice, sight: &Sight<'_>, by: &Code) -> Option<Said> {
        self.asked += 1;
        let slips = self.topics.contains(&Topic::Slips);
        let mut desk = Desk {
            sight,
            by,
            topics: &self.topics,
            keys: &mut self.keys,
            entrants: &self.entrants,
            asked: self.asked,
            choice,
        };
        if slips && desk.chance(40) && !self.said.is_empty() {
            let statement = desk.pick(&self.said)?.clone();
            return Some(Said { statement, slip: Some("said again") });
        }
        // A frozen participant has nobody who could thaw it by himself, and mostly waits.
        if desk.member().is_none() && sight.council.is_frozen(by) && !desk.chance(100) {
            return None;
        }
        let mut body = desk.draw()?;
        let slip = if slips && desk.chance(90) { desk.slip(&mut body) } else { None };
        let statement = desk.sign(&body)?;
        self.remember(&statement);
        Some(Said { statement, slip })
    }

    fn remember(&mut self, statement: &Statement) {
        if self.said.len() >= REMEMBERED {
            self.said.remove(0);
        }
        self.said.push(statement.clone());
    }
}

impl Desk<'_> {
    /// Something that this party can say now: what is urgent, then by lot, then whatever comes first.
    fn draw(&mut self) -> Option<Body> {
        for (per_mille, topic, draw) in URGENT {
            if self.talks_of(topic)
                && self.chance(per_mille)
                && let Some(body) = draw(self)
            {
                return Some(body);
            }
        }
        let draws: Vec<Draw> =
            DRAWS.into_iter().filter(|(_, topic, _)| self.talks_of(*topic)).collect();
        let first = self.lot(&draws);
        let (before, from) = draws.split_at(first);
        from.iter().chain(before).find_map(|(_, _, draw)| draw(self))
    }

    fn lot(&mut self, draws: &[Draw]) -> usize {
        let mut left = self.below(draws.iter().map(|(weight, ..)| weight).sum());
        let at = draws.iter().position(|(weight, ..)| {
            let is_it = left < *weight;
            left = left.saturating_sub(*weight);
            is_it
        });
        at.unwrap_or_default()
    }

    /// The statement with the signatures that its party's statements need, as the council stands.
    fn sign(&mut self, body: &Body) -> Option<Statement> {
        let parts = self.sight.council.signers_of(body).ok()?;
        let secrets = self.keys.of(self.by);
        let lines = sign_lines(&body.render(), &parts, secrets, self.sight.now.as_s());
        Statement::new(body, lines).ok()
    }
}
