//! What the members' processes tell by answering: what their clocks read, and whether two of them run.
//!
//! What it guarantees: nothing is decided by either; a refusal says when this node's clock may be why.

use std::collections::BTreeMap;

use nemcon_ledger::council::{Refusal, Status};
use nemcon_ledger::text::{Code, Time};

use super::clocks::{CLOCK_OFF_MS, Reading};
use super::message::Message;
use super::rejection::Rejection;
use super::state::Replica;

impl Replica {
    /// Asks a connected member what its clock reads.
    pub(super) fn ask_clock(&mut self, member: &Code) {
        if self.sync.is_connected(member) {
            self.clocks.ask(&mut self.step, member);
        }
    }

    /// A member asks what this node's clock reads.
    pub(super) fn tell_clock(&mut self, member: &Code, asked: Time) {
        let now = self.step.now;
        if self.shares.is_open(member, now) {
            let bytes = self.step.send_counted(member, &Message::Clock { asked, reads: now });
            self.shares.charge(member, bytes, now);
        }
    }

    /// A member tells what its clock reads: its process runs.
    pub(super) fn take_clock(&mut self, member: &Code, asked: Time, reads: Time) {
        let is_answer = self.clocks.answered(member, asked, reads, self.step.now);
        if is_answer && self.rivals.shows_to_run(member, asked) {
            self.seen_twice(member);
        }
    }

    /// The clocks of the connected members that have told theirs, as seen from this node's.
    pub const fn clocks(&self) -> &BTreeMap<Code, Reading> {
        self.clocks.readings()
    }

    /// How far this node's own clock is ahead of the others', if it is off.
    pub fn own_clock_off(&self, threshold_ms: u64) -> Option<i64> {
        self.clocks.own_off(self.faults_max(), threshold_ms)
    }

    /// How far a member's clock is ahead of the others' and this node's, if it is off.
    pub fn clock_off_of(&self, member: &Code, threshold_ms: u64) -> Option<i64> {
        self.clocks.off_of(member, self.faults_max(), threshold_ms)
    }

    /// A refusal for the time that it is, where this node's own clock is off: most likely that is why.
    pub(super) fn look_at_clock(&self, rejection: Rejection) -> Rejection {
        let Rejection::Refused(refusal) = rejection else { return rejection };
        match self.own_clock_off(CLOCK_OFF_MS) {
            Some(ahead_ms) if self.is_about_time(&refusal) => {
                Rejection::ByClock { refusal, ahead_ms }
            }
            Some(_) | None => Rejection::Refused(refusal),
        }
    }

    fn is_about_time(&self, refusal: &Refusal) -> bool {
        match refusal {
            Refusal::ClosesTooEarly { .. }
            | Refusal::NotOpenYet { .. }
            | Refusal::PastDeadline { .. }
            | Refusal::NotYetHappened(_) => true,
            // It has ended by this node's clock, and not yet by the ledger.
            Refusal::Ended { measure, .. } => {
                self.state().measure(*measure).is_some_and(|it| it.status == Status::Open)
            }
            _ => false,
        }
    }

    /// Two processes show this member's key by turns.
    pub(super) fn seen_twice(&mut self, member: &Code) {
        let is_connected = self.sync.is_connected(member);
        self.rivals.see(&mut self.step, member, is_connected);
    }

    /// A second process with this member's key was refused: if the connected one runs, it answers.
    pub(super) fn rival_appears(&mut self, member: &Code) {
        self.ask_clock(member);
        self.rivals.ask(&self.step, member);
    }

    /// The members whose node key two running processes show, as this node sees.
    pub fn keys_in_two_places(&self, now: Time) -> impl Iterator<Item = &Code> {
        self.rivals.in_two_places(now)
    }

    /// Who tells that another machine uses this node's own key, if they are more than f: then one that
    /// tells the truth is among them.
    pub fn own_key_elsewhere(&self, now: Time) -> Option<Vec<Code>> {
        let roster = self.state().roster();
        let tellers = self.rivals.tellers(now).filter(|code| roster.member(code).is_some());
        let tell: Vec<Code> = tellers.cloned().collect();
        (tell.len() > self.faults_max()).then_some(tell)
    }
}
