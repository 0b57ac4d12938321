//! Time as the ledger writes it: UTC in milliseconds, RFC 3339.

use core::fmt;
use core::ops::Range;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use super::calendar;

/// Milliseconds since the Unix epoch, UTC; written `2026-11-23T20:47:00.000Z` [RFC 3339].
///
/// Years 1970 to 9999, always three decimals and `Z`, so that a time has one written form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64")]
pub struct Time(u64);

/// 9999-12-29T23:59:59.999Z, the last whole day of the calendar library.
const TIME_MS_MAX: u64 = 253_402_127_999_999;

const DAY_MS: u64 = 24 * 3_600_000;

/// Why a text or a number is not a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not in its one written form.
    #[error("a time is written like 2026-11-23T20:47:00.000Z")]
    Form,
    /// Behind the last time that there is.
    #[error("the last time that a record can state is 9999-12-29T23:59:59.999Z")]
    TooLate,
}

impl Time {
    /// The time that lies `ms` milliseconds after the epoch.
    ///
    /// # Errors
    /// [`TimeError`] after the year 9999.
    pub fn from_ms(ms: u64) -> Result<Self, TimeError> {
        if ms <= TIME_MS_MAX { Ok(Self(ms)) } else { Err(TimeError::TooLate) }
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Whole days of UTC since the epoch.
    pub const fn day(self) -> u64 {
        self.0 / DAY_MS
    }

    /// When the next day of UTC begins; the last one that can be written has none.
    #[must_use]
    pub fn next_day(self) -> Self {
        Self::from_ms((self.day() + 1) * DAY_MS).unwrap_or(Self(TIME_MS_MAX))
    }

    /// So many times 24 hours later, if that can be written.
    pub fn plus_days(self, days: u32) -> Option<Self> {
        Self::from_ms(self.0 + u64::from(days) * DAY_MS).ok()
    }

    /// Whole seconds since the epoch, as cosignatures carry them.
    pub const fn as_s(self) -> u64 {
        self.0 / 1000
    }
}

impl TryFrom<u64> for Time {
    type Error = TimeError;

    fn try_from(ms: u64) -> Result<Self, TimeError> {
        Self::from_ms(ms)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = FORM;
        let (year, month, day) = calendar::date_of(self.day());
        let (s, ms) = (self.as_s(), self.0 % 1000);
        let parts = [year, month, day, s / 3600 % 24, s / 60 % 60, s % 60, ms];
        for (place, mut number) in PLACES.into_iter().zip(parts) {
            for digit in text[place].iter_mut().rev() {
                *digit = b"0123456789"[usize::try_from(number % 10).expect("a digit")];
                number /= 10;
            }
        }
        f.write_str(str::from_utf8(&text).expect("a time is ASCII"))
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        read(text).ok_or_else(|| why_not(text))
    }
}

/// A written time; the digits of each of its numbers stand at the place in [`PLACES`].
const FORM: [u8; 24] = *b"0000-00-00T00:00:00.000Z";

/// Where year, month, day, hour, minute, second and millisecond stand.
const PLACES: [Range<usize>; 7] = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19, 20..23];

/// Reads a time in its one written form.
fn read(text: &str) -> Option<Time> {
    let text: &[u8; 24] = text.as_bytes().try_into().ok()?;
    let mut numbers = [0; 7];
    let mut shape = FORM;
    for (place, number) in PLACES.into_iter().zip(&mut numbers) {
        for digit in &text[place.clone()] {
            *number = *number * 10 + u64::from(digit.checked_sub(b'0').filter(|it| *it < 10)?);
        }
        shape[place.clone()].copy_from_slice(&text[place]);
    }
    let [year, month, day, hours, minutes, seconds, ms] = numbers;
    if shape != *text || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let days = calendar::days_to(year, month, day)?;
    Time::from_ms((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms).ok()
}

/// Why a text that is not read is no time; the calendar library knows whether it is a later one.
fn why_not(text: &str) -> TimeError {
    let Ok(at) = text.parse::<jiff::Timestamp>() else { return unparsed(text) };
    match u64::try_from(at.as_millisecond()).map(Time::from_ms) {
        Ok(Err(late)) => late,
        Ok(Ok(_)) | Err(_) => TimeError::Form,
    }
}

/// Why a text does not parse: the calendar library ends before the year 9999 does.
fn unparsed(text: &str) -> TimeError {
    let earlier = text.strip_prefix("9999-").map(|rest| format!("9998-{rest}"));
    let is_late = earlier.is_some_and(|earlier| earlier.parse::<jiff::Timestamp>().is_ok());
    if is_late { TimeError::TooLate } else { TimeError::Form }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_time_has_one_written_form() {
        let text = "2026-11-23T20:47:00.000Z";
        let time: Time = text.parse().unwrap();
        assert_eq!(time.as_ms(), 1_795_466_820_000);
        assert_eq!(time.to_string(), text);
        for wrong in [
            "2026-11-23T20:47:00Z",
            "2026-11-23T20:47:00.0000Z",
            "2026-11-23t20:47:00.000z",
            "2026-11-23 20:47:00.000Z",
            "2026-11-23T20:47:00.000+00:00",
            "2026-02-30T00:00:00.000Z",
            "1969-12-31T23:59:59.999Z",
            "",
            "2026-11-23T20:47:60.000Z",
        ] {
            assert_eq!(wrong.parse::<Time>(), Err(TimeError::Form), "{wrong}");
        }
    }

    #[test]
    fn the_range_ends_with_the_year_9999() {
        let last = Time::from_ms(TIME_MS_MAX).unwrap();
        assert_eq!(last.to_string(), "9999-12-29T23:59:59.999Z");
        assert_eq!(last.to_string().parse(), Ok(last));
        assert_eq!(Time::from_ms(TIME_MS_MAX + 1), Err(TimeError::TooLate));
        for late in ["9999-12-30T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
            assert_eq!(late.parse::<Time>(), Err(TimeError::TooLate), "{late}");
        }
        assert_eq!("9999-12-32T00:00:00.000Z".parse::<Time>(), Err(TimeError::Form));
        assert_eq!(Time::default().to_string(), "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_day_begins_at_midnight_and_the_last_one_has_no_next() {
        let time: Time = "2026-11-23T20:47:00.000Z".parse().unwrap();
        assert_eq!(time.next_day().to_string(), "2026-11-24T00:00:00.000Z");
        assert_eq!(time.next_day().next_day().to_string(), "2026-11-25T00:00:00.000Z");
        assert_eq!(time.next_day().day(), time.day() + 1);
        assert_eq!(Time::from_ms(time.next_day().as_ms() - 1).unwrap().day(), time.day());
        let last = Time::from_ms(TIME_MS_MAX).unwrap();
        assert_eq!(last.next_day(), last);
    }

    /// How the calendar library writes a time.
    fn by_library(ms: u64) -> String {
        let at = jiff::Timestamp::from_millisecond(i64::try_from(ms).unwrap()).unwrap();
        format!("{at:.3}")
    }

    /// What is read and why the rest is refused, by the calendar library alone.
    fn read_by_library(text: &str) -> Result<Time, TimeError> {
        let at: jiff::Timestamp = text.parse().map_err(|_| unparsed(text))?;
        let ms = u64::try_from(at.as_millisecond()).map_err(|_| TimeError::Form)?;
        let time = Time::from_ms(ms)?;
        if by_library(ms) == text { Ok(time) } else { Err(TimeError::Form) }
    }

    #[test]
    fn the_first_and_the_last_moment_of_a_day_are_written_as_the_calendar_library_does() {
        for day in (0..=TIME_MS_MAX / DAY_MS).step_by(97) {
            for ms in [day * DAY_MS, (day + 1) * DAY_MS - 1] {
                assert_eq!(Time(ms).to_string(), by_library(ms));
                assert_eq!(by_library(ms).parse(), Ok(Time(ms)));
            }
        }
    }

    proptest! {
        #[test]
        fn a_time_is_read_and_refused_as_by_the_calendar_library(
            ms in 0..=TIME_MS_MAX,
            at in 0..24_usize,
            with in "[0-9TZ:.+ tz-]{0,2}",
            cut in 0..3_usize,
        ) {
            let mut text = Time(ms).to_string();
            prop_assert_eq!(&text, &by_library(ms));
            text.replace_range(at..(at + cut).min(24), &with);
            prop_assert_eq!(text.parse(), read_by_library(&text), "{}", text);
        }

        #[test]
        fn a_time_of_any_digits_is_read_and_refused_as_by_the_calendar_library(
            text in "(19[67]|20[0-9]|[0-9]{3}|999)[0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\\.[0-9]{3}Z",
        ) {
            prop_assert_eq!(text.parse(), read_by_library(&text), "{}", text);
        }
    }

    #[test]
    fn a_time_out_of_range_is_not_decoded() {
        use serde::de::IntoDeserializer as _;
        use serde::de::value::{Error, U64Deserializer};
        let decode = |ms: u64| {
            let ms: U64Deserializer<Error> = ms.into_deserializer();
            Time::deserialize(ms)
        };
        assert_eq!(decode(TIME_MS_MAX), Ok(Time(TIME_MS_MAX)));
        assert!(decode(TIME_MS_MAX + 1).is_err());
    }
}
