//! More than f nodes lose their file `signed`, and their operators have them rejoin.

use nemcon_ledger::durable::CommittedBlock;
use nemcon_node::server::folder::Folder;
use nemcon_replica::consensus::faulty_max;
use nemcon_replica::replica::{Input, Message, NoRejoin, Replica, TakenOver, Ticket};

use super::node::SimNode;
use super::storage::SimDisk;
use super::world::{Death, Event, World};

/// How long nothing may be ordered before operators ask why.
const STANDS_STILL_MS: u64 = 60_000;

impl World {
    /// More than f nodes restart without their file `signed`.
    pub(super) fn lose_signed(&mut self) {
        let n = self.nodes.len();
        // While they have not recovered from the last time, seldom.
        if self.observers() > faulty_max(n) && self.rng.chance(750) {
            return;
        }
        let first = self.rng.index(n);
        let more = self.rng.index(n - faulty_max(n));
        for at in (0..=faulty_max(n) + more).map(|step| (first + step) % n) {
            let down = self.rng.between(100, 5000);
            self.crash(at, Death::Process, down);
            if self.nodes[at].boots == 0 {
                // Half made: without `signed`, its folder would look like one that was robbed.
                continue;
            }
            let disk = &self.nodes[at].disk;
            disk.put_back(&disk.image().without("signed"), |_| false);
            // An older journal beside no guard at all is not to be noticed by anyone.
            self.nodes[at].image = None;
        }
    }

    /// A node appends a block. Where more than f may forget what they voted, what is on nobody's
    /// disk may not have been decided for anybody: there a block counts once it is kept.
    pub(super) fn appends(&mut self, at: usize, block: &CommittedBlock) {
        if self.plan.faults.amnesia {
            self.nodes[at].unsynced.push(block.clone());
        } else {
            self.monitor.appended(at, block, self.now);
        }
    }

    /// What a node has appended is kept.
    pub(super) fn synced(&mut self, at: usize) {
        for block in core::mem::take(&mut self.nodes[at].unsynced) {
            self.monitor.appended(at, &block, self.now);
        }
    }

    /// A node starts on a disk that may have kept more than it said.
    pub(super) fn found_kept(&mut self, at: usize, folder: &Folder<SimDisk>) {
        let next = self.monitor.height().next();
        for block in folder.blocks_for_peer(next).expect("the journal was read") {
            self.monitor.appended(at, &block, self.now);
        }
    }

    /// Those whose nodes observe talk to one another, and do something when they are more than f, or
    /// when nothing is ordered any more: then others are held by locks.
    pub(super) fn operators(&mut self) {
        let height = self.monitor.height();
        if self.progress.0 != height {
            self.progress = (height, self.now);
        }
        let waits = |node: &SimNode| node.replica().is_some_and(|it| !it.waiting().is_empty());
        let stands_still =
            self.now - self.progress.1 > STANDS_STILL_MS && self.nodes.iter().any(waits);
        let observers = self.observers();
        if observers > faulty_max(self.nodes.len()) || observers > 0 && stands_still {
            let is_observing = |at: &usize| self.replica(*at).is_some_and(Replica::is_observing);
            let observing: Vec<_> = (0..self.nodes.len()).filter(is_observing).collect();
            let at = *self.rng.pick(&observing);
            self.tickets += 1;
            self.tell(|| format!("{}'s operator has it rejoin", self.codes[at]));
            self.take(at, Input::Rejoin(Ticket(self.tickets)));
        }
        let next = self.rng.between(500, 4000);
        self.schedule(next, Event::Operators);
    }

    /// How many nodes withhold their votes.
    pub(super) fn observers(&self) -> usize {
        let up = self.nodes.iter().filter_map(|node| node.replica());
        up.filter(|replica| replica.is_observing()).count()
    }

    /// A node asks, or tells, what was seen.
    pub(super) fn note_seen(&mut self, from: usize, to: &[usize], message: &Message) {
        match message {
            Message::SeenWanted { .. } => self.monitor.asks(from),
            Message::Seen { memory, .. } => to.iter().for_each(|to| self.monitor.told(*to, memory)),
            Message::Pending(_)
            | Message::Consensus(_)
            | Message::Seals(_)
            | Message::Standing(_)
            | Message::BlocksWanted { .. }
            | Message::Blocks(_)
            | Message::StandingWanted
            | Message::Decided(_)
            | Message::Proposed(_)
            | Message::ClockWanted { .. }
            | Message::Clock { .. }
            | Message::Announced(_)
            | Message::PendingWanted(_)
            | Message::KeyTwice => {}
        }
    }

    pub(super) fn rejoin_answered(&mut self, at: usize, outcome: &Result<TakenOver, NoRejoin>) {
        self.tell(|| format!("{}: {outcome:?}", self.codes[at]));
        self.tally.note(if outcome.is_ok() { "rejoined" } else { "rejoin refused" });
    }
}
