//! What the kinds of statement have in common: their head, their place in a chain, how they name a
//! measure, their one written form.

use core::fmt;

use nemcon_crypto::Digest;

use super::error::RecordError;
use crate::text::value::{ValueError, parse_number};
use crate::text::{Code, FieldError, Fields, Label, Line, Writer};

/// What every statement begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The council that it is made in.
    pub council: Digest,
    /// The party that signs it.
    pub by: Code,
}

/// What each kind of statement has: its head, its place in a chain, its lines.
pub(super) trait Kind: Sized {
    fn head(&self) -> &Head;
    /// Its place in a chain, unless it begins one.
    fn link(&self) -> Option<ChainLink>;
    /// The measure that it says something on.
    fn about(&self) -> Option<&About> {
        None
    }
    /// Reads the lines after the head.
    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError>;
    /// Writes them.
    fn render_into(&self, writer: &mut Writer);
}

/// What every statement on a measure says beside its own matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Council and signer.
    pub head: Head,
    /// The party whose statement it is: the signer, or the grantor whose mandate the signer holds.
    pub on_behalf: Code,
    /// The measure.
    pub about: About,
    /// The leaf hash of the last statement for this party on this measure.
    pub after: Option<Digest>,
}

/// A kind of statement on a measure: [`Said`], and lines of its own between the measure and `after`.
pub(super) trait OnMeasure: Sized {
    fn said(&self) -> &Said;
    fn said_mut(&mut self) -> &mut Said;
    /// Reads the kind's own lines.
    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError>;
    /// Writes them.
    fn render_own(&self, writer: &mut Writer);
}

impl<T: OnMeasure> Kind for T {
    fn head(&self) -> &Head {
        &self.said().head
    }

    fn link(&self) -> Option<ChainLink> {
        let Said { on_behalf, about, after, .. } = self.said();
        let chain = ChainKey::Measure(about.measure, on_behalf.clone());
        Some(ChainLink { chain, after: *after })
    }

    fn about(&self) -> Option<&About> {
        Some(&self.said().about)
    }

    fn parse_from(head: Head, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let on_behalf = fields.required("for")?;
        let about = About::parse_from(fields)?;
        let mut statement = Self::parse_own(Said { head, on_behalf, about, after: None }, fields)?;
        statement.said_mut().after = parse_after(fields)?;
        Ok(statement)
    }

    fn render_into(&self, writer: &mut Writer) {
        let Said { on_behalf, about, after, .. } = self.said();
        writer.field("for", on_behalf);
        about.render_into(writer);
        self.render_own(writer);
        render_after(writer, *after);
    }
}

/// A chain of statements of which each names the one before [rules.md R6]: what was revoked, lifted or
/// replaced can then not be played again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChainKey {
    /// What was said for a party on a measure, across its revisions.
    Measure(u64, Code),
    /// What a party said on an incident.
    Incident(u64, Code),
    /// What a party said of itself: its node's keys, its membership.
    Own(Code),
    /// What a party said of who signs for it: its officers, a freeze. Without the recovery key,
    /// officers can add to this chain only the freeze that ends it. So a thief of officer keys
    /// cannot extend the chain faster than the statement that stops him.
    Keys(Code),
}

impl ChainKey {
    /// Whose chain it is.
    pub const fn code(&self) -> &Code {
        match self {
            Self::Measure(_, code)
            | Self::Incident(_, code)
            | Self::Own(code)
            | Self::Keys(code) => code,
        }
    }
}

impl fmt::Display for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure(number, code) => write!(f, "for {code} on measure {number}"),
            Self::Incident(number, code) => write!(f, "of {code} on incident {number}"),
            Self::Own(code) => write!(f, "of {code} about itself"),
            Self::Keys(code) => write!(f, "about who signs for {code}"),
        }
    }
}

/// Where a statement stands in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// The chain that the statement stands in.
    pub chain: ChainKey,
    /// The leaf hash of the chain's last statement.
    pub after: Option<Digest>,
}

/// How a statement names its measure: completely enough for a reader, and for the council to catch a
/// mistake.
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
    /// The rule that decides the measure.
    pub rule: Label,
    /// The text hash of the package that it belongs to.
    pub package: Option<Digest>,
}

impl About {
    fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            measure: fields.required_with("measure", parse_number)?,
            revision: fields.required_with("revision", parse_number)?,
            text: fields.required("text")?,
            title: fields.required("title")?,
            rule: fields.required("rule")?,
            package: fields.optional("package")?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer
            .field("measure", self.measure)
            .field("revision", self.revision)
            .field("text", self.text)
            .field("title", &self.title)
            .field("rule", &self.rule)
            .optional("package", self.package);
    }
}

pub(super) fn parse_after(fields: &mut Fields<'_>) -> Result<Option<Digest>, FieldError> {
    fields.required_with("after", |text| match text {
        "none" => Ok(None),
        _ => Ok(Some(text.parse().map_err(|_| {
            ValueError("`none` or the leaf hash of the last statement on this measure")
        })?)),
    })
}

pub(super) fn render_after(writer: &mut Writer, after: Option<Digest>) {
    match after {
        Some(digest) => writer.field("after", digest),
        None => writer.field("after", "none"),
    };
}

/// Whether a party makes its statement public.
pub(super) fn parse_public(text: &str) -> Result<bool, ValueError> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(ValueError("`yes` or `no`")),
    }
}

pub(super) fn render_public(writer: &mut Writer, is_public: bool) {
    writer.field("public", if is_public { "yes" } else { "no" });
}

/// Refuses a text that is not `rendered`, the one form of what it parses to.
pub(super) fn verify_canonical(text: &str, rendered: &str) -> Result<(), FieldError> {
    if text == rendered { Ok(()) } else { Err(FieldError::NotCanonical) }
}
