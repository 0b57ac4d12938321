//! One seed from its first event to its verdict.

use nemcon_ledger::Height;
use nemcon_replica::consensus::faulty_max;
use nemcon_replica::replica::Replica;

use super::controls::Control;
use super::node::SimNode;
use super::people::waits_for;
use super::plan::{Plan, Wishes};
use super::report::Outcome;
use super::world::World;

/// How long everything may take to come to rest once faults have stopped.
const REST_MS: u64 = 900_000;
/// How often that is looked at.
const LOOK_MS: u64 = 5000;
/// How long an idle council may go on asking for what it lacks.
const LINGER_MS: u64 = 240_000;
/// A height that stays undecided, in the report.
pub const LOCKED_FOR_EVER: &str = "locked for ever";
/// How often it is tried to give a node the journal of forked peers.
const FORK_MS: u64 = 500;
/// How long it must then be silent.
const SILENCE_MS: u64 = 600_000;

/// Runs a seed to its end, and says what came of it.
pub fn run(seed: u64, wishes: &Wishes, is_loud: bool) -> Outcome {
    let mut world = World::new(Plan::new(seed, wishes), is_loud);
    let until = world.plan.active_ms;
    if plan_is_guard_forgotten(&world) {
        // Not every block can be forked into another one of its size.
        let is_open = |world: &World| world.now < until && !world.monitor.is_violated();
        while is_open(&world) && !world.repair_from_forked_peers() {
            world.run_until(world.now + FORK_MS);
        }
    }
    world.run_until(until);
    if world.plan.makes_forks() {
        world.heal_fork();
    } else if !world.monitor.is_violated() {
        world.calm();
        world.come_to_rest();
    }
    let is_calm = !world.monitor.is_violated() && !world.is_locked_for_ever();
    let is_peaceful = world.plan.adversary.is_none() && !world.plan.makes_forks();
    if is_calm && is_peaceful {
        world.fall_silent();
    }
    world.outcome()
}

fn plan_is_guard_forgotten(world: &World) -> bool {
    world.plan.control == Some(Control::GuardForgotten)
}

impl World {
    /// Once faults have stopped all that waits is ordered, and honest members seal all of it.
    fn come_to_rest(&mut self) {
        let until = self.now + REST_MS;
        while self.now < until && !self.monitor.is_violated() {
            self.run_until(self.now + LOOK_MS);
            if self.unrest().is_none() {
                return;
            }
        }
        if self.is_locked_for_ever() {
            self.tally.note(LOCKED_FOR_EVER);
            return;
        }
        if self.is_left_with_too_few() {
            self.tally.note("too few are left");
            return;
        }
        if let Some(why) = self.unrest() {
            self.monitor.violated("liveness", &format!("{why}, long after faults have stopped"));
        }
    }

    /// Whether more than f nodes hold locks from before they lost their logs, so that the height
    /// under way stays undecided: what rejoining does not promise to resolve.
    fn is_locked_for_ever(&self) -> bool {
        let locked = self.monitor.locked(self.monitor.height().next());
        self.plan.faults.amnesia && locked > faulty_max(self.nodes.len())
    }

    /// Whether the others cannot decide without those that were set back and observe. Each of these is one
    /// of f; when a member leaves before they vote again, f may be smaller.
    fn is_left_with_too_few(&self) -> bool {
        let is_out =
            |node: &SimNode| node.is_set_back && node.replica().is_some_and(Replica::is_observing);
        let seated = self.seated();
        let out = seated.iter().filter(|at| is_out(&self.nodes[**at])).count();
        out > faulty_max(seated.len())
    }

    /// What still has to happen.
    fn unrest(&self) -> Option<String> {
        let observing = self.observers();
        if self.plan.faults.amnesia && observing > faulty_max(self.nodes.len()) {
            return Some(format!("{observing} nodes observe"));
        }
        let top = self.monitor.height();
        if let Some(at) = self.nodes.iter().position(|node| node.is_unaware) {
            return Some(format!("{} has not noticed that it was set back", self.codes[at]));
        }
        let members = self.seated();
        let expected = |node: &SimNode| node.is_honest && node.is_expected;
        for (at, node) in self.nodes.iter().enumerate().filter(|(_, node)| expected(node)) {
            let code = &self.codes[at];
            let Some(replica) = node.replica() else { return Some(format!("{code} is down")) };
            let height = replica.chain().height();
            if height != top {
                return Some(format!("{code} is at block {} of {}", height.0, top.0));
            }
            if !members.contains(&at) {
                // Who follows is told of blocks, not of every seal, and passes on what nobody takes.
                continue;
            }
            let is_honest = |by: &str| {
                let at = self.codes.iter().position(|code| code.as_str() == by);
                at.is_none_or(|at| self.nodes[at].is_honest)
            };
            let waiting = waits_for(replica, is_honest);
            if waiting > 0 {
                return Some(format!("{waiting} statements wait at {code}"));
            }
            let sealed = replica.sealed_heights();
            let to = |other: usize| sealed.get(&self.codes[other]).copied().unwrap_or_default();
            // Of a member that has left with the last block nobody is told once all have sealed it.
            let is_sealed = replica.sealed_by_all().0 == top;
            let owes = |other: usize| !is_sealed && self.monitor.owes_seal(other, top);
            let lacks =
                |other: &usize| self.nodes[*other].is_honest && owes(*other) && to(*other) != top;
            if let Some(other) = (0..self.nodes.len()).find(lacks) {
                let Height(to) = to(other);
                let other = &self.codes[other];
                return Some(format!("{code} has seals of {other} up to {to} of {}", top.0));
            }
        }
        None
    }

    /// An idle council sends nothing.
    fn fall_silent(&mut self) {
        if self.is_left_with_too_few() {
            // They wait for those who do not vote yet, and say so.
            return;
        }
        self.run_until(self.now + LINGER_MS);
        let (frames, height) = (self.frames, self.monitor.height());
        self.run_until(self.now + SILENCE_MS);
        if self.frames != frames && self.monitor.height() == height {
            let more = self.frames - frames;
            self.monitor.violated("idle", &format!("{more} frames of an idle council"));
        }
    }

    fn outcome(self) -> Outcome {
        Outcome {
            seed: self.plan.seed,
            steps: self.steps,
            blocks: self.monitor.height().0,
            decisions: self.monitor.decisions(),
            trace_hash: self.trace.hash(),
            violation: self.monitor.violation(),
            tally: self.tally,
        }
    }
}
