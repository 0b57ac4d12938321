//! A reservation: a member's signed "not yet, because". It is visible and never a ballot.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{OnMeasure, Said};
use crate::text::words::words;
use crate::text::{Fields, Label, Line, Writer};

words!(
    /// Whether a reservation is made or gone.
    ReservationAct,
    "`place` or `lift`",
    {
        /// It stands from now on.
        Place = "place",
        /// It stands no more.
        Lift = "lift",
    }
);

/// "Not yet, because": signed, visible, never a ballot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// What every statement on a measure says.
    pub said: Said,
    /// Its sort, one of the charter's: `parliamentary-scrutiny`.
    pub sort: Label,
    /// Placed or lifted.
    pub act: ReservationAct,
    /// Its text; with a placed one only, and not beside `digest`.
    pub reason: Option<Line>,
    /// The commitment to its text, where that stays off the ledger.
    pub digest: Option<Digest>,
}

impl OnMeasure for Reservation {
    fn said(&self) -> &Said {
        &self.said
    }

    fn said_mut(&mut self) -> &mut Said {
        &mut self.said
    }

    fn parse_own(said: Said, fields: &mut Fields<'_>) -> Result<Self, RecordError> {
        let (sort, act) = (fields.required("reservation")?, fields.required("act")?);
        let (reason, digest) = match act {
            ReservationAct::Place => (fields.optional("reason")?, fields.optional("digest")?),
            ReservationAct::Lift => (None, None),
        };
        if reason.is_some() && digest.is_some() {
            return Err(fields.refuse("digest", "a text or its digest, not both").into());
        }
        Ok(Self { said, sort, act, reason, digest })
    }

    fn render_own(&self, writer: &mut Writer) {
        writer
            .field("reservation", &self.sort)
            .field("act", self.act)
            .optional("reason", self.reason.as_ref())
            .optional("digest", self.digest);
    }
}
