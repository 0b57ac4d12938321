//! Connections: reliable while they last, and in order in each lane; what is under way when one breaks is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_replica::replica::Lane;

/// One frame on its way.
#[derive(Clone, Debug)]
pub struct Flight {
    /// The node that sent the frame.
    pub from: usize,
    /// The node that it is for.
    pub to: usize,
    /// The connection, counted for each pair.
    pub epoch: u64,
    /// The encoded message.
    pub frame: Arc<[u8]>,
}

/// The connection of a pair.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    epoch: u64,
    is_up: bool,
    is_dialled: bool,
}

/// Who is connected to whom, who knows it, and what holds frames up.
#[derive(Debug, Default)]
pub struct Network {
    links: BTreeMap<(usize, usize), Link>,
    /// The connection that a node believes to have, by node and peer.
    views: BTreeMap<(usize, usize), u64>,
    /// Directions in which nothing passes.
    blocked: BTreeSet<(usize, usize)>,
    /// What waits in a blocked direction for the network to heal.
    stalled: BTreeMap<(usize, usize), Vec<Flight>>,
    /// Nothing from the one reaches the other before this time, in each lane.
    not_before: BTreeMap<(usize, usize, Lane), u64>,
}

const fn pair(one: usize, other: usize) -> (usize, usize) {
    if one < other { (one, other) } else { (other, one) }
}

impl Network {
    /// The connection that `node` believes to have to `peer`.
    pub fn view(&self, node: usize, peer: usize) -> Option<u64> {
        self.views.get(&(node, peer)).copied()
    }

    /// `node` learns of a connection.
    pub fn see(&mut self, node: usize, peer: usize, epoch: u64) {
        self.views.insert((node, peer), epoch);
    }

    /// `node` learns that a connection is gone; false if it had another one, or none.
    pub fn unsee(&mut self, node: usize, peer: usize, epoch: u64) -> bool {
        let has = self.view(node, peer) == Some(epoch);
        if has {
            self.views.remove(&(node, peer));
        }
        has
    }

    /// The current connection of a pair, if it is up.
    pub fn epoch(&self, one: usize, other: usize) -> Option<u64> {
        let link = self.links.get(&pair(one, other))?;
        link.is_up.then_some(link.epoch)
    }

    /// Whether a new attempt to connect is to be scheduled; one at a time.
    pub fn dial(&mut self, one: usize, other: usize) -> bool {
        let link = self.links.entry(pair(one, other)).or_default();
        let is_first = !link.is_up && !link.is_dialled;
        link.is_dialled |= is_first;
        is_first
    }

    /// The scheduled attempt has come; connects if nothing is in the way.
    pub fn connect(&mut self, one: usize, other: usize) -> Option<u64> {
        let is_open = !self.is_blocked(one, other) && !self.is_blocked(other, one);
        let link = self.links.entry(pair(one, other)).or_default();
        link.is_dialled = false;
        if link.is_up || !is_open {
            return None;
        }
        link.epoch += 1;
        link.is_up = true;
        Some(link.epoch)
    }

    /// The connection breaks; what was held up on it is lost.
    pub fn disconnect(&mut self, one: usize, other: usize) {
        if let Some(link) = self.links.get_mut(&pair(one, other)) {
            link.is_up = false;
        }
        self.stalled.remove(&(one, other));
        self.stalled.remove(&(other, one));
    }

    /// A node is gone: it knows of no connection any more.
    pub fn forget(&mut self, node: usize) {
        self.views.retain(|(at, _), _| *at != node);
    }

    /// Whether nothing passes from the one to the other.
    pub fn is_blocked(&self, from: usize, to: usize) -> bool {
        self.blocked.contains(&(from, to))
    }

    /// Lets nothing pass from one node to another; the other direction stays as it was.
    pub fn block(&mut self, from: usize, to: usize) {
        self.blocked.insert((from, to));
    }

    /// Lets everything pass and returns what was held up, in order.
    pub fn heal(&mut self) -> Vec<Flight> {
        self.blocked.clear();
        core::mem::take(&mut self.stalled).into_values().flatten().collect()
    }

    /// Holds a frame up if its direction is blocked, else returns it.
    pub fn pass(&mut self, flight: Flight) -> Option<Flight> {
        if !self.is_blocked(flight.from, flight.to) {
            return Some(flight);
        }
        self.stalled.entry((flight.from, flight.to)).or_default().push(flight);
        None
    }

    /// When a frame that should arrive at `at` may arrive: behind all that came before it in its lane.
    pub fn in_lane(&mut self, from: usize, to: usize, lane: Lane, at: u64) -> u64 {
        let not_before = self.not_before.entry((from, to, lane)).or_default();
        *not_before = at.max(*not_before);
        *not_before
    }

    /// When the beginning or the end of a connection may be known that should be known at `at`: behind all that
    /// came before it, and before all that comes after it.
    pub fn in_order(&mut self, from: usize, to: usize, at: u64) -> u64 {
        let at = self.in_lane(from, to, Lane::Urgent, at);
        let at = self.in_lane(from, to, Lane::Bulk, at);
        self.in_lane(from, to, Lane::Urgent, at)
    }
}
