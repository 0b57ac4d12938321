//! Derives conditions from facts. It derives none that contradicts the facts.

use nemcon_ledger::quorum::quorum;
use nemcon_ledger::text::Code;
use nemcon_replica::consensus::is_quorum;

use super::facts::{Facts, Stops, Way};
use super::{Condition, Kind, State};

/// A condition, with a number that shows whether things go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The condition.
    pub condition: Condition,
    /// A number that grows whenever a block is decided or a seal arrives.
    pub progress: u64,
}

/// The conditions that hold by these facts. `is_told` says which are reported already. Some
/// conditions are reported only after they have held for a while.
pub fn conditions(facts: &Facts, is_told: &dyn Fn(Kind, &Code) -> bool) -> Vec<Candidate> {
    let mut found = Found { facts, all: Vec::new() };
    found.own();
    found.ordering();
    found.seals();
    found.keys();
    found.clocks(is_told);
    found.ways();
    found.disk(is_told);
    found.all
}

struct Found<'a> {
    facts: &'a Facts,
    all: Vec<Candidate>,
}

impl Found<'_> {
    fn add(&mut self, about: &Code, state: State) {
        self.add_with(about, state, 0);
    }

    fn add_with(&mut self, about: &Code, state: State, progress: u64) {
        let is_own = *about == self.facts.me;
        let condition = Condition { about: about.clone(), is_own, state };
        self.all.push(Candidate { condition, progress });
    }

    /// Adds the conditions of this node's own part in ordering.
    fn own(&mut self) {
        let Facts { me, voting, stops, .. } = self.facts;
        if let Some(Stops { at, why, next }) = stops.clone() {
            self.add(me, State::Stopped { at, why, next });
        }
        if voting.follows {
            // The other conditions do not matter to a node that takes no part in ordering.
            return self.add(me, State::Following);
        }
        if let Some(observes) = voting.observes {
            let is_elsewhere = self.facts.told_elsewhere.is_some();
            let (votes_from, was_shown) = (observes.votes_from, observes.was_shown);
            self.add(me, State::Observing { votes_from, was_shown, is_elsewhere });
        }
        if let Some(silent) = &voting.listens_for {
            self.add(me, State::Listening { silent: silent.clone() });
        }
        if let Some((height, silent)) = &voting.unconfirmed {
            let (height, silent) = (*height, silent.clone());
            self.add(me, State::RosterUnconfirmed { height, silent });
        }
    }

    fn absent(&self) -> Vec<Code> {
        let Facts { me, members, connected, .. } = self.facts;
        let absent = members.iter().filter(|code| *code != me && !connected.contains(*code));
        absent.cloned().collect()
    }

    fn ordering(&mut self) {
        let Facts { me, height, there, members, has_work, awaited, voting, .. } = self.facts;
        let progress = height.0;
        if there > height {
            self.add_with(me, State::Behind { here: *height, there: *there }, progress);
        }
        if voting.follows {
            return;
        }
        let absent = self.absent();
        let (all, connected) = (members.len(), members.len() - absent.len());
        let is_enough = is_quorum(connected, all);
        // If another machine uses this node's key, that makes its connections come and go; so few
        // connections are no condition of their own then.
        if !is_enough && self.facts.told_elsewhere.is_none() {
            let needed = quorum(all);
            let absent = absent.clone();
            let state = State::TooFewConnected { connected, members: all, needed, absent };
            self.add_with(me, state, progress);
        }
        if *has_work {
            let silent = awaited.as_ref().map(|it| it.silent.clone()).unwrap_or_default();
            let lacks = if is_enough && !silent.is_empty() { silent } else { absent };
            let is_observing = voting.observes.is_some();
            let state = State::OrderingStalled { height: height.next(), lacks, is_observing };
            self.add_with(me, state, progress);
        }
    }

    fn seals(&mut self) {
        let Facts { me, height, there, sealed, connected, .. } = self.facts;
        for (code, up_to) in sealed {
            let due = if code == me { *there } else { *height };
            if *up_to < due {
                let state = State::SealLate {
                    sealed: *up_to,
                    blocks: due.0 - up_to.0,
                    is_connected: code == me || connected.contains(code),
                    is_behind: code == me && height < there,
                };
                self.add_with(code, state, up_to.0);
            }
        }
    }

    fn keys(&mut self) {
        if let Some(told_by) = &self.facts.told_elsewhere {
            let told_by = told_by.clone();
            self.add(&self.facts.me, State::OwnKeyElsewhere { told_by });
        }
        for code in self.facts.twice.iter().filter(|code| **code != self.facts.me) {
            self.add(code, State::OwnKeyElsewhere { told_by: Vec::new() });
        }
    }

    fn clocks(&mut self, is_told: &dyn Fn(Kind, &Code) -> bool) {
        for (code, off) in &self.facts.clocks {
            let off = if is_told(Kind::ClockOff, code) { off.goes_on } else { off.begins };
            if let Some(ahead_ms) = off {
                self.add(code, State::ClockOff { ahead_ms });
            }
        }
    }

    fn ways(&mut self) {
        for (code, way) in &self.facts.ways {
            self.way(code, way);
        }
    }

    fn way(&mut self, code: &Code, way: &Way) {
        let Facts { me, members, connected, .. } = self.facts;
        if let Some(stranger) = &way.stranger {
            let (nearest, has_left) = (stranger.nearest.clone(), stranger.has_left);
            self.add(code, State::PeerNotInRoster { nearest, has_left });
        }
        if let Some(address) = way.address.clone().filter(|_| way.is_unresolved) {
            return self.add(code, State::PeerNameUnresolved { address });
        }
        if members.contains(code) && code != me && !connected.contains(code) {
            let dialled = way.address.clone().map(|address| (address, way.outage));
            self.add(code, State::PeerUnreachable { dialled });
        }
    }

    /// Adds the condition of a nearly full disk. It begins when less than a day's growth is free,
    /// and ends when a day and a half is.
    fn disk(&mut self, is_told: &dyn Fn(Kind, &Code) -> bool) {
        let Some(disk) = self.facts.disk else { return };
        let me = &self.facts.me;
        let half = if is_told(Kind::DiskNearlyFull, me) { disk.day_bytes / 2 } else { 0 };
        if disk.free_bytes < disk.day_bytes.saturating_add(half) {
            self.add(me, State::DiskNearlyFull(disk));
        }
    }
}
