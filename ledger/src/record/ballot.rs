//! A ballot: a member's signed position on one measure.
//!
//! What it guarantees: the ballot names the measure by number, revision, text hash, title and rule.
//! What it does not: whether the council counts the ballot is for its law to judge.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{OnMeasure, Said};
use crate::text::value::ValueError;
use crate::text::words::words;
use crate::text::{Fields, Writer};

words!(
    /// What a member says to a measure.
    Position,
    "one of in-favour, abstain, abstain-qualified, against, retracted",
    {
        /// Yes.
        InFavour = "in-favour",
        /// Neither for nor against; it does not prevent adoption [TEU 31(1), TFEU 238(4)].
        Abstain = "abstain",
        /// Abstains with a formal declaration; enough of them block [TEU 31(1)].
        AbstainQualified = "abstain-qualified",
        /// No.
        Against = "against",
        /// Takes the member's ballot back, as if it had not signed.
        Retracted = "retracted",
    }
);

/// A member's signed position on one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// What every statement on a measure says.
    pub said: Said,
    /// The position.
    pub position: Position,
    /// SHA-256 of the formal declaration; with a qualified abstention only.
    pub declaration: Option<Digest>,
    /// The text hash of the mandate, when it is cast for another member [TFEU 239].
    pub mandate: Option<Digest>,
    /// Signed by a standing instruction shortly before the deadline, in a procedure of tacit assent.
    pub is_tacit: bool,
}

impl OnMeasure for Ballot {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let position = fields.required("position")?;
        let declaration = if position == Position::AbstainQualified {
            Some(fields.required::<Digest>("declaration")?)
        } else {
            None
        };
        Ok(Self {
            said,
            position,
            declaration,
            mandate: fields.optional("mandate")?,
            is_tacit: fields.optional_with("assent", parse_tacit)?.is_some(),
        })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer
            .field("position", self.position)
            .optional("declaration", self.declaration)
            .optional("mandate", self.mandate)
            .optional("assent", self.is_tacit.then_some("tacit"));
    }
}

fn parse_tacit(text: &str) -> Result<(), ValueError> {
    if text == "tacit" { Ok(()) } else { Err(ValueError("`tacit`, or no such line")) }
}
