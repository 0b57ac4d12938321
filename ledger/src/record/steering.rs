//! Statements that steer a measure: extension, withdrawal, close; and what is attested of it.

use nemcon_crypto::Digest;

use super::error::RecordError;
pub use super::grammar::About;
use super::grammar::{ChainLink, Head, Kind, parse_after, render_after};
use crate::text::{Code, Fields, Label, Line, Time, Writer};

/// The proposer takes its measure back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Council and signer.
    pub head: Head,
    /// Whose statement this is: the signer's own.
    pub on_behalf: Code,
    /// The measure that its proposer takes back.
    pub about: About,
    /// Why the proposer takes the measure back.
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
    /// The measure whose balloting ends.
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
    /// The measure whose deadline moves.
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
    /// The measure of which something is attested.
    pub about: About,
    /// What is attested: one of the charter's words, such as `published`.
    pub attests: Label,
    /// Where it can be found, or other words.
    pub reference: Option<Line>,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
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
