//! Builds mandates and reservations from what a node shows.

use nemcon_crypto::Digest;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Mandate, Reservation};
use nemcon_ledger::text::{Code, Label, Line};

use super::error::StatementError;
use super::shown::said;
use crate::api::Measure;

/// A mandate that lets `holder` cast the signer's ballot on `measure`; `None` revokes it.
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

/// A reservation with its text or the commitment to its text, or the lifting of one.
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
