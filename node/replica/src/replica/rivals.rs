//! One node key in two places: another machine runs with a member's node key.
//!
//! ```text
//! mesh: two processes by turns ───────────────────────────┐
//! mesh: a second one appears ─▶ the connected one answers ─┴▶ seen here ─KeyTwice─▶ both processes
//!                                                                 more than f tell ─▶ "elsewhere"
//! ```
//!
//! A node that restarts, or was restored from a backup, shows its key twice too, but there is one
//! process at a time.
//!
//! What it guarantees: nothing is decided by what others tell of a key; no node withholds a vote for it,
//! and `node rejoin` alone is refused.

use std::collections::BTreeMap;

use nemcon_ledger::text::{Code, Time};

use super::message::Message;
use super::step::Step;

/// For how long two processes are believed to run after that was last seen or told, in milliseconds. A
/// process that is refused or replaced tries again sooner.
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
    /// The members that tell that another process shows this node's own key, and when they told it last.
    told: BTreeMap<Code, Time>,
    /// When each member was last told that another process shows its key.
    warned: BTreeMap<Code, Time>,
}

/// Whether less than `ms` lie between two times. After a clock was set, it may be so no longer.
fn is_recent(at: Time, now: Time, ms: u64) -> bool {
    now.as_ms().abs_diff(at.as_ms()) < ms
}

impl Rivals {
    /// Two processes show this member's key by turns.
    pub(super) fn see(&mut self, step: &mut Step, member: &Code, is_connected: bool) {
        self.seen.insert(member.clone(), step.now);
        self.warn(step, member, is_connected);
    }

    /// The process of this member that is connected has answered a question of that time; whether it was
    /// asked because a second process had appeared.
    pub(super) fn shows_to_run(&mut self, member: &Code, asked: Time) -> bool {
        let is_asked = self.asked.get(member) == Some(&asked);
        if is_asked {
            self.asked.remove(member);
        }
        is_asked
    }

    /// Tells the process that is connected that another one shows its key, as long as that is so.
    pub(super) fn warn(&mut self, step: &mut Step, member: &Code, is_connected: bool) {
        let now = step.now;
        let is_seen = self.seen.get(member).is_some_and(|at| is_recent(*at, now, RIVAL_MS));
        let warned = self.warned.get(member);
        let is_warned = warned.is_some_and(|at| is_recent(*at, now, RIVAL_TOLD_AGAIN_MS));
        if is_seen && !is_warned && is_connected {
            self.warned.insert(member.clone(), now);
            step.send(member, &Message::KeyTwice);
        }
    }

    /// A connection has ended; the next one may be of the other process.
    pub(super) fn forget_connection(&mut self, member: &Code) {
        self.asked.remove(member);
        self.warned.remove(member);
    }

    /// A member tells that another process shows this node's own key.
    pub(super) fn tells(&mut self, step: &Step, member: &Code) {
        self.told.insert(member.clone(), step.now);
    }

    /// A second process with this member's key has appeared: the connected one is asked.
    pub(super) fn ask(&mut self, step: &Step, member: &Code) {
        self.asked.insert(member.clone(), step.now);
    }

    /// The members whose key two running processes show.
    pub(super) fn in_two_places(&self, now: Time) -> impl Iterator<Item = &Code> {
        let seen = self.seen.iter();
        seen.filter(move |(_, at)| is_recent(**at, now, RIVAL_MS)).map(|(code, _)| code)
    }

    /// The members that tell that another process shows this node's own key.
    pub(super) fn tellers(&self, now: Time) -> impl Iterator<Item = &Code> {
        let told = self.told.iter();
        told.filter(move |(_, at)| is_recent(**at, now, RIVAL_MS)).map(|(code, _)| code)
    }
}
