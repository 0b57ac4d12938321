//! A ballot signed away from any node: checked against the measure's own record (R7).

use nemcon_crypto::Digest;
use nemcon_ledger::record::{About, Ballot, Body, RecordError, Statement};

/// Why a prepared ballot is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfflineError {
    /// Not a text or record.
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
    /// The ballot says of the measure what its record does not say.
    #[error("the ballot's {0} is not that of the measure's record: do not sign")]
    Mismatch(&'static str),
    /// The ballot names a package that was not brought.
    #[error("the ballot is bound to the package {0}, whose record is not here")]
    NoPackage(Digest),
}

/// Reads a prepared ballot, and checks what it says of its measure against the measure's record and,
/// where it belongs to a package, that record. The number stands in no record of a first text: it is
/// the text hash that identifies the measure.
///
/// # Errors
/// [`OfflineError`]; then nobody should sign.
pub fn verify_ballot(
    text: &str,
    measure: &[u8],
    package: Option<&[u8]>,
) -> Result<(Ballot, Statement), OfflineError> {
    let what = "the ballot";
    let body = Body::parse(text).map_err(|error| OfflineError::Record { what, error })?;
    let kind = body.kind();
    let Body::Ballot(ballot) = body else { return Err(OfflineError::Kind { what, kind }) };
    let record = statement("the measure's record", measure)?;
    verify_about(&ballot.about, &record)?;
    if record.body.head().council != ballot.head.council {
        return Err(OfflineError::Mismatch("council"));
    }
    match (ballot.about.package, package) {
        (None, None) => {}
        (None, Some(_)) => return Err(OfflineError::Mismatch("package")),
        (Some(hash), None) => return Err(OfflineError::NoPackage(hash)),
        (Some(hash), Some(bytes)) => verify_package(&ballot.about, hash, bytes)?,
    }
    Ok((ballot, record))
}

fn statement(what: &'static str, bytes: &[u8]) -> Result<Statement, OfflineError> {
    Statement::parse(bytes).map_err(|error| OfflineError::Record { what, error })
}

fn verify_about(about: &About, record: &Statement) -> Result<(), OfflineError> {
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
    match fields.into_iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((field, _)) => Err(OfflineError::Mismatch(field)),
    }
}

fn verify_package(about: &About, hash: Digest, bytes: &[u8]) -> Result<(), OfflineError> {
    let what = "the package's record";
    let record = statement(what, bytes)?;
    let Body::Package(package) = &record.body else {
        return Err(OfflineError::Kind { what, kind: record.body.kind() });
    };
    let mut cited = package.measures.iter();
    let binds = cited.any(|it| it.number == about.measure && it.text == about.text);
    if record.text_hash == hash && binds { Ok(()) } else { Err(OfflineError::Mismatch("package")) }
}
