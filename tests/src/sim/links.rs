//! What the network does to the nodes: connections come and go, frames arrive.

use nemcon_node::mesh::Limits;
use nemcon_replica::replica::{Input, Lane};

use super::network::Flight;
use super::trace::describe;
use super::world::{Event, World};

/// How long either end of a connection that is ended takes to know it, at most.
const NOTICE_MS: u64 = 50;

impl World {
    pub(super) fn dial_all(&mut self, at: usize) {
        for peer in (0..self.nodes.len()).filter(|peer| *peer != at) {
            self.dial_soon(at, peer);
        }
    }

    fn dial_soon(&mut self, one: usize, other: usize) {
        if self.net.dial(one, other) {
            let longest = if self.is_calm { 500 } else { 3000 };
            let after = self.rng.between(50, longest);
            self.schedule(after, Event::Dial(one, other));
        }
    }

    pub(super) fn dial(&mut self, one: usize, other: usize) {
        let are_up = [one, other].iter().all(|at| self.nodes[*at].running.is_some());
        let can_meet = are_up && self.can_meet(one, other);
        let epoch = self.net.connect(one, other).filter(|_| can_meet);
        let Some(epoch) = epoch else {
            self.net.disconnect(one, other);
            if are_up {
                self.dial_soon(one, other);
            }
            return;
        };
        for (node, peer) in [(one, other), (other, one)] {
            let at = self.arrival();
            let at = self.net.in_order(peer, node, at);
            self.schedule(at - self.now, Event::Up { node, peer, epoch });
        }
    }

    /// When what leaves `from` now would reach `to` if nothing went before it.
    fn arrival(&mut self) -> u64 {
        let (low, high) = self.plan.latency_ms;
        let mut delay = self.rng.between(low, high);
        if self.plan.faults.delays && !self.is_calm && self.rng.chance(15) {
            self.tally.note("delay");
            delay += self.rng.between(200, 4000);
        }
        self.now + delay
    }

    pub(super) fn fly(&mut self, flight: Flight) {
        let at = self.arrival();
        let at = self.net.in_lane(flight.from, flight.to, Lane::of(&flight.frame), at);
        if self.plan.faults.strays && !self.is_calm && self.rng.chance(4) {
            self.tally.note("duplicate");
            let after = self.rng.between(1, 20_000);
            self.schedule(after, Event::Stray(flight.clone()));
        }
        self.schedule(at - self.now, Event::Frame(flight));
    }

    pub(super) fn arrive(&mut self, flight: &Flight) {
        if self.net.view(flight.to, flight.from) == Some(flight.epoch) {
            self.take_frame(flight);
        }
    }

    pub(super) fn take_frame(&mut self, flight: &Flight) {
        self.frames += 1;
        self.trace.take(&flight.frame);
        self.tell(|| {
            let (from, to) = (&self.codes[flight.from], &self.codes[flight.to]);
            format!("{from} -> {to}: {}", describe(&flight.frame))
        });
        let from = self.codes[flight.from].clone();
        let (to, is_lie) = (flight.to, !self.nodes[flight.from].is_honest);
        let frame = flight.frame.to_vec();
        let frame = self.plan.arriving(&self.nodes[to].identity, is_lie, frame);
        if self.is_twisted_frame(flight) {
            return;
        }
        if self.is_member_to(to, flight.from) {
            self.announce_blocks(to, &from, &frame);
            self.prove_ahead(to, &frame);
            self.take(to, Input::Frame(from, frame));
        } else {
            self.take_outside(to, Some(flight.from), frame);
        }
    }

    pub(super) fn connected(&mut self, node: usize, peer: usize, epoch: u64) {
        if self.nodes[node].running.is_none() || self.net.epoch(node, peer) != Some(epoch) {
            return;
        }
        if let Some(old) = self.net.view(node, peer) {
            self.disconnected(node, peer, old);
        }
        self.net.see(node, peer, epoch);
        self.meet(node, peer);
    }

    pub(super) fn disconnected(&mut self, node: usize, peer: usize, epoch: u64) {
        if self.net.unsee(node, peer, epoch) {
            self.miss(node, peer);
        }
    }

    /// Breaks the connection of a pair; each end that is up learns of it within `notice_ms`.
    pub(super) fn part(&mut self, one: usize, other: usize, notice_ms: u64) {
        self.net.disconnect(one, other);
        self.sever(one, other, notice_ms);
        self.dial_soon(one, other);
    }

    /// Both ends learn within `notice_ms` that their connection is gone.
    fn sever(&mut self, one: usize, other: usize, notice_ms: u64) {
        for (node, peer) in [(one, other), (other, one)] {
            if let Some(epoch) = self.net.view(node, peer) {
                let after = self.rng.between(1, notice_ms.max(1));
                let at = self.net.in_order(peer, node, self.now + after);
                self.schedule(at - self.now, Event::Down { node, peer, epoch });
            }
        }
    }

    /// A node ends a connection, and keeps the peer out for a while as its mesh does.
    pub(super) fn cut_off(&mut self, at: usize, peer: usize) {
        self.net.disconnect(at, peer);
        self.sever(at, peer, NOTICE_MS);
        if self.net.dial(at, peer) {
            let ms = Limits::default().cut_off_for.as_millis();
            let after = u64::try_from(ms).expect("a minute");
            self.schedule(after, Event::Dial(at, peer));
        }
    }

    /// A connection on which nothing has passed for long.
    pub(super) fn expire(&mut self, one: usize, other: usize, epoch: u64) {
        let is_blocked = self.net.is_blocked(one, other) || self.net.is_blocked(other, one);
        if is_blocked && self.net.epoch(one, other) == Some(epoch) {
            self.part(one, other, 2000);
        }
    }

    /// The network is whole again.
    pub(super) fn heal(&mut self) {
        self.tell(|| "the network heals".to_owned());
        for flight in self.net.heal() {
            self.fly(flight);
        }
        for at in 0..self.nodes.len() {
            if self.nodes[at].running.is_some() {
                self.dial_all(at);
            }
        }
    }
}
