//! The hour at the seat of a council, beside UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use nemcon_ledger::Time;
use nemcon_ledger::text::Line;

use super::dated;

/// A time in UTC and by the clocks of `zone`: `2026-12-14 22:30:00 UTC (23:30 in Brussels)`; where it is another
/// day there, with its date. A zone that this release does not know is left out.
pub fn clocked(time: Time, zone: Option<&Line>) -> String {
    let utc = dated(time);
    let there = zone.and_then(|zone| there(time, zone.as_str()));
    there.map_or_else(|| utc.clone(), |there| format!("{utc} ({there})"))
}

/// Whether this release knows the clocks of a zone.
pub fn knows(zone: &Line) -> bool {
    TimeZone::get(zone.as_str()).is_ok()
}

fn there(time: Time, zone: &str) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(time.as_ms()).ok()?).ok()?;
    let utc = at.to_zoned(TimeZone::UTC).date();
    let local = at.to_zoned(TimeZone::get(zone).ok()?);
    let day = if local.date() == utc { String::new() } else { format!("{} ", local.date()) };
    let place = zone.rsplit_once('/').map_or(zone, |(_, city)| city).replace('_', " ");
    Some(format!("{day}{:02}:{:02} in {place}", local.hour(), local.minute()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_at_the_seat_follows_summer_time_and_says_another_day() {
        let zone: Line = "Europe/Brussels".parse().unwrap();
        for (at, said) in [
            ("2026-12-14T22:30:00.000Z", "2026-12-14 22:30:00 UTC (23:30 in Brussels)"),
            ("2026-12-14T23:00:00.000Z", "2026-12-14 23:00:00 UTC (2026-12-15 00:00 in Brussels)"),
            // Summer time ends on the last Sunday of October at 01:00 UTC: 03:00 becomes 02:00.
            ("2026-10-25T00:59:00.000Z", "2026-10-25 00:59:00 UTC (02:59 in Brussels)"),
            ("2026-10-25T01:00:00.000Z", "2026-10-25 01:00:00 UTC (02:00 in Brussels)"),
            ("2026-03-29T00:59:59.000Z", "2026-03-29 00:59:59 UTC (01:59 in Brussels)"),
            ("2026-03-29T01:00:00.000Z", "2026-03-29 01:00:00 UTC (03:00 in Brussels)"),
        ] {
            assert_eq!(clocked(at.parse().unwrap(), Some(&zone)), said);
        }
        let at = "2026-12-14T22:30:00.000Z".parse().unwrap();
        assert_eq!(clocked(at, None), "2026-12-14 22:30:00 UTC");
        assert_eq!(
            clocked(at, Some(&"Europe/Atlantis".parse().unwrap())),
            "2026-12-14 22:30:00 UTC"
        );
        assert!(knows(&zone) && !knows(&"Europe/Atlantis".parse().unwrap()));
    }
}
