//! Statements that steer a measure: withdrawal and close.

use nemcon_crypto::Digest;

use super::RecordError;
use super::statement::{Head, parse_after, render_after};
use crate::text::value::parse_number;
use crate::text::{Code, FieldError, Fields, Label, Line, Writer};

/// Which measure a statement is about, told so that a reader knows it and a mistake is caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The measure's number.
    pub measure: u64,
    /// Its revision, from 1.
    pub revision: u32,
    /// The hash of its text.
    pub text: Digest,
    /// Its title.
    pub title: Line,
    /// Its rule.
    pub rule: Label,
}

/// The proposer takes its measure back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Council and signer.
    pub head: Head,
    /// Whose statement this is: the signer's own.
    pub on_behalf: Code,
    /// Which measure.
    pub about: About,
    /// Why.
    pub reason: Option<Line>,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

/// Balloting ends before its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Council and signer.
    pub head: Head,
    /// Whose statement this is: the signer's own.
    pub on_behalf: Code,
    /// Which measure.
    pub about: About,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

impl About {
    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            measure: fields.required_with("measure", parse_number)?,
            revision: fields.required_with("revision", parse_number)?,
            text: fields.required("text")?,
            title: fields.required("title")?,
            rule: fields.required("rule")?,
        })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer
            .field("measure", self.measure)
            .field("revision", self.revision)
            .field("text", self.text)
            .field("title", &self.title)
            .field("rule", &self.rule);
    }
}

impl Withdrawal {
    pub(super) fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            reason: fields.optional("reason")?,
            after: parse_after(fields)?,
        })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer.optional("reason", self.reason.as_ref());
        render_after(writer, self.after);
    }
}

impl Close {
    pub(super) fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            after: parse_after(fields)?,
        })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        render_after(writer, self.after);
    }
}
