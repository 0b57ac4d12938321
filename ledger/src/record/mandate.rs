//! A mandate: one member lets another cast its ballot on one measure [TFEU 239].
//!
//! What it guarantees: the statement is the grantor's own, in the grantor's chain. What it does not: whether
//! the holder may hold it is for the council to judge.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{About, ChainLink, Head, Kind, parse_after, render_after};
use crate::text::value::ValueError;
use crate::text::{Code, Fields, Writer};

/// A member lets another cast its ballot on one measure [TFEU 239], or takes that back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Council and signer.
    pub head: Head,
    /// Whose ballot it is about: the signer's own.
    pub on_behalf: Code,
    /// The measure on which the mandate holds.
    pub about: About,
    /// Who may cast it; `None` takes the mandate back.
    pub holder: Option<Code>,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

/// Who holds a mandate, or `none`.
fn parse_holder(text: &str) -> Result<Option<Code>, ValueError> {
    if text == "none" { Ok(None) } else { Ok(Some(text.parse()?)) }
}

impl Kind for Mandate {
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
            holder: fields.required_with("to", parse_holder)?,
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer.field("to", self.holder.as_ref().map_or("none", Code::as_str));
        render_after(writer, self.after);
    }
}
