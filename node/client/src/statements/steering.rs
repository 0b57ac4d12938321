//! Builds revisions, packages, extensions, attestations and remarks from what a node shows.

use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{
    Attestation, Body, Extension, Measure as MeasureText, Package, Remark, RemarkText, Revision,
};
use nemcon_ledger::text::{Label, Line, Time};

use super::error::StatementError;
use super::shown::{about, last, said};
use crate::api::Measure;

/// A revision that replaces the text of `measure` by `text`, whose head is the signer's.
///
/// # Errors
/// [`StatementError`].
pub fn revision(text: MeasureText, measure: &Measure) -> Result<Body, StatementError> {
    let now = about(measure, &text.head.council)?;
    let after = last(measure, &text.head.by);
    let revises = Cited { number: now.measure, text: now.text };
    let revision = now.revision.saturating_add(1);
    let body = Body::Revision(Revision { measure: text, revises, revision, after });
    Ok(Body::parse(&body.render())?)
}

/// A package, whose measures are adopted together or not at all.
///
/// # Errors
/// [`StatementError`], also for fewer than two different measures.
pub fn package(head: Head, measures: &[Measure]) -> Result<Body, StatementError> {
    let cite = |measure: &Measure| {
        let about = about(measure, &head.council)?;
        Ok::<_, StatementError>(Cited { number: about.measure, text: about.text })
    };
    let mut cited: Vec<Cited> = measures.iter().map(cite).collect::<Result<_, _>>()?;
    cited.sort_by_key(|cited| cited.number);
    let body = Body::Package(Package { head, measures: cited });
    Ok(Body::parse(&body.render())?)
}

/// An extension that puts the deadline off to `closes`.
///
/// # Errors
/// [`StatementError`].
pub fn extension(head: Head, measure: &Measure, closes: Time) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    Ok(Body::Extension(Extension { said, closes }))
}

/// An attestation of one of the charter's words about `measure`.
///
/// # Errors
/// [`StatementError`].
pub fn attestation(
    head: Head,
    measure: &Measure,
    attests: Label,
    reference: Option<Line>,
) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    Ok(Body::Attestation(Attestation { said, attests, reference }))
}

/// A remark of one of the charter's sorts on `measure`: the signer's statement, as a text or its digest.
///
/// # Errors
/// [`StatementError`], also for a text that is longer than a record.
pub fn remark(
    head: Head,
    measure: &Measure,
    (sort, text): (Label, RemarkText),
    is_public: bool,
) -> Result<Body, StatementError> {
    let said = said(head, measure)?;
    let body = Body::Remark(Remark { said, sort, text, is_public });
    Body::parse(&body.render()).map_err(StatementError::Own)
}
