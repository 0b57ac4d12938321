//! An incident's file: TOML with the record's own field names.

use std::collections::BTreeMap;
use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_ledger::record::incident::Severity;
use nemcon_ledger::record::statement::{Body, Head};
use nemcon_ledger::record::{Charter, Incident};
use nemcon_ledger::text::time::TimeError;
use nemcon_ledger::text::{Label, Line};
use serde::Deserialize;

use super::{DraftError, parse_time};
use crate::config::{ConfigError, parse_toml};

/// An incident as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentDraft {
    /// Its title.
    pub title: Line,
    /// One of the charter's categories.
    pub category: Label,
    /// When it began [RFC 3339, UTC].
    pub from: String,
    /// When it ended, if it has.
    pub until: Option<String>,
    /// How severe it is, by factor.
    #[serde(default)]
    pub severity: BTreeMap<Label, Label>,
    /// What happened.
    #[serde(default)]
    pub summary: Vec<Line>,
    /// Evidence: commitments that `nemcon commit` makes.
    #[serde(default)]
    pub evidence: Vec<Digest>,
}

impl IncidentDraft {
    /// Reads a draft.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Io { path: path.to_owned(), source })?;
        parse_toml(&text, path)
    }

    /// The incident's text as `head` reports it, severity in the charter's order.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn into_body(self, head: Head, charter: &Charter) -> Result<Body, DraftError> {
        let factors: &[Label] = charter.incidents.as_ref().map_or(&[], |it| &it.factors);
        let place = |factor: &Label| factors.iter().position(|known| known == factor);
        let severity = self.severity.into_iter();
        let mut severity: Vec<_> =
            severity.map(|(factor, level)| Severity { factor, level }).collect();
        // What the charter does not know goes last; the council refuses it by name.
        severity.sort_by_key(|it| place(&it.factor).unwrap_or(usize::MAX));
        let from = parse_time("from", Some(&self.from))?;
        let body = Body::Incident(Incident {
            head,
            title: self.title,
            category: self.category,
            from: from.ok_or(DraftError::Time { field: "from", error: TimeError })?,
            until: parse_time("until", self.until.as_deref())?,
            severity,
            summary: self.summary,
            evidence: self.evidence,
        });
        Ok(Body::parse(&body.render())?)
    }
}
