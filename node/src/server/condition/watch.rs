//! The time since which each condition holds, and its reports: one when it begins, one when it is over.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::text::{Code, Time};

use super::facts::Facts;
use super::judge::{Candidate, conditions};
use super::{Condition, Kind};

/// How long a condition must hold before it is reported, so that nobody is told of what ends by
/// itself within that time.
pub const fn patience(kind: Kind) -> Duration {
    match kind {
        Kind::TooFewConnected => Duration::from_secs(5),
        Kind::PeerUnreachable | Kind::SealLate | Kind::Behind => Duration::from_secs(10),
        Kind::OrderingStalled | Kind::Listening | Kind::RosterUnconfirmed => {
            Duration::from_secs(30)
        }
        Kind::Stopped
        | Kind::OwnKeyElsewhere
        | Kind::DiskNearlyFull
        | Kind::ClockOff
        | Kind::Observing
        | Kind::Following
        | Kind::PeerNameUnresolved
        | Kind::PeerNotInRoster => Duration::ZERO,
    }
}

/// What progress of blocks or seals means for a condition that holds.
enum Progress {
    /// Progress means nothing.
    Ignored,
    /// The condition begins anew, unless it was reported already.
    Delays,
    /// The condition is over and begins anew.
    Ends,
    /// The condition is not reported while it goes on to hold, because the council makes progress.
    Mutes,
}

const fn progress(kind: Kind) -> Progress {
    match kind {
        Kind::SealLate | Kind::Behind => Progress::Delays,
        Kind::OrderingStalled => Progress::Ends,
        Kind::TooFewConnected => Progress::Mutes,
        _ => Progress::Ignored,
    }
}

/// One condition for as long as it holds.
#[derive(Clone, Debug)]
struct Spell {
    condition: Condition,
    since: Time,
    began: Duration,
    progress: u64,
    is_muted: bool,
    is_told: bool,
}

/// A condition that is being reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingCondition<'a> {
    /// The condition.
    pub condition: &'a Condition,
    /// The time since which the condition holds, by this node's clock.
    pub since: Time,
}

/// A report for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The condition is reported from now on.
    Begins(Condition),
    /// A reported condition is over.
    Over {
        /// The condition as it was last.
        condition: Condition,
        /// How long the condition held.
        lasted: Duration,
    },
}

/// The conditions of one node, with their times.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    spells: BTreeMap<(Kind, Code), Spell>,
}

impl Watch {
    /// Derives the conditions from the facts and returns the reports, most urgent first. `now` is
    /// the clock; `uptime` never goes back.
    pub fn look(&mut self, facts: &Facts, now: Time, uptime: Duration) -> Vec<Change> {
        let found = {
            let is_told = |kind, code: &Code| {
                self.spells.get(&(kind, code.clone())).is_some_and(|spell| spell.is_told)
            };
            conditions(facts, &is_told)
        };
        let key = |it: &Candidate| (it.condition.kind(), it.condition.about.clone());
        let held: BTreeSet<_> = found.iter().map(key).collect();
        let over = self.spells.extract_if(.., |key, _| !held.contains(key));
        let over = over.filter(|(_, spell)| spell.is_told);
        let mut changes: Vec<_> = over.map(|(_, spell)| spell.over(uptime)).collect();
        for candidate in found {
            let spell = self.spells.entry(key(&candidate)).or_insert_with(|| Spell {
                condition: candidate.condition.clone(),
                since: now,
                began: uptime,
                progress: candidate.progress,
                is_muted: false,
                is_told: false,
            });
            changes.extend(spell.go_on(candidate, now, uptime));
        }
        changes
    }

    /// The conditions that are reported now, most urgent first.
    pub fn told(&self) -> impl Iterator<Item = StandingCondition<'_>> {
        let told = self.spells.values().filter(|spell| spell.is_told);
        told.map(|spell| StandingCondition { condition: &spell.condition, since: spell.since })
    }
}

impl Spell {
    fn over(self, uptime: Duration) -> Change {
        let lasted = uptime.saturating_sub(self.began);
        Change::Over { condition: self.condition, lasted }
    }

    /// Notes that the condition still holds.
    fn go_on(&mut self, now_is: Candidate, now: Time, uptime: Duration) -> Vec<Change> {
        let kind = now_is.condition.kind();
        let mut changes = Vec::new();
        if now_is.progress != self.progress {
            match progress(kind) {
                Progress::Ignored => {}
                Progress::Delays if self.is_told => {}
                Progress::Delays => self.begin_anew(now, uptime),
                Progress::Ends => {
                    if self.is_told {
                        changes.push(self.clone().over(uptime));
                    }
                    self.begin_anew(now, uptime);
                }
                Progress::Mutes => {
                    if self.is_told {
                        changes.push(self.clone().over(uptime));
                    }
                    (self.is_muted, self.is_told) = (true, false);
                }
            }
        }
        (self.condition, self.progress) = (now_is.condition, now_is.progress);
        let is_due = uptime.saturating_sub(self.began) >= patience(kind);
        if is_due && !self.is_muted && !self.is_told {
            self.is_told = true;
            changes.push(Change::Begins(self.condition.clone()));
        }
        changes
    }

    fn begin_anew(&mut self, now: Time, uptime: Duration) {
        (self.since, self.began, self.is_told) = (now, uptime, false);
    }
}
