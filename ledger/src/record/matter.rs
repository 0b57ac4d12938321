//! What a measure changes in the council itself, once it is adopted.

use super::charter::Effect;
use crate::text::{Code, FieldError, Fields, Writer};

/// What a measure of a kind with an [`Effect`] carries for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Matter {
    /// Nothing: it changes nothing in the council itself.
    #[default]
    None,
    /// The members that may go ahead together, in the order of the text.
    Participation(Vec<Code>),
}

impl Matter {
    /// Which effect it is for.
    pub const fn effect(&self) -> Option<Effect> {
        match self {
            Self::None => None,
            Self::Participation(_) => Some(Effect::Authorisation),
        }
    }

    pub(super) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        let participating = fields.repeated_with("participating", str::parse)?;
        Ok(if participating.is_empty() { Self::None } else { Self::Participation(participating) })
    }

    pub(super) fn render_into(&self, writer: &mut Writer) {
        match self {
            Self::None => {}
            Self::Participation(codes) => {
                writer.repeated("participating", codes);
            }
        }
    }
}
