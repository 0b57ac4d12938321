//! What one seed runs: how many members, which faults, which adversary, which control.

use std::collections::BTreeSet;

use nemcon_ledger::Height;
use nemcon_ledger::text::Time;
use nemcon_node::server::folder::{Found, Identity};
use nemcon_replica::consensus::faulty_max;
use nemcon_replica::replica::{Effect, Input};

use super::adversaries::{self, Adversary, AdversaryKind};
use super::controls::Control;
use super::rng::Rng;
use crate::speaker::Topic;

/// Which faults a run may meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Faults {
    /// Frames that take seconds.
    pub delays: bool,
    /// Frames that arrive once more, on a later connection.
    pub strays: bool,
    /// Connections that break.
    pub breaks: bool,
    /// Halves, one-way, isolated nodes.
    pub partitions: bool,
    /// Processes that end.
    pub crashes: bool,
    /// Lost power, also between two effects of one step.
    pub power: bool,
    /// Writes, syncs and renames that fail, or are said to.
    pub disks: bool,
    /// Disks without room.
    pub full: bool,
    /// Clocks that are off, and jump.
    pub clocks: bool,
    /// Nodes that do nothing for seconds.
    pub slow: bool,
    /// Nodes that are away for minutes.
    pub absence: bool,
    /// Two nodes that are never up together.
    pub apart: bool,
    /// All nodes restarting at once.
    pub restarts: bool,
    /// Many records at once.
    pub bursts: bool,
    /// A journal that is set back to an older image, beside the file `signed` of today.
    pub images: bool,
    /// More than f nodes that restart without their file `signed`; their operators have them rejoin.
    pub amnesia: bool,
    /// A whole disk that is set back to an older image, with or without the file `signed`.
    pub set_back: bool,
    /// Members that change their keys, are frozen and thawed.
    pub keys: bool,
    /// Members that enter while the council runs, and that leave.
    pub seats: bool,
    /// Whatever the law knows is talked of, near misses too.
    pub talk: bool,
    /// Parties that use up their shares of a block and of a day.
    pub shares: bool,
}

type Switch = fn(&mut Faults) -> &mut bool;

/// How many of the scenarios are faults of machines and networks; the last ones are topics.
const FAULTS: usize = 17;
/// How many members may enter in one run.
const ENTRANTS: usize = 2;

/// The faults by name, and what each is; each is a scenario of its own.
pub const SCENARIOS: [(&str, &str, Switch); 21] = [
    ("delays", "frames that take seconds", |faults| &mut faults.delays),
    ("duplicates", "frames that arrive once more, on a later connection", |faults| {
        &mut faults.strays
    }),
    ("breaks", "connections that break", |faults| &mut faults.breaks),
    ("partitions", "halves, one-way links, nodes alone", |faults| &mut faults.partitions),
    ("crashes", "processes that end", |faults| &mut faults.crashes),
    ("power", "lost power, also between two effects of one step", |faults| &mut faults.power),
    ("disks", "writes, syncs and renames that fail, or are said to", |faults| &mut faults.disks),
    ("full", "disks without room", |faults| &mut faults.full),
    ("clocks", "clocks that are off, and jump", |faults| &mut faults.clocks),
    ("slow", "nodes that do nothing for seconds", |faults| &mut faults.slow),
    ("absence", "nodes that are away for minutes", |faults| &mut faults.absence),
    ("apart", "two nodes that are never up together", |faults| &mut faults.apart),
    ("restarts", "all nodes restarting at once", |faults| &mut faults.restarts),
    ("bursts", "many records at once", |faults| &mut faults.bursts),
    ("images", "a journal set back to an older image, beside today's `signed`", |faults| {
        &mut faults.images
    }),
    ("amnesia", "more than f nodes without their file `signed`, which rejoin", |faults| {
        &mut faults.amnesia
    }),
    ("set-back", "a whole disk set back to an older image", |faults| &mut faults.set_back),
    ("keys", "members that change their keys, are frozen and thawed", |faults| &mut faults.keys),
    ("seats", "members that enter while the council runs, and that leave", |faults| {
        &mut faults.seats
    }),
    ("talk", "whatever the law knows is talked of, near misses too", |faults| &mut faults.talk),
    ("shares", "parties that use up their shares of a block and of a day", |faults| {
        &mut faults.shares
    }),
];

/// What the caller fixes; the seed chooses the rest.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// This many members, in place of what the seed draws.
    pub members: Option<usize>,
    /// One fault alone, by its place in [`SCENARIOS`].
    pub scenario: Option<usize>,
    /// This adversary, in place of what the seed draws.
    pub adversary: Option<AdversaryKind>,
    /// This control: one safeguard is taken away.
    pub control: Option<Control>,
}

/// Everything that a seed decides about one run before it begins.
#[derive(Clone, Debug)]
pub struct Plan {
    /// From which all chance comes.
    pub seed: u64,
    /// How many members the council has.
    pub members: usize,
    /// The faults that are injected.
    pub faults: Faults,
    /// How long a frame takes, from and to.
    pub latency_ms: (u64, u64),
    /// How long faults and people are at work.
    pub active_ms: u64,
    /// Who lies, and how.
    pub adversary: Option<AdversaryKind>,
    /// How many of them.
    pub liars: usize,
    /// Which safeguard the harness takes away.
    pub control: Option<Control>,
    /// What is talked of beside measures of one kind, ballots and early ends.
    pub topics: BTreeSet<Topic>,
    /// How many members may enter.
    pub entrants: usize,
    /// Whether strangers answer where nodes are dialled that are off.
    pub passers: bool,
}

/// What a seed talks of; of a chance of its own. Some seeds stay plain. Rules that no release knows
/// would end every run.
fn topics(seed: u64, faults: Faults, wishes: &Wishes) -> BTreeSet<Topic> {
    let known = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Rules);
    if wishes.scenario.is_some() {
        let is_on = |topic: &Topic| {
            let is_meant = match topic {
                Topic::Keys => faults.keys,
                Topic::Seats => faults.seats,
                Topic::Shares => faults.shares,
                _ => false,
            };
            faults.talk && *topic != Topic::Shares || is_meant
        };
        return known.filter(is_on).collect();
    }
    let mut rng = Rng::new(seed ^ 0x0074_6f70_6963_7321);
    if rng.chance(250) {
        return BTreeSet::new();
    }
    // Where shares are scant, less is said of all else.
    known.filter(|topic| rng.chance(if *topic == Topic::Shares { 200 } else { 500 })).collect()
}

/// Whether strangers pass by in this seed; of a chance of its own. They stop nobody, whatever else happens.
fn passers(seed: u64, wishes: &Wishes) -> bool {
    let is_drawn = Rng::new(seed ^ 0x0070_6173_7365_7273).chance(300);
    is_drawn && wishes.scenario.is_none() && wishes.control.is_none()
}

impl Plan {
    /// The run of a seed.
    pub fn new(seed: u64, wishes: &Wishes) -> Self {
        let mut rng = Rng::new(seed ^ 0x706c_616e);
        let members = wishes.members.unwrap_or_else(|| *rng.pick(&[4, 4, 4, 4, 5, 7, 3, 2, 1]));
        let mut faults = Faults::default();
        if let Some(one) = wishes.scenario {
            *SCENARIOS[one].2(&mut faults) = true;
        } else {
            for (.., on) in &SCENARIOS[..FAULTS] {
                *on(&mut faults) = rng.chance(400);
            }
        }
        // A copy of an earlier connection's frame would be a vote that no witness could have told of;
        // sessions of TLS do not let one through.
        faults.strays &= !faults.amnesia;
        let chosen = *rng.pick(&AdversaryKind::ALL);
        // What liars alone have seen is not taken over: with f of them nothing is promised then.
        faults.amnesia &= wishes.adversary.is_none();
        let is_hostile = rng.chance(500) && wishes.scenario.is_none() && !faults.amnesia;
        let mut plan = Self {
            seed,
            members,
            faults,
            latency_ms: *rng.pick(&[(1, 5), (5, 40), (20, 150), (1, 400)]),
            active_ms: rng.between(40_000, 150_000),
            adversary: wishes.adversary.or(is_hostile.then_some(chosen)),
            liars: faulty_max(members),
            control: wishes.control,
            topics: topics(seed, faults, wishes),
            entrants: 0,
            passers: passers(seed, wishes),
        };
        if plan.adversary == Some(AdversaryKind::PasserBy) {
            // Strangers are no members, and stand where a node is off.
            (plan.passers, plan.liars) = (true, 0);
            plan.faults.crashes = true;
        }
        // Only who starts again reads a snapshot.
        plan.faults.restarts |= plan.adversary == Some(AdversaryKind::Misled);
        if let Some(control) = wishes.control {
            control.set_up(&mut plan);
        }
        // Liars are f of the founding members, and controls and witnesses know each node by one key.
        if plan.control.is_some() || plan.faults.amnesia {
            plan.topics.remove(&Topic::Keys);
        }
        if plan.adversary.is_some() || plan.control.is_some() || plan.faults.amnesia {
            plan.topics.remove(&Topic::Seats);
        }
        plan.entrants = if plan.topics.contains(&Topic::Seats) { ENTRANTS } else { 0 };
        plan
    }

    /// Who is twisted, and how: the last ones of the roster.
    pub fn twists(&self) -> Vec<(usize, Box<dyn Adversary>)> {
        if let Some(control) = self.control {
            return control.twists(self);
        }
        let Some(kind) = self.adversary else { return Vec::new() };
        let hostile = self.members - self.liars..self.members;
        hostile.filter_map(|at| Some((at, adversaries::make(kind)?))).collect()
    }

    /// Whether the checks hold for a node although it has a twist.
    pub(super) fn is_honest(&self, at: usize) -> bool {
        self.control.is_some() && Control::is_honest(self, at)
    }

    /// Whether the liars are enough to make two certified blocks of one height.
    pub fn makes_forks(&self) -> bool {
        self.control == Some(Control::TooManyLiars)
    }

    /// Whether somebody forges the snapshots of the node at this place.
    pub(super) fn forges_snapshots_of(&self, at: usize) -> bool {
        let is_misled = self.adversary == Some(AdversaryKind::Misled);
        self.control == Some(Control::SnapshotForged)
            || is_misled && (self.members - self.liars..self.members).contains(&at)
    }

    /// What a node finds at its start, once a control had its way.
    pub fn tamper(&self, found: &mut Found) {
        if let Some(control) = self.control {
            control.tamper(found);
        }
    }

    /// What a node takes for said at its start, once a control had its way.
    pub fn heard_at_start(&self, node: &Identity, height: Height) -> Vec<Input> {
        self.control.map(|control| control.heard_at_start(node, height)).unwrap_or_default()
    }

    /// What of a frame reaches a node, once a control had its way.
    pub fn arriving(&self, node: &Identity, is_lie: bool, frame: Vec<u8>) -> Vec<u8> {
        match self.control {
            Some(control) => control.arriving(node, is_lie, frame),
            None => frame,
        }
    }

    /// The order in which the effects of a step are done.
    pub fn in_order(&self, effects: Vec<Effect>) -> Vec<Effect> {
        match self.control {
            Some(control) => control.in_order(effects),
            None => effects,
        }
    }

    /// The time that a node takes for now.
    pub fn clock_for(&self, input: &Input, clock: Time) -> Time {
        self.control.map_or(clock, |control| control.clock_for(input, clock))
    }
}
