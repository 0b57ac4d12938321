//! A day without a time: `2026-10-01`.

use core::fmt;
use core::str::FromStr;

use super::calendar::{date_of, days_to};
use super::value::ValueError;

/// A day from 1970-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u64);

/// The number of characters in `2026-10-01`.
const CHARS: usize = 10;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let wants = ValueError("a day like 2026-10-01");
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let parts: Vec<_> = text.split('-').collect();
        let &[year, month, day] = &parts[..] else { return Err(wants) };
        if text.len() != CHARS
            || year.len() != 4
            || month.len() != 2
            || !parts.iter().all(|it| is_digits(it))
        {
            return Err(wants);
        }
        let number = |part: &str| part.parse::<u64>().map_err(|_| wants);
        let days = days_to(number(year)?, number(month)?, number(day)?);
        days.map(Self).ok_or(wants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_written_form() {
        for good in ["1970-01-01", "2024-02-29", "2026-10-01", "9999-12-31"] {
            assert_eq!(good.parse::<Day>().unwrap().to_string(), good);
        }
        for bad in [
            "2026-10-1",
            "2026-02-29",
            "2026-13-01",
            "1969-12-31",
            "26-10-0001",
            "+026-10-01",
            "2026-10-01Z",
            "2026-1-001",
            "",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
