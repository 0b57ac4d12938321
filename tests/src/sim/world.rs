//! The council in one thread: what happens next, and what each happening does.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::consensus::TimerId;
use nemcon_replica::replica::{Input, Replica};

use super::adversaries::PasserBy;
use super::monitor::Monitor;
use super::network::{Flight, Network};
use super::node::{Running, SimNode};
use super::plan::Plan;
use super::report::Tally;
use super::rng::Rng;
use super::storage::DISK_FAULTS;
use super::trace::Trace;
use crate::fixture::{Parties, START_MS, council_of_equals, with_scant_shares};
use crate::speaker::{Speaker, Topic};

/// What happens at a time.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A frame arrives.
    Frame(Flight),
    /// A copy of a frame of an earlier connection arrives.
    Stray(Flight),
    /// A node learns of a connection.
    Up { node: usize, peer: usize, epoch: u64 },
    /// A node learns that a connection is gone.
    Down { node: usize, peer: usize, epoch: u64 },
    /// A pair tries to connect.
    Dial(usize, usize),
    /// A connection breaks, if it still is the one and still is blocked.
    Expire { one: usize, other: usize, epoch: u64 },
    /// A timer of a node runs out.
    Timer { node: usize, boot: u64, timer: TimerId },
    /// A node looks whether it is to be woken.
    Wake { node: usize, boot: u64 },
    /// A node that is down starts.
    Boot(usize),
    /// An adversary acts unasked.
    Tick(usize),
    /// A stranger answers where a node is dialled that is off; it may come again.
    Pass { again: bool },
    /// People do something.
    People,
    /// Something breaks.
    Fault,
    /// The network heals.
    Heal,
    /// Operators of nodes that observe do something.
    Operators,
    /// A full disk has room again.
    Room(usize),
}

/// How a node goes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// Its process ends; what it wrote is in the system's cache.
    Process,
    /// The power is lost, and what was not synced with it.
    Power,
}

/// All nodes, and what is between them.
pub struct World {
    pub(super) plan: Plan,
    pub(super) rng: Rng,
    /// Milliseconds since the start.
    pub(super) now: u64,
    queue: BTreeMap<(u64, u64), Event>,
    sequence: u64,
    pub(super) nodes: Vec<SimNode>,
    pub(super) codes: Vec<Code>,
    pub(super) net: Network,
    pub(super) monitor: Monitor,
    pub(super) parties: Parties,
    pub(super) speaker: Speaker,
    /// The parties without a node.
    pub(super) participants: Vec<Code>,
    pub(super) tally: Tally,
    pub(super) trace: Trace,
    pub(super) tickets: u64,
    pub(super) is_calm: bool,
    /// Strangers, if there are any.
    pub(super) passer: Option<PasserBy>,
    /// The positions of the members, when they were last counted.
    pub(super) last_seated: Vec<usize>,
    /// The newest block, and since when it is.
    pub(super) progress: (Height, u64),
    /// Frames that arrived.
    pub(super) frames: u64,
    /// Happenings so far.
    pub(super) steps: u64,
}

impl World {
    /// The council of a plan, before its first event.
    pub fn new(plan: Plan, is_loud: bool) -> Self {
        let is_scant = plan.topics.contains(&Topic::Shares);
        let genesis = council_of_equals(plan.members);
        let genesis = if is_scant { with_scant_shares(genesis) } else { genesis };
        let parties = Parties::new(genesis.clone());
        let speaker = Speaker::new(&genesis, plan.entrants, plan.topics.iter().copied());
        let members = genesis.roster.members.iter().chain(speaker.entrants());
        let codes: Vec<Code> = members.map(|member| member.code.clone()).collect();
        let nodes = codes.iter().map(|code| SimNode::new(&genesis, code)).collect();
        let participants = genesis.participants.iter().map(|it| it.code.clone());
        let participants = participants.chain(speaker.appointees()).collect();
        let mut world = Self {
            rng: Rng::new(plan.seed),
            now: 0,
            queue: BTreeMap::new(),
            sequence: 0,
            nodes,
            net: Network::default(),
            monitor: Monitor::new(genesis, &codes),
            codes,
            parties,
            speaker,
            participants,
            tally: Tally::default(),
            trace: Trace::new(is_loud),
            tickets: 0,
            is_calm: false,
            passer: plan.passers.then(PasserBy::default),
            last_seated: (0..plan.members).collect(),
            progress: (Height(0), 0),
            frames: 0,
            steps: 0,
            plan,
        };
        world.populate();
        world
    }

    fn populate(&mut self) {
        self.monitor.bears_forks = self.plan.makes_forks();
        for at in (0..self.nodes.len()).filter(|_| self.plan.makes_forks()) {
            self.nodes[at].is_honest = self.plan.is_honest(at);
            self.monitor.is_honest[at] = self.nodes[at].is_honest;
        }
        for (at, twist) in self.plan.twists() {
            self.nodes[at].twist = Some(twist);
            self.nodes[at].is_honest = self.plan.is_honest(at);
            self.monitor.is_honest[at] = self.nodes[at].is_honest;
            self.schedule(1000, Event::Tick(at));
        }
        for at in 0..self.nodes.len() {
            if self.plan.faults.clocks {
                self.set_skew(at, 800);
            }
            self.nodes[at].is_expected = at < self.plan.members;
            let start = self.rng.below(500);
            self.schedule(start, Event::Boot(at));
        }
        self.schedule(2000, Event::People);
        if self.passer.is_some() {
            self.schedule(1500, Event::Pass { again: true });
        }
        self.schedule(4000, Event::Fault);
        if self.plan.faults.amnesia {
            self.schedule(6000, Event::Operators);
        }
    }

    pub(super) fn schedule(&mut self, after_ms: u64, event: Event) {
        self.sequence += 1;
        self.queue.insert((self.now + after_ms, self.sequence), event);
    }

    pub(super) fn replica(&self, at: usize) -> Option<&Replica> {
        self.nodes[at].replica()
    }

    pub(super) fn position(&self, code: &Code) -> usize {
        self.codes.iter().position(|other| other == code).expect("a member of the council")
    }

    /// The positions of the members that decide the next block.
    pub(super) fn seated(&self) -> Vec<usize> {
        let roster = self.monitor.roster();
        let is_seated = |at: &usize| roster.member(&self.codes[*at]).is_some();
        (0..self.codes.len()).filter(is_seated).collect()
    }

    /// The time that a node without any skew has.
    pub(super) fn time(&self) -> Time {
        Time::from_ms(START_MS + self.now).expect("simulations end in this age")
    }

    pub(super) fn tell(&self, line: impl FnOnce() -> String) {
        self.trace.tell(self.now, line);
    }

    /// Lets everything happen that happens before `until`, as long as nothing is violated.
    pub(super) fn run_until(&mut self, until: u64) {
        while let Some((&(at, sequence), _)) = self.queue.first_key_value() {
            if at > until || self.monitor.is_violated() {
                break;
            }
            let event = self.queue.remove(&(at, sequence)).expect("it was just seen");
            self.now = self.now.max(at);
            if let Some(later) = self.stall_of(&event) {
                self.queue.insert((later, sequence), event);
                continue;
            }
            self.steps += 1;
            self.trace.take(&self.now.to_be_bytes());
            self.happen(event);
        }
        if !self.monitor.is_violated() {
            self.now = self.now.max(until);
        }
    }

    /// Until when a node that is too slow does not take this in.
    fn stall_of(&self, event: &Event) -> Option<u64> {
        let node = match event {
            Event::Frame(flight) | Event::Stray(flight) => flight.to,
            Event::Up { node, .. }
            | Event::Down { node, .. }
            | Event::Timer { node, .. }
            | Event::Wake { node, .. } => *node,
            Event::Dial(..)
            | Event::Expire { .. }
            | Event::Boot(_)
            | Event::Tick(_)
            | Event::Pass { .. }
            | Event::People
            | Event::Fault
            | Event::Heal
            | Event::Operators
            | Event::Room(_) => return None,
        };
        let until = self.nodes[node].stalled_until;
        (until > self.now).then_some(until)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Frame(flight) => self.arrive(&flight),
            Event::Stray(flight) => self.take_frame(&flight),
            Event::Up { node, peer, epoch } => self.connected(node, peer, epoch),
            Event::Down { node, peer, epoch } => self.disconnected(node, peer, epoch),
            Event::Dial(one, other) => self.dial(one, other),
            Event::Expire { one, other, epoch } => self.expire(one, other, epoch),
            Event::Timer { node, boot, timer } => self.elapse(node, boot, timer),
            Event::Wake { node, boot } => self.wake(node, boot),
            Event::Boot(node) => self.boot(node),
            Event::Tick(node) => self.tick(node),
            Event::Pass { again } => self.pass(again),
            Event::People => self.people(),
            Event::Fault => self.fault(),
            Event::Heal => self.heal(),
            Event::Operators => self.operators(),
            Event::Room(node) => self.nodes[node].disk.set_full(false),
        }
    }

    fn elapse(&mut self, node: usize, boot: u64, timer: TimerId) {
        let it = &mut self.nodes[node];
        if it.boots == boot && it.timers.remove(&timer) {
            self.take(node, Input::TimerElapsed(timer));
        }
    }

    fn wake(&mut self, node: usize, boot: u64) {
        let it = &mut self.nodes[node];
        if it.boots != boot {
            return;
        }
        if it.wake.is_some_and(|wake| wake <= it.clock(self.now)) {
            it.wake = None;
            self.take(node, Input::Woken);
        }
    }

    /// Looks at a node again when its clock will have reached what it waits for.
    pub(super) fn schedule_wake(&mut self, node: usize) {
        let it = &self.nodes[node];
        let Some(wake) = it.wake else { return };
        let after = wake.as_ms().saturating_sub(it.clock(self.now).as_ms());
        let boot = it.boots;
        self.schedule(after.max(1), Event::Wake { node, boot });
    }

    /// Starts a node from its disk.
    pub(super) fn boot(&mut self, at: usize) {
        let node = &self.nodes[at];
        if !node.is_expected || node.running.is_some() || node.down_until > self.now {
            return;
        }
        self.nodes[at].disk.mend();
        if self.plan.faults.disks && !self.is_calm && self.rng.chance(60) {
            let fault = *self.rng.pick(&DISK_FAULTS);
            self.nodes[at].disk.fail_after(self.rng.below(8), fault);
        }
        self.spoil_snapshot(at);
        let node = &mut self.nodes[at];
        match node.make().and_then(|()| node.open()) {
            Ok((folder, mut found)) => {
                self.tell(|| format!("{} starts", self.codes[at]));
                self.plan.tamper(&mut found);
                self.found_kept(at, &folder);
                self.monitor.restarted(at, &found.replayed.chain);
                let node = &mut self.nodes[at];
                // It knew when the image was made.
                node.is_unaware &= found.signed.votes_from <= found.replayed.chain.height().next();
                let replica = Replica::restore(found.restored(&node.identity));
                node.running = Some(Running { replica, folder });
                node.boots += 1;
                self.take(at, Input::Begin);
                self.hear_at_start(at);
                self.dial_all(at);
                if self.passer.is_some() {
                    // Whoever starts dials, and a stranger may be the first to answer.
                    let soon = self.rng.between(1, 200);
                    self.schedule(soon, Event::Pass { again: false });
                }
            }
            Err(_) if self.nodes[at].disk.is_troubled() => {
                self.tell(|| format!("{} cannot start: its disk fails", self.codes[at]));
                self.tally.note("start failed");
                self.schedule(2000, Event::Boot(at));
            }
            Err(error) => self.monitor.refused_start(at, &error),
        }
    }

    /// What a control makes of others' word reaches a node before they do.
    fn hear_at_start(&mut self, at: usize) {
        let Some(height) = self.replica(at).map(|replica| replica.chain().height()) else { return };
        for input in self.plan.heard_at_start(&self.nodes[at].identity, height) {
            self.take(at, input);
        }
    }

    /// Ends a node; it starts again after a while.
    pub(super) fn crash(&mut self, at: usize, death: Death, down_ms: u64) {
        let node = &mut self.nodes[at];
        if node.running.is_none() {
            return;
        }
        node.end();
        if death == Death::Power {
            node.disk.lose_power(&mut self.rng);
        }
        self.tell(|| format!("{} goes down ({death:?})", self.codes[at]));
        self.net.forget(at);
        for peer in (0..self.nodes.len()).filter(|peer| *peer != at) {
            // A process that ends says so; lost power is noticed by silence.
            let notice = if death == Death::Process { 20 } else { self.rng.between(500, 8000) };
            self.part(at, peer, notice);
        }
        self.schedule(down_ms, Event::Boot(at));
    }

    pub(super) fn send(&mut self, from: usize, to: usize, frame: Arc<[u8]>) {
        let Some(epoch) = self.net.view(from, to) else { return };
        let flight = Flight { from, to, epoch, frame };
        if let Some(flight) = self.net.pass(flight) {
            self.fly(flight);
        }
    }
}
