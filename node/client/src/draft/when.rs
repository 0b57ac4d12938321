//! Times in drafts: as strings, or as TOML's own dates.

use nemcon_ledger::text::Time;
use serde::{Deserialize, Deserializer};

use super::error::DraftError;

/// A time as a string, or as a TOML date.
#[derive(Deserialize)]
#[serde(untagged, expecting = "wants a time such as \"2026-12-24T12:00:00Z\"")]
enum When {
    Quoted(String),
    Plain(toml::value::Datetime),
}

/// Reads a time, for `#[serde(deserialize_with)]`.
pub(super) fn when<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match When::deserialize(from)? {
        When::Quoted(text) => text,
        When::Plain(date) => date.to_string(),
    })
}

/// Reads a time that may be missing, for `#[serde(deserialize_with)]`.
pub(super) fn maybe<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    when(from).map(Some)
}

/// Parses the time in `field`. Whole seconds may leave out the decimals.
pub fn parse_time(field: &'static str, text: Option<&str>) -> Result<Option<Time>, DraftError> {
    let Some(text) = text else { return Ok(None) };
    let whole = text.strip_suffix('Z').filter(|rest| !rest.contains('.'));
    let text = whole.map_or_else(|| text.to_owned(), |rest| format!("{rest}.000Z"));
    text.parse().map(Some).map_err(|error| DraftError::Time { field, error })
}

/// The milliseconds of a span such as `14 days`: at least one, at most a hundred years.
pub fn parse_span_ms(text: &str) -> Option<u64> {
    const LONGEST_MS: u64 = 100 * 366 * 24 * 3_600_000;
    let (number, unit) = text.split_once(' ')?;
    let unit_ms = match unit.strip_suffix('s').unwrap_or(unit) {
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => 24 * 3_600_000,
        "week" => 7 * 24 * 3_600_000,
        _ => return None,
    };
    let ms = number.parse::<u64>().ok()?.checked_mul(unit_ms)?;
    (1..=LONGEST_MS).contains(&ms).then_some(ms)
}
