//! An incident's draft: a TOML file with the record's own field names.

use std::collections::BTreeMap;
use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_ledger::record::incident::Severity;
use nemcon_ledger::record::statement::{Body, Head};
use nemcon_ledger::record::{Charter, Incident};
use nemcon_ledger::text::time::TimeError;
use nemcon_ledger::text::{Label, Line};
use serde::Deserialize;

use super::{DraftError, Source, parse_time, when};
use crate::config::{parse_toml, read_text};

/// An incident as a draft file gives it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentDraft {
    /// The incident's title.
    pub title: Line,
    /// The incident's category, one of the charter's.
    pub category: Label,
    /// The time at which the incident began [RFC 3339, UTC].
    #[serde(deserialize_with = "when::when")]
    pub from: String,
    /// The time at which the incident ended, if it has.
    #[serde(default, deserialize_with = "when::maybe")]
    pub until: Option<String>,
    /// The incident's severity, by factor of the charter.
    #[serde(default)]
    pub severity: BTreeMap<Label, Label>,
    /// What happened, in paragraphs.
    #[serde(default)]
    pub summary: Vec<Line>,
    /// The evidence, as commitments that `nemcon commit` makes.
    #[serde(default)]
    pub evidence: Vec<Digest>,
    /// The file that the draft was read from, so that errors can name its lines.
    #[serde(skip)]
    pub source: Option<Source>,
}

impl IncidentDraft {
    /// Reads a draft from a file.
    ///
    /// # Errors
    /// [`DraftError::Config`].
    pub fn load(path: &Path) -> Result<Self, DraftError> {
        let text = read_text(path)?;
        let draft = parse_toml(&text, path)?;
        Ok(Self { source: Some(Source::new(path, &text)), ..draft })
    }

    /// The incident's text, reported by the party of `head`, with the severity in the charter's order.
    ///
    /// # Errors
    /// [`DraftError`], with the file and the line if the draft was read from a file.
    pub fn into_body(mut self, head: Head, charter: &Charter) -> Result<Body, DraftError> {
        let source = self.source.take();
        self.make(head, charter).map_err(|error| match source {
            Some(source) => source.locate(error),
            None => error,
        })
    }

    fn make(self, head: Head, charter: &Charter) -> Result<Body, DraftError> {
        let factors: &[Label] = charter.incidents.as_ref().map_or(&[], |it| &it.factors);
        let place = |factor: &Label| factors.iter().position(|known| known == factor);
        let severity = self.severity.into_iter();
        let mut severity: Vec<_> =
            severity.map(|(factor, level)| Severity { factor, level }).collect();
        // A factor that the charter does not have goes last. The council refuses it by name.
        severity.sort_by_key(|it| place(&it.factor).unwrap_or(usize::MAX));
        let from = parse_time("from", Some(&self.from))?;
        let body = Body::Incident(Incident {
            head,
            title: self.title,
            category: self.category,
            from: from.ok_or(DraftError::Time { field: "from", error: TimeError::Form })?,
            until: parse_time("until", self.until.as_deref())?,
            severity,
            summary: self.summary,
            evidence: self.evidence,
        });
        Ok(Body::parse(&body.render())?)
    }
}
