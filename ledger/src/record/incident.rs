//! Shared situational awareness: incidents, and who is held to stand behind them.

use core::fmt;
use core::str::FromStr;

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{
    ChainKey, ChainLink, Head, Kind, parse_after, parse_public, render_after, render_public,
};
use super::measure_fields::Cited;
use crate::text::fields::split_words;
use crate::text::value::ValueError;
use crate::text::words::words;
use crate::text::{Fields, Label, Line, Time, Writer};

/// How severe an incident is by one factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severity {
    /// One of the charter's factors: `scope`.
    pub factor: Label,
    /// One of the charter's levels: `high`.
    pub level: Label,
}

/// An incident that a member reports. Its text hash identifies it; the order gives it its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Council and signer.
    pub head: Head,
    /// Its title.
    pub title: Line,
    /// One of the charter's categories.
    pub category: Label,
    /// When it began.
    pub from: Time,
    /// When it ended, if it has.
    pub until: Option<Time>,
    /// How severe it is, each factor at most once, in the charter's order.
    pub severity: Vec<Severity>,
    /// What happened, a line a paragraph.
    pub summary: Vec<Line>,
    /// Evidence as salted commitments; it stays off the ledger [rules.md R8].
    pub evidence: Vec<Digest>,
}

words!(
    /// Whether a member speaks for itself or together with others.
    Manner,
    "`alone` or `joint`",
    {
        /// For itself.
        Alone = "alone",
        /// Together with others.
        Joint = "joint",
    }
);

/// A member's attribution of an incident: its own sovereign act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Council and signer.
    pub head: Head,
    /// The incident.
    pub incident: Cited,
    /// One of the charter's findings: `none`, `state`.
    pub finding: Label,
    /// Who, in words or as a commitment; where the finding names somebody.
    pub who: Option<Line>,
    /// The commitment to who, where that stays off the ledger.
    pub digest: Option<Digest>,
    /// One of the charter's words for confidence.
    pub confidence: Label,
    /// Alone or joint.
    pub manner: Manner,
    /// Whether the member makes it public.
    pub is_public: bool,
    /// The leaf hash of the member's last attribution of this incident.
    pub after: Option<Digest>,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.factor, self.level)
    }
}

impl FromStr for Severity {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let [factor, level] = split_words(text).ok_or(ValueError("a factor and a level"))?;
        Ok(Self { factor: factor.parse()?, level: level.parse()? })
    }
}

impl Kind for Incident {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        None
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            title: fields.required("title")?,
            category: fields.required("category")?,
            from: fields.required("from")?,
            until: fields.optional("until")?,
            severity: fields.repeated_with("severity", str::parse)?,
            summary: fields.repeated_with("summary", str::parse)?,
            evidence: fields.repeated_with("evidence", |text| Ok(text.parse::<Digest>()?))?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("title", &self.title)
            .field("category", &self.category)
            .field("from", self.from)
            .optional("until", self.until)
            .repeated("severity", &self.severity)
            .repeated("summary", &self.summary)
            .repeated("evidence", &self.evidence);
    }
}

impl Kind for Attribution {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        let chain = ChainKey::Incident(self.incident.number, self.head.by.clone());
        Some(ChainLink { chain, after: self.after })
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            incident: fields.required("incident")?,
            finding: fields.required("finding")?,
            who: fields.optional("who")?,
            digest: fields.optional("digest")?,
            confidence: fields.required("confidence")?,
            manner: fields.required("manner")?,
            is_public: fields.required_with("public", parse_public)?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("incident", self.incident)
            .field("finding", &self.finding)
            .optional("who", self.who.as_ref())
            .optional("digest", self.digest)
            .field("confidence", &self.confidence)
            .field("manner", self.manner);
        render_public(writer, self.is_public);
        render_after(writer, self.after);
    }
}
