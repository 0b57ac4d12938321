//! What a node sees of itself and of the others at one moment: plain data, of which conditions are made.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::{Awaited, CLOCK_OFF_MS, CLOCK_RIGHT_MS, Replica};

use super::after_stop;
use crate::mesh::{Address, Outage};

/// The facts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Whose node it is.
    pub me: Code,
    /// The members of the next block's roster in its order.
    pub members: Vec<Code>,
    /// Whose nodes are connected, this one left out.
    pub connected: BTreeSet<Code>,
    /// The last block here.
    pub height: Height,
    /// The last block that more than f others tell of, or this node's own.
    pub there: Height,
    /// For each member that owes seals: the block up to which they are here.
    pub sealed: BTreeMap<Code, Height>,
    /// Whether something waits to be ordered.
    pub has_work: bool,
    /// What the block being decided waits for.
    pub awaited: Option<Awaited>,
    /// Whether and how it takes part.
    pub voting: Voting,
    /// When and why it is about to stop.
    pub stops: Option<Stops>,
    /// Who tells that another machine uses its key, if that is believed.
    pub told_elsewhere: Option<Vec<Code>>,
    /// Whose key two running processes show.
    pub twice: BTreeSet<Code>,
    /// Whose clock is off, this node's or another's.
    pub clocks: BTreeMap<Code, Off>,
    /// What concerns the way to other nodes.
    pub ways: BTreeMap<Code, Way>,
    /// The ledger's file system, where the system tells.
    pub disk: Option<Disk>,
}

/// A node that is about to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stops {
    /// When.
    pub at: Time,
    /// Why.
    pub why: String,
    /// What to do then.
    pub next: &'static str,
}

/// Whether and how a node takes part in ordering.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Voting {
    /// The roster names no key of it.
    pub follows: bool,
    /// It withholds its votes.
    pub observes: Option<Observes>,
    /// It says nothing yet; who has not told which of its seals they hold.
    pub listens_for: Option<Vec<Code>>,
    /// It waits for others to confirm a change of the roster; who has not.
    pub unconfirmed: Option<(Height, Vec<Code>)>,
}

/// A node that withholds its votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observes {
    /// From which block on it votes, if that is known.
    pub votes_from: Option<Height>,
    /// Whether it was shown something of its own key that it does not remember.
    pub was_shown: bool,
}

/// By how much a clock is ahead of the others, in milliseconds, if it is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Off {
    /// If it is off by so much that this is told.
    pub begins: Option<i64>,
    /// If it is off by so much that it goes on being told.
    pub goes_on: Option<i64>,
}

/// The way to a peer of the configuration, or to a member.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Way {
    /// Where the configuration has it.
    pub address: Option<Address>,
    /// Whether the name in it has no address.
    pub is_unresolved: bool,
    /// What the last attempt to reach it came to.
    pub outage: Option<Outage>,
    /// If it is no member and is not about to be one.
    pub stranger: Option<Stranger>,
}

/// A peer of the configuration that is no member.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stranger {
    /// Whether it was a member.
    pub has_left: bool,
    /// Members whose codes may have been meant.
    pub nearest: Vec<Code>,
}

/// A file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// How much a node may still write.
    pub free_bytes: u64,
    /// How much a day can add at most.
    pub day_bytes: u64,
}

impl Facts {
    /// What the replica knows. The shell adds the ways to others and the disk.
    pub fn of(replica: &Replica, now: Time) -> Self {
        let council = replica.chain().council();
        let stops = replica.ends().map(|(at, halt)| Stops {
            at: *at,
            why: halt.to_string(),
            next: after_stop(halt),
        });
        Self {
            me: replica.me().clone(),
            members: council.roster().members.iter().map(|it| it.code.clone()).collect(),
            connected: replica.connected_members().cloned().collect(),
            height: replica.chain().height(),
            there: replica.height_of_others(),
            sealed: replica.sealed_heights(),
            has_work: replica.has_work_at(now),
            awaited: replica.awaited(),
            voting: Voting::of(replica),
            stops,
            told_elsewhere: replica.own_key_elsewhere(now),
            twice: replica.keys_in_two_places(now).cloned().collect(),
            clocks: clocks(replica),
            ways: BTreeMap::new(),
            disk: None,
        }
    }
}

impl Voting {
    fn of(replica: &Replica) -> Self {
        let observes = replica.is_observing().then(|| Observes {
            votes_from: replica.votes_from(),
            was_shown: replica.was_shown_own_message(),
        });
        Self {
            follows: replica.is_following(),
            observes,
            listens_for: replica.listens_for(),
            unconfirmed: replica.unconfirmed(),
        }
    }
}

fn clocks(replica: &Replica) -> BTreeMap<Code, Off> {
    let own = Off {
        begins: replica.own_clock_off(CLOCK_OFF_MS),
        goes_on: replica.own_clock_off(CLOCK_RIGHT_MS),
    };
    let others = replica.clocks().keys().map(|member| {
        let off = |threshold_ms| replica.clock_off_of(member, threshold_ms);
        (member.clone(), Off { begins: off(CLOCK_OFF_MS), goes_on: off(CLOCK_RIGHT_MS) })
    });
    others.chain([(replica.me().clone(), own)]).collect()
}
