//! One node key in two places: another machine runs with a member's node key.
//!
//! ```text
//! mesh: two processes by turns ───────────────────────────┐
//! mesh: a second one appears ─▶ the connected one answers ─┴▶ seen here ─KeyTwice─▶ both processes
//!                                                                 more than f tell ─▶ "elsewhere"
//! ```
//!
//! A node that restarts, or was restored from a backup, shows its key twice too, but there is one
//! process at a time. What others tell is their word, and nothing is decided by it: no node withholds a
//! vote for it, and `node rejoin` alone is refused.

use std::collections::BTreeMap;

use nemcon_ledger::text::{Code, Time};

use super::Replica;
use super::message::Message;

/// For how long it is believed that two processes run after that was last seen or told, in milliseconds.
/// Whoever is refused or replaced tries again sooner.
pub const RIVAL_MS: u64 = 60_000;
/// How often a process is told that another one shows its key, in milliseconds.
pub const RIVAL_TOLD_AGAIN_MS: u64 = 10_000;

/// What is known of keys in two places. Grows with the members alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Rivals {
    /// Members whose key two running processes show, and when that was last seen.
    seen: BTreeMap<Code, Time>,
    /// A second process with this member's key has appeared: the connected one was asked whether it runs.
    asked: BTreeMap<Code, Time>,
    /// Who tells that another process shows this node's own key, and when last.
    told: BTreeMap<Code, Time>,
    /// When a member was last told so of its own key.
    warned: BTreeMap<Code, Time>,
}

/// Whether less than `ms` lie between two times; a clock that was set makes it no longer so.
fn is_recent(at: Time, now: Time, ms: u64) -> bool {
    now.as_ms().abs_diff(at.as_ms()) < ms
}

impl Replica {
    /// Two processes show this member's key by turns.
    pub(super) fn seen_twice(&mut self, member: &Code) {
        self.rivals.seen.insert(member.clone(), self.now);
        self.warn_of_rival(member);
    }

    /// A second process with this member's key was refused: if the connected one runs, it answers.
    pub(super) fn rival_appears(&mut self, member: &Code) {
        self.ask_clock(member);
        self.rivals.asked.insert(member.clone(), self.now);
    }

    /// The process of this member that is connected has answered a question of that time.
    pub(super) fn shows_to_run(&mut self, member: &Code, asked: Time) {
        if self.rivals.asked.get(member) == Some(&asked) {
            self.rivals.asked.remove(member);
            self.seen_twice(member);
        }
    }

    /// Tells the process that is connected that another one shows its key, as long as that is so.
    pub(super) fn warn_of_rival(&mut self, member: &Code) {
        let now = self.now;
        let is_seen = self.rivals.seen.get(member).is_some_and(|at| is_recent(*at, now, RIVAL_MS));
        let warned = self.rivals.warned.get(member);
        let is_warned = warned.is_some_and(|at| is_recent(*at, now, RIVAL_TOLD_AGAIN_MS));
        if is_seen && !is_warned && self.peers.contains_key(member) {
            self.rivals.warned.insert(member.clone(), now);
            self.send(member, &Message::KeyTwice);
        }
    }

    /// A connection has ended; the next one may be of the other process.
    pub(super) fn forget_warning(&mut self, member: &Code) {
        self.rivals.asked.remove(member);
        self.rivals.warned.remove(member);
    }

    /// A member tells that another process shows this node's own key.
    pub(super) fn told_of_rival(&mut self, member: &Code) {
        self.rivals.told.insert(member.clone(), self.now);
    }

    /// The members whose node key two running processes show, as this node sees.
    pub fn keys_in_two_places(&self, now: Time) -> impl Iterator<Item = &Code> {
        let seen = self.rivals.seen.iter();
        seen.filter(move |(_, at)| is_recent(**at, now, RIVAL_MS)).map(|(code, _)| code)
    }

    /// Who tells that another machine uses this node's own key, if they are more than f: then one that
    /// tells the truth is among them.
    pub fn own_key_elsewhere(&self, now: Time) -> Option<Vec<Code>> {
        let told = self.rivals.told.iter();
        let recent = told.filter(|(code, at)| {
            let is_member = self.state().roster().member(code).is_some();
            is_member && is_recent(**at, now, RIVAL_MS)
        });
        let tell: Vec<Code> = recent.map(|(code, _)| code.clone()).collect();
        (tell.len() > self.faults_max()).then_some(tell)
    }
}
