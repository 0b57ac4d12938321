//! What lies ahead of a council: deadlines of open measures, and the dates of what was adopted.

mod ics;

use core::fmt;

use nemcon_ledger::Time;
use nemcon_ledger::council::{Force, join};
use nemcon_ledger::text::Code;
use serde::Serialize;

use crate::api::{MeasureSummary, PredecessorView, PublicationView};
use crate::words::{count, minute};

pub use ics::{Class, write as ics};

/// The number of milliseconds in a day.
const DAY_MS: u64 = 24 * 3_600_000;

/// What happens at the time of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// Balloting on the measure opens.
    Opens,
    /// Balloting on the measure ends.
    Deadline,
    /// What was adopted enters into force.
    Enters,
    /// What was adopted is to be reviewed.
    Review,
    /// What was adopted ends.
    Expiry,
}

impl What {
    /// The written form, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Deadline => "deadline",
            Self::Enters => "enters",
            Self::Review => "review",
            Self::Expiry => "expiry",
        }
    }

    /// What happens to this measure, in words: `deadline of measure 7`.
    pub fn of(self, number: u64) -> String {
        match self {
            Self::Opens => format!("balloting opens on measure {number}"),
            Self::Deadline => format!("deadline of measure {number}"),
            Self::Enters => format!("measure {number} enters into force"),
            Self::Review => format!("review of measure {number}"),
            Self::Expiry => format!("measure {number} expires"),
        }
    }

    /// Whether the charter's reminders are about it: they are about what needs a new decision.
    const fn has_reminders(self) -> bool {
        matches!(self, Self::Review | Self::Expiry)
    }
}

/// A date of a measure that is to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When it happens.
    pub time: Time,
    /// What happens.
    pub what: What,
    /// The measure's number.
    pub measure: u64,
    /// The measure's title.
    pub title: String,
    /// The measure's kind, in a word of the charter.
    pub kind: String,
    /// The code of the party that tabled the measure.
    pub by: Code,
    /// The codes of the members without a ballot, before a deadline.
    pub missing: Vec<Code>,
    /// What the measure renews, amends or repeals.
    pub predecessor: Option<PredecessorView>,
    /// The whole days until then.
    pub days_left: u64,
    /// The last reminder that has been reached, in days before the event.
    pub reminder: Option<u32>,
    /// The reminders that are to come, in days before the event, the longest first.
    pub reminders: Vec<u32>,
    /// How the event is marked, if only members may see it: that of a measure that is not public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marking: Option<String>,
}

impl Event {
    /// All events of these measures, the nearest first, with the charter's reminders in days.
    pub fn all(measures: &[MeasureSummary], reminders: &[u32], now: Time) -> Vec<Self> {
        let mut all: Vec<_> = measures
            .iter()
            .flat_map(|measure| {
                let dates = dates(measure, now).into_iter();
                dates.map(|(what, time)| Self::of(measure, what, time, reminders, now))
            })
            .collect();
        all.sort_by_key(|event| (event.time, event.measure, event.what));
        all
    }

    fn of(measure: &MeasureSummary, what: What, time: Time, reminders: &[u32], now: Time) -> Self {
        let left_ms = time.as_ms().saturating_sub(now.as_ms());
        let mine: &[u32] = if what.has_reminders() { reminders } else { &[] };
        let is_ahead = |days: &u32| u64::from(*days) * DAY_MS < left_ms;
        let (ahead, reached): (Vec<u32>, Vec<u32>) = mine.iter().partition(|days| is_ahead(days));
        Self {
            time,
            what,
            measure: measure.number,
            title: measure.title.clone(),
            kind: measure.kind.clone(),
            by: measure.by.clone(),
            missing: if what == What::Deadline { measure.missing.clone() } else { Vec::new() },
            predecessor: measure.predecessor.clone(),
            days_left: left_ms / DAY_MS,
            reminder: reached.last().copied(),
            reminders: ahead,
            marking: measure.publication.as_ref().and_then(PublicationView::marking_of_act),
        }
    }

    /// Whether somebody has to act: a ballot is missing, or a reminder has been reached.
    pub const fn is_due(&self) -> bool {
        !self.missing.is_empty() || self.reminder.is_some()
    }

    /// Whether it lies within so many days from now. What is said to be in that many days does.
    pub const fn is_within(&self, days: u64) -> bool {
        self.days_left <= days
    }

    /// Whether it is this party's: it tabled the measure, or its ballot is missing.
    pub fn is_of(&self, party: &Code) -> bool {
        self.by == *party || self.missing.contains(party)
    }

    /// When it happens and what: `2026-12-12 10:00 UTC, in 13 days: deadline of measure 7`.
    pub fn head(&self) -> String {
        let left = match self.days_left {
            0 => "within a day".to_owned(),
            days => format!("in {}", count(days, "day")),
        };
        format!("{}, {left}: {}", minute(self.time), self.what.of(self.measure))
    }

    /// Whose it is, what it follows on and what is due: `by BE; renews measure 1; missing: EL FR`.
    pub fn whose(&self) -> String {
        let mut words = vec![format!("by {}", self.by)];
        words.extend(
            self.predecessor.as_ref().map(|it| format!("{} measure {}", it.relation, it.number)),
        );
        if !self.missing.is_empty() {
            words.push(format!("missing: {}", join(&self.missing)));
        }
        words.extend(self.reminder.map(|days| format!("the reminder of {days} days is reached")));
        words.join("; ")
    }
}

impl fmt::Display for Event {
    /// The event without its measure's title, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.head(), self.whose())
    }
}

/// The dates of a measure that are to come. A deadline that has passed stays until a block ends the
/// balloting.
fn dates(measure: &MeasureSummary, now: Time) -> Vec<(What, Time)> {
    let to_come = |time: &Time| *time > now;
    if measure.is_open() {
        let opens = measure.opens.filter(to_come).map(|time| (What::Opens, time));
        return opens.into_iter().chain([(What::Deadline, measure.closes)]).collect();
    }
    let holds = matches!(
        measure.force,
        Some(
            Force::NotYet { .. } | Force::InForce | Force::Expiring { .. } | Force::Amended { .. }
        )
    );
    let dates = [
        (What::Enters, measure.enters),
        (What::Review, measure.reviews),
        (What::Expiry, measure.expires),
    ];
    let dates = dates.into_iter().filter(|_| holds);
    dates.filter_map(|(what, time)| Some((what, time.filter(to_come)?))).collect()
}

#[cfg(test)]
mod tests;
