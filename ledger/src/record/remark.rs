//! A remark: a party's own statement on a measure, for the minutes. It is no ballot.
//!
//! What it guarantees: a remark is a text, or the digest of one, and never both. What it does not: whether
//! the council lets it in is for its law to judge.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{OnMeasure, Said, parse_public, render_public};
use crate::text::{Fields, Label, Line, Writer};

/// What a remark says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemarkText {
    /// Its text, a line a paragraph; at least one.
    Lines(Vec<Line>),
    /// The digest of its text, which stays off the ledger: SHA-256 of the file, or a commitment to it.
    Digest(Digest),
}

/// A party's statement on a measure, also after its end: for the minutes, or to explain its vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What every statement on a measure says.
    pub said: Said,
    /// Its sort, one of the charter's: `statement-for-the-minutes`.
    pub sort: Label,
    /// What it says.
    pub text: RemarkText,
    /// Whether the party makes it public with the act.
    pub is_public: bool,
}

impl OnMeasure for Remark {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let sort = fields.required("sort")?;
        let lines = fields.repeated_with("says", str::parse)?;
        let text = if lines.is_empty() {
            RemarkText::Digest(fields.required("digest")?)
        } else {
            RemarkText::Lines(lines)
        };
        let is_public = fields.required_with("public", parse_public)?;
        Ok(Self { said, sort, text, is_public })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer.field("sort", &self.sort);
        match &self.text {
            RemarkText::Lines(lines) => writer.repeated("says", lines),
            RemarkText::Digest(digest) => writer.field("digest", digest),
        };
        render_public(writer, self.is_public);
    }
}
