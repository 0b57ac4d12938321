//! What becomes of an adopted measure: it follows from its dates, its successors and the time.

use core::fmt;

use super::measure::MeasureState;
use super::status::Status;
use crate::record::measure_fields::Relation;
use crate::text::Time;

const DAY_MS: u64 = 24 * 3_600_000;

/// Whether what was adopted holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// It was adopted, and does not hold yet.
    NotYet {
        /// When the measure enters into force.
        enters: Time,
    },
    /// It holds.
    InForce,
    /// It holds, and ends within the charter's window.
    Expiring {
        /// When the measure ends.
        expires: Time,
    },
    /// Its time is over.
    Expired {
        /// When the measure ended.
        expires: Time,
    },
    /// Another measure continues it.
    Renewed {
        /// The number of the measure that renews it.
        by: u64,
    },
    /// It holds as another measure changes it.
    Amended {
        /// The number of the last measure that amends it.
        by: u64,
    },
    /// Another measure ended it.
    Repealed {
        /// The number of the measure that repeals it.
        by: u64,
    },
    /// It is attested that a court, or whoever may, has annulled it.
    Annulled,
}

impl fmt::Display for Force {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotYet { enters } => {
                write!(f, "not yet in force: enters into force at {enters}")
            }
            Self::InForce => f.pad("in force"),
            Self::Expiring { expires } => write!(f, "in force, expiring at {expires}"),
            Self::Expired { expires } => write!(f, "expired at {expires}"),
            Self::Renewed { by } => write!(f, "renewed by measure {by}"),
            Self::Amended { by } => write!(f, "in force, amended by measure {by}"),
            Self::Repealed { by } => write!(f, "repealed by measure {by}"),
            Self::Annulled => f.pad("annulled"),
        }
    }
}

impl MeasureState {
    /// What has become of it at `now`; `None` if it was not adopted. It is called expiring within
    /// `expiring_days` of its end.
    pub fn force(&self, now: Time, expiring_days: Option<u32>) -> Option<Force> {
        if !matches!(self.status, Status::Adopted { .. }) {
            return None;
        }
        if self.annulled.is_some() {
            return Some(Force::Annulled);
        }
        let last = |relation| {
            let mut successors = self.successors.iter().rev();
            successors.find(|it| it.relation == relation).map(|it| it.number)
        };
        if let Some(by) = last(Relation::Repeals) {
            return Some(Force::Repealed { by });
        }
        if let Some(by) = last(Relation::Renews) {
            return Some(Force::Renewed { by });
        }
        if let Some(enters) = self.terms.enters.filter(|enters| *enters > now) {
            return Some(Force::NotYet { enters });
        }
        let window_ms = u64::from(expiring_days.unwrap_or(0)) * DAY_MS;
        Some(match (self.terms.expires, last(Relation::Amends)) {
            (Some(expires), _) if expires <= now => Force::Expired { expires },
            (Some(expires), _) if expires.as_ms() - now.as_ms() <= window_ms => {
                Force::Expiring { expires }
            }
            (_, Some(by)) => Force::Amended { by },
            _ => Force::InForce,
        })
    }
}
