//! A reservation: a member's signed "not yet, because". It is visible and never a ballot.

use nemcon_crypto::Digest;

use super::error::RecordError;
use super::grammar::{About, ChainLink, Head, Kind, parse_after, render_after};
use crate::text::words::words;
use crate::text::{Code, Fields, Label, Line, Writer};

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
    /// Council and signer.
    pub head: Head,
    /// Whose it is: the signer's own.
    pub on_behalf: Code,
    /// The measure that the reservation is about.
    pub about: About,
    /// Its sort, one of the charter's: `parliamentary-scrutiny`.
    pub sort: Label,
    /// Placed or lifted.
    pub act: ReservationAct,
    /// Its text; with a placed one only, and not beside `digest`.
    pub reason: Option<Line>,
    /// The commitment to its text, where that stays off the ledger.
    pub digest: Option<Digest>,
    /// The text hash of the last statement for this code on this measure.
    pub after: Option<Digest>,
}

impl Kind for Reservation {
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
        let (on_behalf, about) = (fields.required("for")?, About::parse_from(fields)?);
        let (sort, act) = (fields.required("reservation")?, fields.required("act")?);
        let (reason, digest) = match act {
            ReservationAct::Place => (fields.optional("reason")?, fields.optional("digest")?),
            ReservationAct::Lift => (None, None),
        };
        if reason.is_some() && digest.is_some() {
            return Err(fields.refuse("digest", "a text or its digest, not both").into());
        }
        let after = parse_after(fields)?;
        Ok(Self { head, on_behalf, about, sort, act, reason, digest, after })
    }

    fn render_into(&self, writer: &mut Writer) {
        writer.field("for", &self.on_behalf);
        self.about.render_into(writer);
        writer
            .field("reservation", &self.sort)
            .field("act", self.act)
            .optional("reason", self.reason.as_ref())
            .optional("digest", self.digest);
        render_after(writer, self.after);
    }
}
