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
