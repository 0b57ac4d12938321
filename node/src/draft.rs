//! A measure's file: TOML with the record's own field names, made into the text that is signed.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::measure::{Document, Targets};
use nemcon_ledger::record::statement::{Body, Head};
use nemcon_ledger::record::{Charter, Measure, RecordError};
use nemcon_ledger::text::time::TimeError;
use nemcon_ledger::text::{Label, Line, Time};
use serde::Deserialize;

use crate::config::{ConfigError, parse_toml};

/// A measure as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Its title.
    pub title: Line,
    /// Its kind in the charter.
    pub kind: Label,
    /// The rule; by default the charter's for the kind.
    pub rule: Option<Label>,
    /// Its category.
    pub category: Option<Label>,
    /// Legal bases.
    #[serde(default)]
    pub basis: Vec<Line>,
    /// Whose initiative it is.
    pub initiative: Option<Line>,
    /// Where it is published.
    #[serde(default)]
    pub references: Vec<Line>,
    /// What it amends.
    #[serde(default)]
    pub amends: Vec<Line>,
    /// What it does.
    #[serde(default)]
    pub summary: Vec<Line>,
    /// Why it is proportionate.
    pub proportionality: Option<Line>,
    /// Targets as counts, by sort.
    #[serde(default)]
    pub targets: BTreeMap<Label, u32>,
    /// Documents to bind.
    #[serde(default)]
    pub documents: Vec<DraftDocument>,
    /// Balloting opens at this time [RFC 3339, UTC].
    pub opens: Option<String>,
    /// Balloting closes at this time.
    pub closes: Option<String>,
    /// Balloting closes so long after now: `14 days`, `36 hours`, `90 minutes`.
    pub closes_in: Option<String>,
    /// When what it decides ends.
    pub expires: Option<String>,
}

/// A document: a file beside the draft, or its digest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftDocument {
    /// The file, taken from the draft's folder; digest and length are read off it.
    pub file: Option<PathBuf>,
    /// Its name; by default the file's.
    pub name: Option<Line>,
    /// Its language; by default `en`.
    pub language: Option<Label>,
    /// Its length in bytes, where no file is given.
    pub length: Option<u64>,
    /// Its SHA-256, where no file is given.
    pub digest: Option<Digest>,
}

/// Why a draft makes no measure.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The file cannot be read or is not of this shape.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The charter has no such kind, so that the rule is open.
    #[error("the charter knows no kind `{kind}`; it has: {}", .known.iter().map(Label::as_str).collect::<Vec<_>>().join(", "))]
    Kind {
        /// The draft's.
        kind: Label,
        /// The charter's.
        known: Vec<Label>,
    },
    /// A field that should hold a time does not.
    #[error("`{field}`: {error}")]
    Time {
        /// Which.
        field: &'static str,
        /// Why.
        error: TimeError,
    },
    /// No deadline, or two.
    #[error("give one of `closes` (a time) and `closes_in` (like \"14 days\")")]
    Closes,
    /// Not a span of time.
    #[error("`closes_in` is a number and a unit: \"14 days\", \"36 hours\", \"90 minutes\"")]
    Span,
    /// A document that is neither a file nor described.
    #[error("document {0}: give `file`, or `name`, `length` and `digest`")]
    Document(usize),
    /// A document that cannot be read.
    #[error("document {}: {source}", .path.display())]
    DocumentFile {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its text would be no record.
    #[error("the text that would be signed is refused: {0}")]
    Record(#[from] RecordError),
}

impl Draft {
    /// Reads a draft.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Io { path: path.to_owned(), source })?;
        Self::parse(&text, path)
    }

    /// Parses a draft's text; `path` is named in what goes wrong.
    ///
    /// # Errors
    /// [`ConfigError::Toml`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        parse_toml(text, path)
    }

    /// The measure's text as `head` tables it at `now`; files are taken from `folder`.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn into_body(
        self,
        head: Head,
        charter: &Charter,
        now: Time,
        folder: &Path,
    ) -> Result<Body, DraftError> {
        let closes = self.closes(now)?;
        let documents = (1..).zip(&self.documents).map(|(at, document)| document.bind(at, folder));
        let measure = Measure {
            head,
            rule: self.rule(charter)?,
            opens: parse_time("opens", self.opens.as_deref())?,
            closes,
            expires: parse_time("expires", self.expires.as_deref())?,
            documents: documents.collect::<Result<_, _>>()?,
            targets: self
                .targets
                .into_iter()
                .map(|(sort, count)| Targets { sort, count })
                .collect(),
            title: self.title,
            kind: self.kind,
            category: self.category,
            basis: self.basis,
            initiative: self.initiative,
            references: self.references,
            amends: self.amends,
            summary: self.summary,
            proportionality: self.proportionality,
        };
        let body = Body::Measure(measure);
        // What is signed must be what is read back: the grammar has the last word.
        Ok(Body::parse(&body.render())?)
    }

    fn rule(&self, charter: &Charter) -> Result<Label, DraftError> {
        let of_charter = charter.kind(&self.kind).map(|kind| kind.rule.clone());
        self.rule.clone().or(of_charter).ok_or_else(|| DraftError::Kind {
            kind: self.kind.clone(),
            known: charter.kinds.iter().map(|kind| kind.name.clone()).collect(),
        })
    }

    fn closes(&self, now: Time) -> Result<Time, DraftError> {
        match (&self.closes, &self.closes_in) {
            (Some(_), None) => {
                parse_time("closes", self.closes.as_deref())?.ok_or(DraftError::Closes)
            }
            (None, Some(span)) => {
                let ms = parse_span_ms(span).ok_or(DraftError::Span)?;
                let closes = now.as_ms().checked_add(ms).ok_or(DraftError::Span)?;
                Time::from_ms(closes).map_err(|_| DraftError::Span)
            }
            _ => Err(DraftError::Closes),
        }
    }
}

impl DraftDocument {
    fn bind(&self, at: usize, folder: &Path) -> Result<Document, DraftError> {
        let language = || self.language.clone().unwrap_or_else(english);
        match (&self.file, self.length, self.digest) {
            (Some(file), None, None) => {
                let path = folder.join(file);
                let bytes = std::fs::read(&path)
                    .map_err(|source| DraftError::DocumentFile { path: path.clone(), source })?;
                let (digest, length) = (hash::sha256(&bytes), bytes.len() as u64);
                let name = self.name.clone().or_else(|| file_name(file));
                let name = name.ok_or(DraftError::Document(at))?;
                Ok(Document { digest, length, language: language(), name })
            }
            (None, Some(length), Some(digest)) => {
                let name = self.name.clone().ok_or(DraftError::Document(at))?;
                Ok(Document { digest, length, language: language(), name })
            }
            _ => Err(DraftError::Document(at)),
        }
    }
}

fn file_name(path: &Path) -> Option<Line> {
    path.file_name()?.to_str()?.parse().ok()
}

fn english() -> Label {
    "en".parse().expect("`en` is a label")
}

/// Reads a time; whole seconds may leave the decimals out.
fn parse_time(field: &'static str, text: Option<&str>) -> Result<Option<Time>, DraftError> {
    let Some(text) = text else { return Ok(None) };
    let whole = text.strip_suffix('Z').filter(|rest| !rest.contains('.'));
    let text = whole.map_or_else(|| text.to_owned(), |rest| format!("{rest}.000Z"));
    text.parse().map(Some).map_err(|error| DraftError::Time { field, error })
}

/// `14 days` in milliseconds; at least one, at most a hundred years.
fn parse_span_ms(text: &str) -> Option<u64> {
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

#[cfg(test)]
mod tests;
