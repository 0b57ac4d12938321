//! What goes wrong, and how it ends.

use super::plan::Faults;
use super::storage::DISK_FAULTS;
use super::world::{Death, Event, World};

type Deed = fn(&mut World, usize);
type Switch = fn(&Faults) -> bool;

/// What may go wrong of itself, with its name in the report.
const DEEDS: [(&str, Switch, Deed); 13] = [
    ("broken connection", |faults| faults.breaks, World::break_one),
    ("partition", |faults| faults.partitions, World::partition),
    ("crash", |faults| faults.crashes, |world, at| world.go_down(at, Death::Process, 15_000)),
    ("power loss", |faults| faults.power, |world, at| world.go_down(at, Death::Power, 15_000)),
    ("power loss in a step", |faults| faults.power, World::doom),
    ("disk fault", |faults| faults.disks, World::break_disk),
    ("full disk", |faults| faults.full, World::fill_disk),
    ("clock jump", |faults| faults.clocks, World::jump),
    ("slow node", |faults| faults.slow, World::stall),
    ("long absence", |faults| faults.absence, |world, at| world.go_down(at, Death::Power, 90_000)),
    ("all restart", |faults| faults.restarts, |world, _| world.restart_all()),
    ("burst", |faults| faults.bursts, |world, _| world.burst()),
    ("signed lost by more than f", |faults| faults.amnesia, |world, _| world.lose_signed()),
];

impl World {
    /// Something breaks; comes again until faults stop.
    pub(super) fn fault(&mut self) {
        if self.is_calm {
            return;
        }
        let faults = self.plan.faults;
        let deeds: Vec<_> = DEEDS.iter().filter(|(_, is_on, _)| is_on(&faults)).collect();
        if !deeds.is_empty() {
            let at = self.rng.index(self.nodes.len());
            let (name, _, deed) = **self.rng.pick(&deeds);
            self.tell(|| format!("fault: {name}, {}", self.codes[at]));
            self.tally.note(name);
            deed(self, at);
        }
        if faults.apart {
            self.take_turns();
        }
        if faults.images {
            self.set_back_journal();
        }
        if faults.set_back {
            self.set_back_disk();
        }
        let next = self.rng.between(500, 8000);
        self.schedule(next, Event::Fault);
    }

    fn break_one(&mut self, at: usize) {
        let other = self.rng.index(self.nodes.len());
        if other != at {
            self.part(at, other, 3000);
        }
    }

    /// Halves, one node alone, or one that is not heard.
    fn partition(&mut self, at: usize) {
        let n = self.nodes.len();
        let half: Vec<bool> = match self.rng.below(3) {
            0 => (0..n).map(|_| self.rng.chance(500)).collect(),
            _ => (0..n).map(|node| node == at).collect(),
        };
        let one_way = self.rng.chance(300);
        for (from, to) in (0..n).flat_map(|from| (0..n).map(move |to| (from, to))) {
            let crosses = if one_way { half[from] && !half[to] } else { half[from] != half[to] };
            if crosses {
                self.net.block(from, to);
                if let Some(epoch) = self.net.epoch(from, to) {
                    let after = self.rng.between(1000, 20_000);
                    self.schedule(after, Event::Expire { one: from, other: to, epoch });
                }
            }
        }
        let heal = self.rng.between(2000, 30_000);
        self.schedule(heal, Event::Heal);
    }

    fn go_down(&mut self, at: usize, death: Death, longest_ms: u64) {
        let down = self.rng.between(100, longest_ms);
        self.crash(at, death, down);
    }

    fn doom(&mut self, at: usize) {
        self.nodes[at].dies_after = Some(self.rng.below(14));
    }

    fn break_disk(&mut self, at: usize) {
        let (operations, fault) = (self.rng.below(12), *self.rng.pick(&DISK_FAULTS));
        self.nodes[at].disk.fail_after(operations, fault);
    }

    fn fill_disk(&mut self, at: usize) {
        self.nodes[at].disk.set_full(true);
        let room = self.rng.between(3000, 20_000);
        self.schedule(room, Event::Room(at));
    }

    fn jump(&mut self, at: usize) {
        let reach = if self.rng.chance(300) { 30_000 } else { 3000 };
        self.set_skew(at, reach);
    }

    /// Sets a node's clock, at most `reach_ms` off.
    pub(super) fn set_skew(&mut self, at: usize, reach_ms: u64) {
        let off = i64::try_from(self.rng.below(2 * reach_ms + 1)).expect("small");
        let reach = i64::try_from(reach_ms).expect("small");
        self.nodes[at].skew_ms = off - reach;
        self.monitor.note_skew((off - reach).unsigned_abs());
        self.schedule_wake(at);
    }

    fn stall(&mut self, at: usize) {
        let long = self.rng.between(300, 8000);
        let until = &mut self.nodes[at].stalled_until;
        *until = (*until).max(self.now + long);
    }

    fn restart_all(&mut self) {
        for at in 0..self.nodes.len() {
            let death = if self.rng.chance(500) { Death::Process } else { Death::Power };
            self.go_down(at, death, 5000);
        }
    }

    fn burst(&mut self) {
        for _ in 0..self.rng.between(8, 30) {
            self.people_act();
        }
    }

    /// Of the first two nodes one is up and the other is not.
    fn take_turns(&mut self) {
        if self.nodes.len() < 2 || self.nodes[0].down_until <= self.now && self.rng.chance(700) {
            return;
        }
        let (goes, comes) = if self.nodes[0].down_until > self.now { (1, 0) } else { (0, 1) };
        self.tally.note("one of two up");
        self.nodes[goes].down_until = u64::MAX;
        self.crash(goes, Death::Process, 0);
        self.nodes[comes].down_until = self.now;
        self.schedule(1, Event::Boot(comes));
    }

    /// Whether a node has sealed its last block itself.
    fn has_sealed_all(&self, at: usize) -> bool {
        let (Some(replica), code) = (self.replica(at), &self.codes[at]) else { return false };
        let height = replica.chain().height();
        let owes = replica.chain().rosters().at(height).member(code).is_some();
        owes && replica.sealed_heights().get(code) == Some(&height)
    }

    /// A copy of the disk is made, or the journal of one made before is put back under today's
    /// `signed`: the node must notice what is missing.
    fn set_back_journal(&mut self) {
        let at = self.rng.index(self.nodes.len());
        if self.nodes[at].running.is_none() || self.nodes[at].disk.is_troubled() {
            return;
        }
        // What it has not sealed it cannot miss; it seals nothing without a seat.
        if !self.has_sealed_all(at) {
            return;
        }
        let Some(old) = self.nodes[at].image.take() else {
            self.nodes[at].image = Some(self.nodes[at].disk.image());
            return;
        };
        self.tally.note("journal set back");
        self.crash(at, Death::Process, 500);
        let node = &self.nodes[at];
        node.disk.mend();
        let newest = node.disk.image();
        node.disk.put_back(&old, |path| path.ends_with("signed"));
        if let Ok((_, found)) = node.open() {
            self.monitor.restarted(at, &found.replayed.chain);
        }
        self.nodes[at].disk.put_back(&newest, |_| false);
    }

    /// Faults stop: everything works, everybody comes back.
    pub(super) fn calm(&mut self) {
        self.tell(|| "faults stop".to_owned());
        self.is_calm = true;
        self.heal();
        for at in 0..self.nodes.len() {
            self.set_skew(at, 500);
            let node = &mut self.nodes[at];
            node.disk.set_full(false);
            if node.running.is_some() {
                node.disk.mend();
            }
            // A node that is slow now takes in later, and in order, what has come meanwhile.
            (node.dies_after, node.down_until) = (None, 0);
            self.schedule(100, Event::Boot(at));
        }
    }
}
