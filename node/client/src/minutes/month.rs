//! A month of UTC, as minutes are asked for: `2026-11`.

use core::fmt;
use core::str::FromStr;

use nemcon_ledger::Time;

/// The months' names, from January on.
const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A month of UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Year and month, `2026-11`.
    written: String,
    /// The month's place in the year, from 0 on.
    place: usize,
}

/// Words that are no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2026-11: the year, then the month in two digits")]
pub struct NoMonth;

impl FromStr for Month {
    type Err = NoMonth;

    /// Parses `2026-11`.
    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let first: Time = format!("{text}-01T00:00:00.000Z").parse().map_err(|_| NoMonth)?;
        let written = text.to_owned();
        let place = first.to_string().get(5..7).and_then(|month| month.parse::<usize>().ok());
        let place = place.and_then(|month| month.checked_sub(1)).ok_or(NoMonth)?;
        Ok(Self { written, place })
    }
}

impl Month {
    /// Whether the time lies in the month.
    pub fn contains(&self, time: Time) -> bool {
        time.to_string().starts_with(&format!("{self}-"))
    }

    /// The month as people write it: `November 2026`.
    pub fn name(&self) -> String {
        let year = self.written.split('-').next().unwrap_or_default();
        format!("{} {year}", NAMES.get(self.place).unwrap_or(&""))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_a_year_and_a_month_and_nothing_else() {
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!((month.to_string(), month.name()), ("2026-11".into(), "November 2026".into()));
        for (text, name) in [("2026-01", "January 2026"), ("2027-12", "December 2027")] {
            assert_eq!(text.parse::<Month>().unwrap().name(), name);
        }
        for bad in ["2026", "2026-13", "2026-00", "november", "2026-1", "2026-11-01", ""] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_month_begins_and_ends_at_midnight_of_utc() {
        let month: Month = "2026-11".parse().unwrap();
        for (time, is_in) in [
            ("2026-10-31T23:59:59.999Z", false),
            ("2026-11-01T00:00:00.000Z", true),
            ("2026-11-30T23:59:59.999Z", true),
            ("2026-12-01T00:00:00.000Z", false),
        ] {
            assert_eq!(month.contains(time.parse().unwrap()), is_in, "{time}");
        }
    }
}
