//! How a council goes on from another one, when nothing else can mend that one [rules.md R21].

use nemcon_crypto::Digest;

use super::membership::Boundary;
use crate::text::fields::split_words;
use crate::text::value::ValueError;
use crate::text::{Code, FieldError, Fields, Writer};

/// The ledger that a council succeeds, and whom it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The old council's digest.
    pub council: Digest,
    /// Its last checkpoint.
    pub checkpoint: Boundary,
    /// The old members that are no members here.
    pub leaves_out: Vec<Code>,
}

impl Succession {
    /// `<council digest> <size> <root>`, then a code a line.
    pub(super) fn render_into(&self, writer: &mut Writer) {
        writer
            .field("succeeds", format_args!("{} {}", self.council, self.checkpoint))
            .repeated("leaves-out", &self.leaves_out);
    }

    pub(super) fn parse_if(fields: &mut Fields<'_>) -> Result<Option<Self>, FieldError> {
        let Some((council, checkpoint)) = fields.optional_with("succeeds", parse_link)? else {
            return Ok(None);
        };
        let leaves_out = fields.repeated_with("leaves-out", str::parse)?;
        Ok(Some(Self { council, checkpoint, leaves_out }))
    }
}

fn parse_link(text: &str) -> Result<(Digest, Boundary), ValueError> {
    let wants = ValueError("a council digest, a tree size and its root");
    let [council, checkpoint] = split_words(text).ok_or(wants)?;
    Ok((council.parse::<Digest>()?, checkpoint.parse()?))
}
