//! Checks what a node shows of a measure against the measure's own text.

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{About, Body, Measure as MeasureText, RecordError, Said};
use nemcon_ledger::text::Code;

use super::error::StatementError;
use crate::api::{Measure, PackageView};

/// Checks that a node's answer about a measure agrees with the measure's text, and returns the
/// reference by which statements name the measure.
///
/// # Errors
/// [`StatementError`]: nothing about the measure should be signed.
pub fn about(measure: &Measure, council: &Digest) -> Result<About, StatementError> {
    let number = measure.number;
    let found = verify_shown(measure)?;
    if found != *council {
        return Err(StatementError::Council { measure: number, found, wanted: *council });
    }
    let (said, revision) = read(measure)?;
    let package = measure.package.as_ref().map(|package| package.text_hash);
    let (title, rule) = (said.title, said.rule);
    Ok(About { measure: number, revision, text: measure.text_hash, title, rule, package })
}

/// What a statement of `head.by` for itself says of `measure`; see [`about`].
///
/// # Errors
/// [`StatementError`].
pub(super) fn said(head: Head, measure: &Measure) -> Result<Said, StatementError> {
    let on_behalf = head.by.clone();
    said_for(head, on_behalf, measure)
}

/// What a statement of `head.by` for this party says of `measure`.
///
/// # Errors
/// [`StatementError`].
pub(super) fn said_for(
    head: Head,
    on_behalf: Code,
    measure: &Measure,
) -> Result<Said, StatementError> {
    let about = about(measure, &head.council)?;
    let after = last(measure, &on_behalf);
    Ok(Said { head, on_behalf, about, after })
}

/// Checks that a node's answer about a measure and its package agrees with their texts, and returns
/// the digest of the council in which the measure was tabled.
///
/// # Errors
/// [`StatementError`]: the node's answer must not be relied on.
pub fn verify_shown(measure: &Measure) -> Result<Digest, StatementError> {
    let number = measure.number;
    let (said, revision) = read(measure)?;
    let fields = [
        ("title", said.title.as_str() == measure.title),
        ("kind", said.kind.as_str() == measure.kind),
        ("rule", said.rule.as_str() == measure.rule),
        ("revision", revision == measure.revision),
        // An extension only moves a deadline later.
        ("deadline", said.closes <= measure.closes),
        ("proposer", said.head.by == measure.by),
    ];
    if let Some((field, _)) = fields.into_iter().find(|(_, same)| !same) {
        return Err(StatementError::Field { measure: number, field });
    }
    measure.package.as_ref().map_or(Ok(()), |package| verify_bound(measure, package))?;
    Ok(said.head.council)
}

/// Parses the text that the node shows of a measure; returns what it says, and its revision.
///
/// # Errors
/// [`StatementError`] if the text has not the hash that the node names.
pub fn read(measure: &Measure) -> Result<(MeasureText, u32), StatementError> {
    let (number, wanted) = (measure.number, measure.text_hash);
    let found = hash::sha256(measure.text.as_bytes());
    if found != wanted {
        return Err(StatementError::TextHash { measure: number, found, wanted });
    }
    match Body::parse(&measure.text)? {
        Body::Measure(said) => Ok((said, 1)),
        Body::Revision(said) if said.revises.number == number => Ok((said.measure, said.revision)),
        _ => Err(RecordError::Kind.into()),
    }
}

/// Checks that the package's shown text binds this measure in its current text, and the measures
/// that the node names.
fn verify_bound(measure: &Measure, package: &PackageView) -> Result<(), StatementError> {
    let (number, found) = (measure.number, hash::sha256(package.text.as_bytes()));
    let Body::Package(said) = Body::parse(&package.text)? else {
        return Err(RecordError::Kind.into());
    };
    let this = Cited { number, text: measure.text_hash };
    let numbers = said.measures.iter().map(|cited| cited.number);
    let is_it = found == package.text_hash && numbers.eq(package.measures.iter().copied());
    if !is_it || !said.measures.contains(&this) {
        return Err(StatementError::Field { measure: number, field: "package" });
    }
    Ok(())
}

/// The leaf hash of the last statement of `code` on the measure.
pub(super) fn last(measure: &Measure, code: &Code) -> Option<Digest> {
    measure.last.get(code).copied()
}
