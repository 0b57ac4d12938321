//! One step of a node: the replica says what to do, and it is done in that order.

use std::sync::Arc;

use nemcon_ledger::durable::Entry;
use nemcon_replica::replica::{Effect, Input, Message, Notice, Write};

use super::world::{Death, Event, World};

impl World {
    /// Gives a node one input and does what its replica says, as its shell would.
    pub(super) fn take(&mut self, at: usize, input: Input) {
        let clock = self.plan.clock_for(&input, self.nodes[at].clock(self.now));
        let Some(running) = self.nodes[at].running.as_mut() else { return };
        let before = running.replica.chain().height();
        let effects = match running.replica.step(clock, input) {
            Ok(effects) => effects,
            Err(halt) => {
                self.monitor.halted(at, &halt);
                self.crash(at, Death::Process, 3000);
                return;
            }
        };
        let has_new_roster = effects.iter().any(|effect| matches!(effect, Effect::Roster));
        for effect in self.plan.in_order(effects) {
            if self.is_due_to_die(at) {
                self.tally.note("death between effects");
                self.crash(at, Death::Power, 2000);
                return;
            }
            if !self.execute(at, effect) {
                return;
            }
        }
        let node = &mut self.nodes[at];
        if let Some(running) = &node.running {
            self.monitor.stands(at, &running.replica);
            node.is_set_back &= node.is_unaware || running.replica.is_observing();
        }
        if has_new_roster {
            self.note_seats();
            self.follow_roster(at);
        }
        if self.replica(at).is_some_and(|replica| replica.chain().height() > before) {
            self.write_snapshot(at);
            self.tell_outsiders(at);
        }
    }

    fn is_due_to_die(&mut self, at: usize) -> bool {
        match &mut self.nodes[at].dies_after {
            Some(0) => true,
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    /// Writes to the node's disk; false if the node has stopped over it.
    fn write(&mut self, at: usize, write: &Write) -> bool {
        match write {
            Write::Journal(Entry::Block(block)) => {
                self.tell(|| format!("{} appends block {}", self.codes[at], block.height.0));
                self.appends(at, block);
            }
            Write::Evidence(evidence) => {
                let convicted = self.position(&evidence.member);
                self.tally.note_evidence();
                self.monitor.convicted(at, convicted, evidence);
            }
            Write::Journal(Entry::Seal(_))
            | Write::SyncJournal
            | Write::Guard(_)
            | Write::Wal(..)
            | Write::BeginHeight(_)
            | Write::Observe(_)
            | Write::SyncSigned => {}
        }
        if let Err(error) = self.nodes[at].write(write) {
            self.tell(|| format!("{}: {error}", self.codes[at]));
            self.stop_on_disk_error(at, &error);
            return false;
        }
        if *write == Write::SyncJournal {
            self.synced(at);
        }
        true
    }

    fn stop_on_disk_error(&mut self, at: usize, error: &nemcon_node::server::folder::DiskError) {
        if self.nodes[at].disk.is_troubled() {
            self.tally.note("disk failure");
        } else {
            self.monitor.refused_write(at, error);
        }
        let death = if self.rng.chance(500) { Death::Process } else { Death::Power };
        self.crash(at, death, 2000);
    }

    /// Does one effect; false if the node's disk has failed, and the node has stopped over it.
    fn execute(&mut self, at: usize, effect: Effect) -> bool {
        match effect {
            Effect::Disk(write) => return self.write(at, &write),
            Effect::Send(to, frame) => {
                let to = self.position(&to);
                self.leave(at, &[to], &frame);
            }
            Effect::Broadcast(frame) => {
                let others: Vec<usize> = self.nodes[at].members.iter().copied().collect();
                self.leave(at, &others, &frame);
            }
            Effect::SendBlocks(to, from) => {
                let to = self.position(&to);
                let Some(running) = &self.nodes[at].running else { return true };
                let blocks = running.folder.blocks_for_peer(from).expect("the journal is whole");
                self.leave(at, &[to], &Arc::from(Message::Blocks(blocks).encode()));
            }
            Effect::Schedule(timer, after) => {
                let after = u64::try_from(after.as_millis()).expect("timers are short");
                let node = &mut self.nodes[at];
                node.timers.insert(timer);
                let boot = node.boots;
                self.schedule(after, Event::Timer { node: at, boot, timer });
            }
            Effect::Cancel(timer) => {
                self.nodes[at].timers.remove(&timer);
            }
            Effect::WakeAt(wake) => {
                self.nodes[at].wake = wake;
                self.schedule_wake(at);
            }
            Effect::Answer(ticket, outcome) => {
                self.tell(|| format!("{} answers {ticket:?}: {outcome:?}", self.codes[at]));
                self.monitor.answered(at, &outcome);
            }
            Effect::Disconnect(peer) => {
                self.tell(|| format!("{} cuts {peer} off", self.codes[at]));
                self.tally.note_cut();
                let peer = self.position(&peer);
                self.cut_off(at, peer);
            }
            Effect::Notice(notice) => self.noticed(at, &notice),
            Effect::Rejoin(_, outcome) => self.rejoin_answered(at, &outcome),
            Effect::Stop(halt) => {
                self.monitor.halted(at, &halt);
                self.crash(at, Death::Process, 3000);
            }
            // The whole step is looked through for it, and the links follow when the step is done.
            Effect::Roster => {}
        }
        true
    }

    fn noticed(&mut self, at: usize, notice: &Notice) {
        match notice {
            Notice::SealedByAll(height) => {
                self.tell(|| format!("{} has block {} sealed by all", self.codes[at], height.0));
                if let Some(replica) = self.nodes[at].replica() {
                    self.monitor.sealed_by_all(at, *height, replica);
                }
            }
            Notice::Fault(member, misdeed) => {
                self.tell(|| format!("{} blames {member}: {misdeed}", self.codes[at]));
                let blamed = self.position(member);
                self.monitor.blamed(at, blamed, *misdeed);
                self.tally.note_blame(*misdeed);
            }
            Notice::Observing => {
                self.tell(|| format!("{} observes", self.codes[at]));
                self.tally.note("observing");
                self.nodes[at].is_unaware = false;
            }
            Notice::Rejoined(height) => self.monitor.rejoined(at, *height),
            Notice::VotesFrom(height) => {
                self.tell(|| format!("{} votes from block {}", self.codes[at], height.0));
                self.tally.note("voting again");
            }
            Notice::Block { .. } | Notice::Roster(_) | Notice::Confirmed => {}
        }
    }

    /// A frame leaves a node: the monitor sees it, an adversary may twist it.
    pub(super) fn leave(&mut self, at: usize, to: &[usize], frame: &Arc<[u8]>) {
        if self.nodes[at].twist.is_some() {
            for to in to {
                self.leave_twisted(at, *to, frame);
            }
            return;
        }
        self.monitor.left(at, frame, self.now);
        if let Ok(message) = Message::decode(frame) {
            self.note_seen(at, to, &message);
            self.overhear(&message);
        }
        for to in to {
            self.send(at, *to, Arc::clone(frame));
        }
    }
}
