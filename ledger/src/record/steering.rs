//! Statements that steer a measure: extension, withdrawal, close; and what is attested of it.

use nemcon_crypto::Digest;

use super::RecordError;
use super::statement::{ChainKey, ChainLink, Head, Kind, parse_after, render_after};
use crate::text::value::parse_number;
use crate::text::{Code, FieldError, Fields, Label, Line, Time, Writer};

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
    /// The text hash of the package that it belongs to.
    pub package: Option<Digest>,
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

/// The deadline is put off; ballots stand, and anyone may retract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Council and signer.
    pub head: Head,
    /// Whose statement this is: the signer's own.
    pub on_behalf: Code,
    /// Which measure.
    pub about: About,
    /// The new deadline.
    pub closes: Time,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

/// A participant attests something about a measure, also after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Council and signer.
    pub head: Head,
    /// Whose statement this is: the signer's own.
    pub on_behalf: Code,
    /// Which measure.
    pub about: About,
    /// What is attested: one of the charter's words, such as `published`.
    pub attests: Label,
    /// Where it can be found, or other words.
    pub reference: Option<Line>,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

impl About {
    /// The link of a statement for `code` on this measure.
    pub(super) fn link(&self, code: &Code, after: Option<Digest>) -> ChainLink {
        ChainLink { chain: ChainKey::Measure(self.measure, code.clone()), after }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            measure: fields.required_with("measure", parse_number)?,
            revision: fields.required_with("revision", parse_number)?,
            text: fields.required("text")?,
            title: fields.required("title")?,
            rule: fields.required("rule")?,
            package: fields.optional("package")?,
        })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer
            .field("measure", self.measure)
            .field("revision", self.revision)
            .field("text", self.text)
            .field("title", &self.title)
            .field("rule", &self.rule)
            .optional("package", self.package);
    }
}

impl Kind for Withdrawal {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(self.about.link(&self.on_behalf, self.after))
    }

    fn about(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            reason: fields.optional("reason")?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer.optional("reason", self.reason.as_ref());
        render_after(writer, self.after);
    }
}

impl Kind for Close {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(self.about.link(&self.on_behalf, self.after))
    }

    fn about(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        render_after(writer, self.after);
    }
}

impl Kind for Extension {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(self.about.link(&self.on_behalf, self.after))
    }

    fn about(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            closes: fields.required("closes")?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer.field("closes", self.closes);
        render_after(writer, self.after);
    }
}

impl Kind for Attestation {
    fn head(&self) -> &Head {
        &self.head
    }

    fn link(&self) -> Option<ChainLink> {
        Some(self.about.link(&self.on_behalf, self.after))
    }

    fn about(&self) -> Option<&About> {
        Some(&self.about)
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            head,
            on_behalf: fields.required("for")?,
            about: About::parse_from(fields)?,
            attests: fields.required("attests")?,
            reference: fields.optional("reference")?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer.field("attests", &self.attests).optional("reference", self.reference.as_ref());
        render_after(writer, self.after);
    }
}
