//! Builds ballots, early closes and withdrawals from what a node shows.

use nemcon_crypto::Digest;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Ballot, Body, Close, Position, Withdrawal};
use nemcon_ledger::text::{Code, Line};

use super::error::StatementError;
use super::shown::{said, said_for};
use crate::api::Measure;

/// What a ballot says, and for which member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The ballot's position.
    pub position: Position,
    /// The digest of the formal declaration; only with a qualified abstention.
    pub declaration: Option<Digest>,
    /// The member whose ballot it is, if the signer casts it under that member's mandate.
    pub on_behalf: Option<Code>,
    /// Whether a standing instruction signs the ballot.
    pub is_tacit: bool,
}

impl From<Position> for Choice {
    fn from(position: Position) -> Self {
        Self { position, declaration: None, on_behalf: None, is_tacit: false }
    }
}

/// A ballot that `head.by` signs on `measure`.
///
/// # Errors
/// [`StatementError`].
pub fn ballot(head: Head, measure: &Measure, choice: Choice) -> Result<Body, StatementError> {
    let Choice { position, declaration, on_behalf, is_tacit } = choice;
    match (position, declaration) {
        (Position::AbstainQualified, None) => {
            return Err(StatementError::Declaration(
                "a qualified abstention needs its formal declaration",
            ));
        }
        (Position::AbstainQualified, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            return Err(StatementError::Declaration(
                "only `abstain-qualified` goes with a declaration",
            ));
        }
    }
    let on_behalf = on_behalf.unwrap_or_else(|| head.by.clone());
    let mandate = mandate_of(&head.by, &on_behalf, measure)?;
    let said = said_for(head, on_behalf, measure)?;
    Ok(Body::Ballot(Ballot { said, position, declaration, mandate, is_tacit }))
}

/// The mandate under which `by` casts the ballot of `on_behalf`; `None` if both are one member.
fn mandate_of(
    by: &Code,
    on_behalf: &Code,
    measure: &Measure,
) -> Result<Option<Digest>, StatementError> {
    if by == on_behalf {
        return Ok(None);
    }
    let mut standing = measure.mandates.iter();
    let held = standing.find(|it| it.code == *on_behalf && it.holder == *by);
    held.map(|it| Some(it.text_hash)).ok_or_else(|| StatementError::NoMandate {
        by: by.clone(),
        on_behalf: on_behalf.clone(),
        measure: measure.number,
    })
}

/// An early close, which ends balloting on the measure.
///
/// # Errors
/// [`StatementError`].
pub fn close(head: Head, measure: &Measure) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    Ok(Body::Close(Close { said }))
}

/// A withdrawal, by which the proposer takes its measure back.
///
/// # Errors
/// [`StatementError`].
pub fn withdrawal(
    head: Head,
    measure: &Measure,
    reason: Option<Line>,
) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    Ok(Body::Withdrawal(Withdrawal { said, reason }))
}
