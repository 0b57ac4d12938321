//! Mandates and reservations, built from what the node shows.

use nemcon_crypto::Digest;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Mandate, Reservation};
use nemcon_ledger::text::{Code, Label, Line};

use super::error::StatementError;
use super::shown::said;
use crate::api::Measure;

/// Lets `holder` cast the signer's ballot on `measure`; `None` takes that back.
///
/// # Errors
/// [`StatementError`].
pub fn mandate(
    head: Head,
    measure: &Measure,
    holder: Option<Code>,
) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    Ok(Body::Mandate(Mandate { said, holder }))
}

/// Places a reservation, with its text or the commitment to it, or lifts it.
///
/// # Errors
/// [`StatementError`].
pub fn reservation(
    head: Head,
    measure: &Measure,
    (sort, act): (Label, ReservationAct),
    (reason, digest): (Option<Line>, Option<Digest>),
) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    let body = Reservation { said, sort, act, reason, digest };
    Ok(Body::parse(&Body::Reservation(body).render())?)
}
