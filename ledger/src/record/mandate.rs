//! A mandate: one member lets another cast its ballot on one measure [TFEU 239].
//!
//! What it guarantees: the statement is the grantor's own, in the grantor's chain. What it does
//! not: whether the holder may hold it is for the council to judge.

use super::error::RecordError;
use super::grammar::{OnMeasure, Said};
use crate::text::value::ValueError;
use crate::text::{Code, Fields, Writer};

/// A member lets another cast its ballot on one measure [TFEU 239], or takes that back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// What every statement on a measure says.
    pub said: Said,
    /// Who may cast it; `None` takes the mandate back.
    pub holder: Option<Code>,
}

/// Who holds a mandate, or `none`.
fn parse_holder(text: &str) -> Result<Option<Code>, ValueError> {
    if text == "none" { Ok(None) } else { Ok(Some(text.parse()?)) }
}

impl OnMeasure for Mandate {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { said, holder: fields.required_with("to", parse_holder)? })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer.field("to", self.holder.as_ref().map_or("none", Code::as_str));
    }
}
