//! How far the members' clocks are from this node's, as their nodes tell it.
//!
//! A node asks, and the other node tells what its clock reads. The difference can be wrong by half of
//! the time between the question and the answer.
//!
//! What it guarantees: up to f members that lie make no right clock look off, because more than f must
//! agree that it is. What it does not: nothing is decided by what a member tells of its clock.

use std::collections::BTreeMap;

use nemcon_ledger::text::{Code, Time};

use super::message::Message;
use super::step::Step;

/// A clock is off from this difference on, in milliseconds. It is well below the 5 s beyond which no node
/// votes for a block that a node with such a clock proposes.
pub const CLOCK_OFF_MS: u64 = 2_000;
/// A clock that was off is right again below this difference, in milliseconds.
pub const CLOCK_RIGHT_MS: u64 = 1_000;

/// Another node's clock, as it looked when it answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How far it was ahead of this node's, in milliseconds.
    pub ahead_ms: i64,
    /// How much more or less that can be.
    pub within_ms: u64,
}

/// The members' clocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Clocks {
    /// The members that were asked, and when, by this node's clock.
    asked: BTreeMap<Code, Time>,
    read: BTreeMap<Code, Reading>,
}

impl Clocks {
    /// Asks a member what its clock reads.
    pub(super) fn ask(&mut self, step: &mut Step, member: &Code) {
        let asked = step.now;
        self.asked.insert(member.clone(), asked);
        step.send(member, &Message::ClockWanted { asked });
    }

    /// A member answers a question; whether it was the last one that it was asked.
    pub(super) fn answered(&mut self, member: &Code, asked: Time, reads: Time, now: Time) -> bool {
        if self.asked.get(member) != Some(&asked) {
            return false;
        }
        self.asked.remove(member);
        // Where this node's own clock was set back meanwhile, the answer says nothing of the time.
        if let Some(waited) = now.as_ms().checked_sub(asked.as_ms()) {
            let within_ms = waited / 2;
            let ahead_ms = signed(reads.as_ms()) - signed(asked.as_ms() + within_ms);
            self.read.insert(member.clone(), Reading { ahead_ms, within_ms });
        }
        true
    }

    /// A member has gone: its clock is of no matter until it is back.
    pub(super) fn forget(&mut self, member: &Code) {
        self.asked.remove(member);
        self.read.remove(member);
    }

    /// The clocks of those that have told theirs, as seen from this node's.
    pub(super) const fn readings(&self) -> &BTreeMap<Code, Reading> {
        &self.read
    }

    /// How far this node's own clock is ahead of the others', if it is off.
    pub(super) fn own_off(&self, faults_max: usize, threshold_ms: u64) -> Option<i64> {
        let behind = |it: &Reading| Reading { ahead_ms: -it.ahead_ms, ..*it };
        let others: Vec<_> = self.read.values().map(behind).collect();
        clock_off(&others, faults_max, threshold_ms)
    }

    /// How far a member's clock is ahead of the others' and this node's, if it is off.
    pub(super) fn off_of(
        &self,
        member: &Code,
        faults_max: usize,
        threshold_ms: u64,
    ) -> Option<i64> {
        let theirs = self.read.get(member)?;
        // A clock that is off itself is no measure of another one.
        let own = self.own_off(faults_max, threshold_ms).is_none();
        let own = own.then_some(&Reading { ahead_ms: 0, within_ms: 0 });
        let others = self.read.iter().filter(|(code, _)| *code != member);
        let all = others.map(|(_, reading)| reading).chain(own);
        let ahead = all.map(|it| Reading {
            ahead_ms: theirs.ahead_ms - it.ahead_ms,
            within_ms: theirs.within_ms + it.within_ms,
        });
        clock_off(&ahead.collect::<Vec<_>>(), faults_max, threshold_ms)
    }
}

/// Milliseconds as a signed number; those of a time or a wait are far below the limit.
fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX / 4)
}

/// How far a clock is ahead of others, whose differences from it are given, if it is off. It is off if more
/// than half of the others say so in the same direction, and more than `faults_max` do, so that one of
/// them tells the truth. The figure is the least that more than half of them confirm.
pub fn clock_off(ahead_of: &[Reading], faults_max: usize, threshold_ms: u64) -> Option<i64> {
    let enough = (ahead_of.len() / 2).max(faults_max) + 1;
    let least = |sign: i64| {
        let sure = |it: &Reading| sign * it.ahead_ms - signed(it.within_ms);
        let mut by: Vec<i64> = ahead_of.iter().map(sure).collect();
        by.sort_unstable_by(|one, other| other.cmp(one));
        by.get(enough - 1).copied().filter(|by| *by >= signed(threshold_ms))
    };
    least(1).or_else(|| least(-1).map(|by| -by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::faulty_max;

    fn off(by_ms: &[i64], faults_max: usize) -> Option<i64> {
        let reading = |ahead_ms: &i64| Reading { ahead_ms: *ahead_ms, within_ms: 100 };
        let readings: Vec<_> = by_ms.iter().map(reading).collect();
        clock_off(&readings, faults_max, CLOCK_OFF_MS)
    }

    const HOURS: i64 = 2 * 3_600_000;

    #[test]
    fn a_clock_is_off_once_more_than_half_of_the_others_and_more_than_f_say_so() {
        for (by_ms, faults_max, wanted) in [
            (vec![HOURS, HOURS, HOURS], 1, Some(HOURS - 100)),
            (vec![-HOURS, -HOURS, -HOURS], 1, Some(100 - HOURS)),
            (vec![10, HOURS, HOURS], 1, Some(HOURS - 100)),
            (vec![10, -20, 30], 1, None),
            // One of four may lie; alone it is not believed, nor with others away.
            (vec![10, 20, HOURS], 1, None),
            (vec![HOURS], 1, None),
            (vec![10, HOURS], 1, None),
            // Of two or three none may.
            (vec![HOURS], 0, Some(HOURS - 100)),
            (vec![10, HOURS], 0, None),
            (vec![HOURS, HOURS], 0, Some(HOURS - 100)),
            // They do not agree which way.
            (vec![HOURS, -HOURS, 0], 1, None),
            (vec![], 0, None),
            // What the way there and back may be wrong by is left out.
            (vec![2_050, 2_050, 2_050], 1, None),
            (vec![2_100, 2_100, 2_100], 1, Some(2_000)),
        ] {
            assert_eq!(off(&by_ms, faults_max), wanted, "{by_ms:?}");
        }
    }

    #[test]
    fn up_to_f_liars_make_no_right_clock_look_off() {
        for n in 4..=13_usize {
            let f = faulty_max(n);
            for heard in 1..n {
                let liars = f.min(heard);
                let mut by = vec![HOURS; liars];
                by.resize(heard, 0);
                assert_eq!(off(&by, f), None, "n = {n}, heard = {heard}");
            }
            // And with all up they hide no clock that is off.
            let mut by = vec![HOURS; n - 1 - f];
            by.resize(n - 1, 0);
            assert_eq!(off(&by, f), Some(HOURS - 100), "n = {n}");
        }
    }

    #[test]
    fn an_answer_is_of_the_last_question_and_bounded_by_the_wait() {
        let at = |ms| Time::from_ms(ms).unwrap();
        let member: Code = "DK".parse().unwrap();
        let mut clocks = Clocks::default();
        clocks.asked.insert(member.clone(), at(10_000));
        assert!(!clocks.answered(&member, at(9_000), at(50_000), at(10_400)));
        assert!(clocks.answered(&member, at(10_000), at(50_000), at(10_400)));
        let reading = Reading { ahead_ms: 39_800, within_ms: 200 };
        assert_eq!(clocks.read.get(&member), Some(&reading));
        // Once.
        assert!(!clocks.answered(&member, at(10_000), at(90_000), at(10_400)));
        // A clock that went back while the answer was on its way.
        clocks.asked.insert(member.clone(), at(10_000));
        assert!(clocks.answered(&member, at(10_000), at(90_000), at(9_000)));
        assert_eq!(clocks.read.get(&member), Some(&reading));
    }
}
