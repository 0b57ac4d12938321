//! A ballot: a member's signed position on one measure.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{About, ChainLink, Head, Kind, parse_after, render_after};
use crate::text::value::ValueError;
use crate::text::words::words;
use crate::text::{Code, Fields, Writer};

words!(
    /// What a member says to a measure.
    Position,
    "one of in-favour, abstain, abstain-qualified, against, retracted",
    {
        /// Yes.
        InFavour = "in-favour",
        /// Neither; it does not prevent adoption [TEU 31(1), TFEU 238(4)].
        Abstain = "abstain",
        /// Abstains with a formal declaration; enough of them block [TEU 31(1)].
        AbstainQualified = "abstain-qualified",
        /// No.
        Against = "against",
        /// Takes back what it had said: as if it had not signed.
        Retracted = "retracted",
    }
);

/// A member's signed position on one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Council and signer.
    pub head: Head,
    /// Whose position this is.
    pub on_behalf: Code,
    /// The measure that the ballot is about.
    pub about: About,
    /// The position.
    pub position: Position,
    /// SHA-256 of the formal declaration; with a qualified abstention only.
    pub declaration: Option<Digest>,
    /// The text hash of the mandate, when it is cast for another member [TFEU 239].
    pub mandate: Option<Digest>,
    /// Signed by a standing instruction shortly before the deadline of a written procedure.
    pub is_tacit: bool,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

impl Kind for Ballot {
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
        let on_behalf = fields.required("for")?;
        let about = About::parse_from(fields)?;
        let position = fields.required("position")?;
        let declaration = if position == Position::AbstainQualified {
            Some(fields.required::<Digest>("declaration")?)
        } else {
            None
        };
        Ok(Self {
            head,
            on_behalf,
            about,
            position,
            declaration,
            mandate: fields.optional("mandate")?,
            is_tacit: fields.optional_with("assent", parse_tacit)?.is_some(),
            after: parse_after(fields)?,
        })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer
            .field("position", self.position)
            .optional("declaration", self.declaration)
            .optional("mandate", self.mandate)
            .optional("assent", self.is_tacit.then_some("tacit"));
        render_after(writer, self.after);
    }
}

fn parse_tacit(text: &str) -> Result<(), ValueError> {
    if text == "tacit" { Ok(()) } else { Err(ValueError("`tacit`, or no such line")) }
}
