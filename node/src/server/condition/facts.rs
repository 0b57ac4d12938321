//! The facts from which conditions are derived: what a node knows of itself and of the others at
//! one moment, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::replica::{Awaited, CLOCK_OFF_MS, CLOCK_RIGHT_MS, Replica};

use super::after_stop;
use crate::mesh::{Address, Outage};

/// What a node knows at one moment.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The code of the node's member.
    pub me: Code,
    /// The members of the next block's roster, in roster order.
    pub members: Vec<Code>,
    /// The members whose nodes are connected, this one left out.
    pub connected: BTreeSet<Code>,
    /// The height of this node's last block.
    pub height: Height,
    /// The greatest height that more than f other nodes claim, or this node's own if that is greater.
    pub there: Height,
    /// The height up to which this node has the seals of each member that owes seals.
    pub sealed: BTreeMap<Code, Height>,
    /// Whether a record waits to be ordered.
    pub has_work: bool,
    /// What the block being decided waits for.
    pub awaited: Option<Awaited>,
    /// Whether and how this node takes part in ordering.
    pub voting: Voting,
    /// The time at which the node is about to stop, and the reason.
    pub stops: Option<Stops>,
    /// The members that report that another machine uses this node's key, if the report is believed.
    pub told_elsewhere: Option<Vec<Code>>,
    /// The members whose key two running processes use.
    pub twice: BTreeSet<Code>,
    /// The deviations of clocks, this node's and the others'.
    pub clocks: BTreeMap<Code, Off>,
    /// The connection to each other node: address, last failure, membership.
    pub ways: BTreeMap<Code, Way>,
    /// The ledger's file system, if the system reports on it.
    pub disk: Option<Disk>,
}

/// A node that is about to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stops {
    /// The time of the stop.
    pub at: Time,
    /// The reason of the stop.
    pub why: String,
    /// What the operator does after the stop.
    pub next: &'static str,
}

/// Whether and how a node takes part in ordering.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Voting {
    /// Whether the node only follows, because the roster names no key of it.
    pub follows: bool,
    /// Set if the node observes, so that it withholds its votes.
    pub observes: Option<Observes>,
    /// Set while the node listens after its start and sends nothing: the members that have not said
    /// which of its seals they hold.
    pub listens_for: Option<Vec<Code>>,
    /// Set while a change of the roster awaits confirmation: the height, and the members that
    /// have not confirmed.
    pub unconfirmed: Option<(Height, Vec<Code>)>,
}

/// A node that observes: it withholds its votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observes {
    /// The height from which on the node votes, if that is known.
    pub votes_from: Option<Height>,
    /// Whether another node has shown it something that its key signed and that it does not remember.
    pub was_shown: bool,
}

/// The deviation of a clock from the median of the others, in milliseconds; positive if the
/// clock is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Off {
    /// Set if the deviation is great enough for the condition to begin.
    pub begins: Option<i64>,
    /// Set if the deviation is great enough for the condition to continue.
    pub goes_on: Option<i64>,
}

/// The connection to a peer of the configuration, or to a member.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Way {
    /// The address in the configuration.
    pub address: Option<Address>,
    /// Whether the host name of the address could not be resolved.
    pub is_unresolved: bool,
    /// The failure of the last attempt to connect.
    pub outage: Option<Outage>,
    /// Set if the peer is no member and is not about to be one.
    pub stranger: Option<Stranger>,
}

/// A peer of the configuration that is no member.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Stranger {
    /// Whether the peer was a member before.
    pub has_left: bool,
    /// The members whose code was probably meant.
    pub nearest: Vec<Code>,
}

/// The file system of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disk {
    /// The number of bytes that the node may still write.
    pub free_bytes: u64,
    /// The most bytes that one day can add.
    pub day_bytes: u64,
}

impl Facts {
    /// The facts that the replica knows. The server adds the connections and the disk.
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
