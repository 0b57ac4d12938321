//! Words for people: times, counts, the state of a measure, what became of a statement.

mod answer;
mod change;
mod clock;
mod measure;

use core::fmt::Display;
use std::time::{SystemTime, UNIX_EPOCH};

use nemcon_ledger::Time;
pub use nemcon_ledger::text::span::span;

pub use answer::{ordered, ordered_then};
pub use change::{rests_on, sentence};
pub use clock::{clocked, knows};
pub use measure::{gone, moved, put_off, remarked, reserved, revised, said_on, state};

/// A time of today, `23:58:41.120 UTC`; a time of another day has its date,
/// `2026-11-23 23:58:41.120 UTC`.
pub fn moment(time: Time) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = u64::try_from(since.as_millis()).ok().and_then(|ms| Time::from_ms(ms).ok());
    moment_as_of(time, now)
}

fn moment_as_of(time: Time, now: Option<Time>) -> String {
    let (said, today) = (dated(time), now.map(dated));
    match today.and_then(|today| said.strip_prefix(&today[..DATE_CHARS])) {
        Some(of_today) => of_today.to_owned(),
        None => said,
    }
}

/// The number of characters in `2026-11-23 `.
const DATE_CHARS: usize = 11;

/// A time with its date: `2026-11-23 23:58:41.120 UTC`; whole seconds are shown without decimals.
pub fn dated(time: Time) -> String {
    let text = time.to_string().replace('T', " ").replace('Z', "");
    format!("{} UTC", text.strip_suffix(".000").unwrap_or(&text))
}

/// The minute of a time, with its date: `2026-11-23 23:58 UTC`. Seconds are cut, so a deadline is
/// never shown later than it is.
pub fn minute(time: Time) -> String {
    let text = time.to_string().replace('T', " ");
    format!("{} UTC", &text[..16])
}

/// The first characters of a digest, for a person to compare.
pub fn short(digest: impl Display) -> String {
    let mut text = digest.to_string();
    text.truncate(16);
    text
}

/// A number with its noun: `1 ballot`, `2 ballots`.
pub fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_its_zone_and_unless_it_is_of_today_its_date() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        let time = at("2026-11-23T23:58:41.120Z");
        for (now, said) in [
            ("2026-11-23T00:00:00.000Z", "23:58:41.120 UTC"),
            ("2026-11-23T23:59:59.999Z", "23:58:41.120 UTC"),
            ("2026-11-24T00:00:00.000Z", "2026-11-23 23:58:41.120 UTC"),
            ("2027-11-23T23:58:41.120Z", "2026-11-23 23:58:41.120 UTC"),
        ] {
            assert_eq!(moment_as_of(time, Some(at(now))), said);
        }
        assert_eq!(moment_as_of(time, None), "2026-11-23 23:58:41.120 UTC");
        assert_eq!(dated(at("2027-01-29T12:00:00.000Z")), "2027-01-29 12:00:00 UTC");
    }
}
