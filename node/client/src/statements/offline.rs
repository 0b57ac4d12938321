//! Checks a prepared text, without a node, against the records of the texts that it is
//! about [rules.md R7].

use nemcon_crypto::Digest;
use nemcon_ledger::record::{About, Body, RecordError, Statement};

use super::subject::{Named, Subject, subjects};

/// Why a prepared text must not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfflineError {
    /// A file is no record.
    #[error("{what}: {error}")]
    Record {
        /// What the file should hold, in words.
        what: &'static str,
        /// Why it is no record.
        error: RecordError,
    },
    /// A file holds a record of another kind than the wanted one.
    #[error("{what} is of kind `{kind}`")]
    Kind {
        /// What the file should hold, in words.
        what: &'static str,
        /// The record's kind.
        kind: &'static str,
    },
    /// The text says something of a record that the record itself does not say.
    #[error("the {kind}'s {field} is not that of the record: do not sign")]
    Mismatch {
        /// The text's kind.
        kind: &'static str,
        /// The field that differs.
        field: &'static str,
    },
    /// The text names this package, and no record of the package was given.
    #[error("it is bound to the package {0}, whose record is not here")]
    NoPackage(Digest),
    /// The text is about this measure or incident, and no record of it was given.
    #[error("it is about {0}, whose record is not here to be checked")]
    NoRecord(Named),
    /// A record was given that the text is not about.
    #[error("it is not about the `{kind}` {text}, whose record is here")]
    NotAbout {
        /// The record's kind.
        kind: &'static str,
        /// The hash of the record's text.
        text: Digest,
    },
    /// A package's record was given for a text that is about no package.
    #[error("it is about no measure of a package: there is nothing to check against one")]
    NoPackageWanted,
}

/// Checks what a text says of other texts against their `records`: of the measure that it is about,
/// of the text that it revises, of the measures that it binds, of the incident that it attributes.
/// For a measure in a package, the record of the `package` is checked too. No record holds the number
/// of a first text or of an incident, so these are identified by their text hash. Returns the records
/// that the signer should see, in the order in which the text names them, the package's last.
///
/// # Errors
/// [`OfflineError`]: the text should not be signed.
pub fn verify_about(
    body: &Body,
    records: &[Vec<u8>],
    package: Option<&[u8]>,
) -> Result<Vec<Statement>, OfflineError> {
    let subjects = subjects(body);
    let records = records.iter().map(|bytes| statement(RECORD, bytes));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    // If one record was given for one text, the pair is compared, so that the error names what differs.
    let is_lone = subjects.len() == 1 && records.len() == 1;
    let is_stray = |record: &&Statement| subjects.iter().all(|it| it.text != record.text_hash);
    if let (false, Some(stray)) = (is_lone, records.iter().find(is_stray)) {
        return Err(OfflineError::NotAbout { kind: stray.body.kind(), text: stray.text_hash });
    }
    let mut shown = Vec::new();
    for subject in &subjects {
        let mut named = records.iter().filter(|record| is_lone || record.text_hash == subject.text);
        let record = named.next().ok_or(OfflineError::NoRecord(subject.what))?;
        verify_subject(body, subject, record)?;
        shown.push(record.clone());
    }
    match (body.about(), package) {
        (Some(about), package) => shown.extend(verify_package(body, about, package)?),
        (None, Some(_)) => return Err(OfflineError::NoPackageWanted),
        (None, None) => {}
    }
    Ok(shown)
}

/// What messages call the record of a text.
const RECORD: &str = "the record";

/// Checks that `record` is the subject's, and that it agrees with what `body` says of it.
fn verify_subject(body: &Body, subject: &Subject, record: &Statement) -> Result<(), OfflineError> {
    let differs = |field| OfflineError::Mismatch { kind: body.kind(), field };
    if let Some(field) = difference(subject, body.about(), record)? {
        return Err(differs(field));
    }
    let is_same = record.body.head().council == body.head().council;
    if is_same { Ok(()) } else { Err(differs("council")) }
}

fn verify_package(
    body: &Body,
    about: &About,
    package: Option<&[u8]>,
) -> Result<Option<Statement>, OfflineError> {
    let differs = OfflineError::Mismatch { kind: body.kind(), field: "package" };
    match (about.package, package) {
        (None, None) => Ok(None),
        (Some(hash), None) => Err(OfflineError::NoPackage(hash)),
        (Some(hash), Some(bytes)) => {
            let record = statement(PACKAGE, bytes)?;
            if binds(about, hash, &record)? { Ok(Some(record)) } else { Err(differs) }
        }
        (None, Some(_)) => Err(differs),
    }
}

/// What messages call the record of a package.
const PACKAGE: &str = "the package's record";

fn statement(what: &'static str, bytes: &[u8]) -> Result<Statement, OfflineError> {
    Statement::parse(bytes).map_err(|error| OfflineError::Record { what, error })
}

/// The first field in which the text differs from the subject's record.
fn difference(
    subject: &Subject,
    about: Option<&About>,
    record: &Statement,
) -> Result<Option<&'static str>, OfflineError> {
    let is_text = ("text hash", subject.text == record.text_hash);
    let first = |fields: &[(&'static str, bool)]| {
        fields.iter().find(|(_, same)| !same).map(|(field, _)| *field)
    };
    let (said, revision, number) = match (&record.body, subject.what) {
        (Body::Incident(_), Named::Incident { .. }) => return Ok(first(&[is_text])),
        (Body::Measure(said), Named::Measure { number, .. }) => (said, 1, number),
        (Body::Revision(it), Named::Measure { .. }) => {
            (&it.measure, it.revision, it.revises.number)
        }
        (other, _) => return Err(OfflineError::Kind { what: RECORD, kind: other.kind() }),
    };
    let Named::Measure { number: wanted, revision: at } = subject.what else { return Ok(None) };
    Ok(first(&[
        is_text,
        ("number", wanted == number),
        ("revision", at.is_none_or(|at| at == revision)),
        ("title", about.is_none_or(|about| about.title == said.title)),
        ("rule", about.is_none_or(|about| about.rule == said.rule)),
    ]))
}

/// Whether `record` is the package with this hash and binds the measure in its current text.
fn binds(about: &About, hash: Digest, record: &Statement) -> Result<bool, OfflineError> {
    let Body::Package(package) = &record.body else {
        return Err(OfflineError::Kind { what: PACKAGE, kind: record.body.kind() });
    };
    let mut cited = package.measures.iter();
    let is_bound = cited.any(|it| it.number == about.measure && it.text == about.text);
    Ok(record.text_hash == hash && is_bound)
}
