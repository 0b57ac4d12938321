//! What a text says of a measure, checked away from any node against the measure's own record (R7).

use nemcon_crypto::Digest;
use nemcon_ledger::record::{About, Body, RecordError, Statement};

/// Why a prepared text is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfflineError {
    /// Not a record.
    #[error("{what}: {error}")]
    Record {
        /// Which file.
        what: &'static str,
        /// Why not.
        error: RecordError,
    },
    /// Another kind than the one wanted.
    #[error("{what} is of kind `{kind}`")]
    Kind {
        /// Which file.
        what: &'static str,
        /// What it is.
        kind: &'static str,
    },
    /// The text says of the measure what its record does not say.
    #[error("the {kind}'s {field} is not that of the measure's record: do not sign")]
    Mismatch {
        /// The text's kind.
        kind: &'static str,
        /// What differs.
        field: &'static str,
    },
    /// The text names a package that was not brought.
    #[error("it is bound to the package {0}, whose record is not here")]
    NoPackage(Digest),
    /// The text speaks on a measure whose record was not brought.
    #[error("it speaks on measure {0}, whose record is not here to be checked")]
    NoMeasure(u64),
    /// A record was brought for a text that speaks on no measure.
    #[error("it speaks on no measure: there is nothing to check against a measure's record")]
    NotAbout,
}

/// Checks what a text says of its measure against the measure's record and, where it belongs to a
/// package, that record. The number stands in no record of a first text: it is the text hash that
/// identifies the measure. The measure's record, to be shown; none where the text speaks on none.
///
/// # Errors
/// [`OfflineError`]; then nobody should sign.
pub fn verify_about(
    body: &Body,
    measure: Option<&[u8]>,
    package: Option<&[u8]>,
) -> Result<Option<Statement>, OfflineError> {
    let (about, bytes) = match (body.about(), measure) {
        (None, None) if package.is_none() => return Ok(None),
        (None, _) => return Err(OfflineError::NotAbout),
        (Some(about), None) => return Err(OfflineError::NoMeasure(about.measure)),
        (Some(about), Some(bytes)) => (about, bytes),
    };
    let differs = |field| OfflineError::Mismatch { kind: body.kind(), field };
    let record = statement("the measure's record", bytes)?;
    if let Some(field) = difference(about, &record)? {
        return Err(differs(field));
    }
    if record.body.head().council != body.head().council {
        return Err(differs("council"));
    }
    match (about.package, package) {
        (None, None) => {}
        (Some(hash), None) => return Err(OfflineError::NoPackage(hash)),
        (Some(hash), Some(bytes)) if binds(about, hash, bytes)? => {}
        (_, Some(_)) => return Err(differs("package")),
    }
    Ok(Some(record))
}

fn statement(what: &'static str, bytes: &[u8]) -> Result<Statement, OfflineError> {
    Statement::parse(bytes).map_err(|error| OfflineError::Record { what, error })
}

/// What `about` says otherwise than the record, if anything.
fn difference(about: &About, record: &Statement) -> Result<Option<&'static str>, OfflineError> {
    let (measure, revision, number) = match &record.body {
        Body::Measure(measure) => (measure, 1, about.measure),
        Body::Revision(it) => (&it.measure, it.revision, it.revises.number),
        other => {
            let what = "the measure's record";
            return Err(OfflineError::Kind { what, kind: other.kind() });
        }
    };
    let fields = [
        ("text hash", about.text == record.text_hash),
        ("number", about.measure == number),
        ("revision", about.revision == revision),
        ("title", about.title == measure.title),
        ("rule", about.rule == measure.rule),
    ];
    Ok(fields.into_iter().find(|(_, same)| !same).map(|(field, _)| field))
}

/// Whether the record is that package, and binds the measure as it reads.
fn binds(about: &About, hash: Digest, bytes: &[u8]) -> Result<bool, OfflineError> {
    let what = "the package's record";
    let record = statement(what, bytes)?;
    let Body::Package(package) = &record.body else {
        return Err(OfflineError::Kind { what, kind: record.body.kind() });
    };
    let mut cited = package.measures.iter();
    let is_bound = cited.any(|it| it.number == about.measure && it.text == about.text);
    Ok(record.text_hash == hash && is_bound)
}
