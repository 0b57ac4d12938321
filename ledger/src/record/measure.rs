//! A measure: what is proposed, complete enough to decide on.

use core::fmt;

use nemcon_crypto::Digest;

use super::RecordError;
use super::statement::Head;
use crate::text::fields::words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{Fields, Label, Line, Time, Writer};

/// How many targets of one sort; who they are never enters the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// `persons`, `entities`.
    pub sort: Label,
    /// How many.
    pub count: u32,
}

/// A document that the measure binds; the file stays off the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// SHA-256 of the file.
    pub digest: Digest,
    /// Its length in bytes.
    pub length: u64,
    /// Its language, as in BCP 47: `en`.
    pub language: Label,
    /// The file's name.
    pub name: Line,
}

/// What is proposed. It is identified by the hash of its text and numbered when it is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Council and signer: the proposer.
    pub head: Head,
    /// Its title.
    pub title: Line,
    /// Its kind in the charter, which settles the rule.
    pub kind: Label,
    /// The rule by which it is decided.
    pub rule: Label,
    /// Its category.
    pub category: Option<Label>,
    /// Legal bases.
    pub basis: Vec<Line>,
    /// Whose initiative it is, as text.
    pub initiative: Option<Line>,
    /// Where it is or will be published, its number, its file.
    pub references: Vec<Line>,
    /// What it amends.
    pub amends: Vec<Line>,
    /// What it does, a line a paragraph.
    pub summary: Vec<Line>,
    /// Why it is proportionate.
    pub proportionality: Option<Line>,
    /// Targets as counts.
    pub targets: Vec<Targets>,
    /// Documents bound by digest.
    pub documents: Vec<Document>,
    /// Ballots count from here, if not at once.
    pub opens: Option<Time>,
    /// Ballots count before this time only.
    pub closes: Time,
    /// When what it decides ends.
    pub expires: Option<Time>,
}

impl Measure {
    pub(super) fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let measure = Self {
            head,
            title: fields.required("title")?,
            kind: fields.required("kind")?,
            rule: fields.required("rule")?,
            category: fields.optional("category")?,
            basis: fields.repeated_with("basis", str::parse)?,
            initiative: fields.optional("initiative")?,
            references: fields.repeated_with("reference", str::parse)?,
            amends: fields.repeated_with("amends", str::parse)?,
            summary: fields.repeated_with("summary", str::parse)?,
            proportionality: fields.optional("proportionality")?,
            targets: fields.repeated_with("targets", parse_targets)?,
            documents: fields.repeated_with("document", parse_document)?,
            opens: fields.optional("opens")?,
            closes: fields.required("closes")?,
            expires: fields.optional("expires")?,
        };
        if measure.opens.is_some_and(|opens| opens >= measure.closes) {
            return Err(fields.refuse("closes", "a time after `opens`").into());
        }
        if measure.expires.is_some_and(|expires| expires <= measure.closes) {
            return Err(fields.refuse("expires", "a time after `closes`").into());
        }
        Ok(measure)
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer
            .field("title", &self.title)
            .field("kind", &self.kind)
            .field("rule", &self.rule)
            .optional("category", self.category.as_ref())
            .repeated("basis", &self.basis)
            .optional("initiative", self.initiative.as_ref())
            .repeated("reference", &self.references)
            .repeated("amends", &self.amends)
            .repeated("summary", &self.summary)
            .optional("proportionality", self.proportionality.as_ref())
            .repeated("targets", &self.targets)
            .repeated("document", &self.documents)
            .optional("opens", self.opens)
            .field("closes", self.closes)
            .optional("expires", self.expires);
    }
}

impl fmt::Display for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sort, self.count)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {} {}", self.digest, self.length, self.language, self.name)
    }
}

fn parse_targets(text: &str) -> Result<Targets, ValueError> {
    let [sort, count] = words(text).ok_or(ValueError("a sort of targets and their number"))?;
    Ok(Targets { sort: sort.parse()?, count: parse_number(count)? })
}

fn parse_document(text: &str) -> Result<Document, ValueError> {
    let [digest, length, language, name] =
        words(text).ok_or(ValueError("a digest, a length, a language and a name"))?;
    Ok(Document {
        digest: digest.parse::<Digest>()?,
        length: parse_number(length)?,
        language: language.parse()?,
        name: name.parse()?,
    })
}
