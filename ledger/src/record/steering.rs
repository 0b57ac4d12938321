//! Statements that steer a measure: extension, withdrawal, close; and what is attested of it.

use super::error::RecordError;
pub use super::grammar::About;
use super::grammar::{OnMeasure, Said};
use crate::text::{Fields, Label, Line, Time, Writer};

/// The proposer takes its measure back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// What every statement on a measure says.
    pub said: Said,
    /// Why the proposer takes the measure back.
    pub reason: Option<Line>,
}

/// Balloting ends before its deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// What every statement on a measure says.
    pub said: Said,
}

/// The deadline is put off; ballots stand, and anyone may retract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// What every statement on a measure says.
    pub said: Said,
    /// The new deadline.
    pub closes: Time,
}

/// A participant attests something about a measure, also after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// What every statement on a measure says.
    pub said: Said,
    /// What is attested: one of the charter's words, such as `published`.
    pub attests: Label,
    /// Where it can be found, or other words.
    pub reference: Option<Line>,
}

impl OnMeasure for Withdrawal {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { said, reason: fields.optional("reason")? })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer.optional("reason", self.reason.as_ref());
    }
}

impl OnMeasure for Close {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, _: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { said })
    }

    fn render_own(&self, _: &mut Writer) {}
}

impl OnMeasure for Extension {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self { said, closes: fields.required("closes")? })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer.field("closes", self.closes);
    }
}

impl OnMeasure for Attestation {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        Ok(Self {
            said,
            attests: fields.required("attests")?,
            reference: fields.optional("reference")?,
        })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer.field("attests", &self.attests).optional("reference", self.reference.as_ref());
    }
}
