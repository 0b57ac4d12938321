//! The fields of a form: what was typed, and what is wrong with it, said beside the field.

use core::str::FromStr;
use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nemcon_ledger::Time;
use nemcon_ledger::text::Line;

use crate::uploads::Sent;
use crate::words::Words;

/// A form that was sent, with what is wrong, by the names of its fields.
pub(crate) struct Filled<'a> {
    /// What was sent.
    pub(crate) sent: &'a Sent,
    /// The words of the person's language.
    pub(crate) words: &'static Words,
    errors: BTreeMap<String, String>,
}

impl<'a> Filled<'a> {
    /// A form of which nothing is wrong so far.
    pub(crate) const fn new(sent: &'a Sent, words: &'static Words) -> Self {
        Self { sent, words, errors: BTreeMap::new() }
    }

    /// Notes what is wrong with a field, unless something else is already.
    pub(crate) fn wrong(&mut self, field: &str, why: impl Into<String>) {
        self.errors.entry(field.to_owned()).or_insert_with(|| why.into());
    }

    /// What is wrong, by field.
    pub(crate) fn into_errors(self) -> BTreeMap<String, String> {
        self.errors
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.errors.is_empty()
    }

    /// The value of a field that may be empty.
    pub(crate) fn maybe<T: FromStr>(&mut self, field: &str) -> Option<T>
    where
        T::Err: core::fmt::Display,
    {
        let text = self.sent.get(field);
        if text.is_empty() {
            return None;
        }
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let why = (self.words.field_unfit)(&error.to_string());
                self.wrong(field, why);
                None
            }
        }
    }

    /// The value of a field that must be filled in.
    pub(crate) fn required<T: FromStr>(&mut self, field: &str) -> Option<T>
    where
        T::Err: core::fmt::Display,
    {
        if self.sent.get(field).is_empty() {
            self.wrong(field, self.words.field_missing);
            return None;
        }
        self.maybe(field)
    }

    /// The values of the lines of a field.
    pub(crate) fn lines<T: FromStr>(&mut self, field: &str) -> Vec<T>
    where
        T::Err: core::fmt::Display,
    {
        let mut values = Vec::new();
        for (at, line) in (1..).zip(self.sent.lines(field)) {
            match line.parse() {
                Ok(value) => values.push(value),
                Err(error) => {
                    let why: T::Err = error;
                    let why = (self.words.field_unfit_line)(at, &why.to_string());
                    self.wrong(field, why);
                }
            }
        }
        values
    }

    /// The values of the boxes of this name that are ticked.
    pub(crate) fn ticked<T: FromStr>(&mut self, field: &str) -> Vec<T> {
        self.sent.all(field).filter_map(|text| text.parse().ok()).collect()
    }

    /// A time that was typed by the clocks of `zone`, if there is one; otherwise in UTC.
    pub(crate) fn time(&mut self, field: &str, zone: Option<&Line>) -> Option<Time> {
        let text = self.sent.get(field);
        if text.is_empty() {
            return None;
        }
        let time = in_zone(text, zone);
        if time.is_none() {
            self.wrong(field, self.words.field_no_time);
        }
        time
    }
}

/// The time that was typed as `2026-12-24T12:00` by the clocks of `zone`; in UTC without one. A time that the clocks
/// skip or show twice is none.
pub(crate) fn in_zone(text: &str, zone: Option<&Line>) -> Option<Time> {
    let typed: DateTime = text.parse().ok()?;
    let zone = zone.map_or(Ok(TimeZone::UTC), |zone| TimeZone::get(zone.as_str())).ok()?;
    let at = zone.to_ambiguous_zoned(typed).unambiguous().ok()?;
    Time::from_ms(u64::try_from(at.timestamp().as_millisecond()).ok()?).ok()
}

/// The time as it is typed, `2026-12-24T12:00`, by the clocks of `zone`; cut to the minute.
pub(crate) fn typed(time: Time, zone: Option<&Line>) -> String {
    let zone = zone.and_then(|zone| TimeZone::get(zone.as_str()).ok()).unwrap_or(TimeZone::UTC);
    let at =
        i64::try_from(time.as_ms()).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    at.map_or_else(String::new, |at| {
        let at = at.to_zoned(zone);
        let (year, month, day) = (at.year(), at.month(), at.day());
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", at.hour(), at.minute())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_typed_by_the_clocks_of_the_seat() {
        let zone: Line = "Europe/Brussels".parse().unwrap();
        let at = |text| in_zone(text, Some(&zone)).map(|time| time.to_string());
        assert_eq!(at("2026-12-24T12:00").unwrap(), "2026-12-24T11:00:00.000Z");
        assert_eq!(at("2026-07-24T12:00").unwrap(), "2026-07-24T10:00:00.000Z");
        // These minutes are skipped in spring, and come twice in autumn.
        assert_eq!((at("2026-03-29T02:30"), at("2026-10-25T02:30")), (None, None));
        assert_eq!(at("tomorrow"), None);
        let time: Time = "2026-12-24T11:00:00.000Z".parse().unwrap();
        assert_eq!(typed(time, Some(&zone)), "2026-12-24T12:00");
        assert_eq!(typed(time, None), "2026-12-24T11:00");
        assert_eq!(in_zone(&typed(time, None), None), Some(time));
    }
}
