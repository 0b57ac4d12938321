//! Days and hours as people of a language write them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use nemcon_ledger::Time;
use nemcon_ledger::text::Line;

use super::dictionary::Words;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// A time by the clocks of a zone; none if it is out of range.
fn at(time: Time, zone: TimeZone) -> Option<Zoned> {
    let ms = i64::try_from(time.as_ms()).ok()?;
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(zone))
}

/// The zone of this name with its place; none if this release does not know it.
fn known(zone: Option<&Line>) -> Option<(TimeZone, &str)> {
    let name = zone?.as_str();
    let place = name.rsplit_once('/').map_or(name, |(_, city)| city);
    Some((TimeZone::get(name).ok()?, place))
}

fn date(words: &Words, at: &Zoned) -> String {
    let (day, month) = (at.day().unsigned_abs(), at.month().unsigned_abs());
    (words.date)(at.year().unsigned_abs(), month, day)
}

fn hour(at: &Zoned) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// A time by the clocks of the seat and in UTC: `1 December 2026, 14:00 Brussels (13:00 UTC)`. Seconds are cut, so that
/// a deadline is never shown later than it is.
pub(crate) fn both(words: &Words, time: Time, zone: Option<&Line>) -> String {
    let Some(utc) = at(time, TimeZone::UTC) else { return time.to_string() };
    let Some((there, place)) = known(zone).and_then(|(zone, place)| Some((at(time, zone)?, place)))
    else {
        return format!("{}, {} UTC", date(words, &utc), hour(&utc));
    };
    let day =
        if utc.date() == there.date() { String::new() } else { format!("{}, ", date(words, &utc)) };
    let place = (words.place)(place);
    format!("{}, {} {place} ({day}{} UTC)", date(words, &there), hour(&there), hour(&utc))
}

/// The day of a time with its weekday, by the clocks of the seat.
pub(crate) fn day(words: &Words, time: Time, zone: Option<&Line>) -> String {
    let zone = known(zone).map_or(TimeZone::UTC, |(zone, _)| zone);
    let Some(there) = at(time, zone) else { return time.to_string() };
    let weekday = there.weekday().to_monday_zero_offset().unsigned_abs();
    format!("{} {}", words.weekdays[usize::from(weekday) % 7], date(words, &there))
}

/// A span in its largest unit: `3 days`, `5 hours`, `12 minutes`.
pub(crate) fn span(words: &Words, ms: u64) -> String {
    match ms {
        0..MINUTE_MS => words.under_a_minute.to_owned(),
        MINUTE_MS..HOUR_MS => (words.minutes_left)(ms / MINUTE_MS),
        HOUR_MS..DAY_MS => (words.hours)(ms / HOUR_MS),
        _ => (words.days)(ms / DAY_MS),
    }
}
