//! Certificates in files: made from an export that was audited, read and judged without one.

mod json;
mod page;
mod words;

use std::path::Path;

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::audit::certificate::{
    CERTIFICATE_HEAD, Certificate, CertificateError, ChooseError, Proven,
};
use nemcon_ledger::audit::{Inquiry, Report, Source};
use nemcon_ledger::council::Council;
use nemcon_ledger::export::public_records;
use nemcon_ledger::text::{Line, Show as _};

use crate::audit::Opened;
use crate::clock::now;
use crate::failure::Failure;

pub use json::of as json;
pub use page::{held_in, page};
pub use words::{describe, position, verdict};

/// Makes the certificate of a measure from an export, which is audited first, and judges it as a reader will.
///
/// # Errors
/// [`Failure`] if the export is not verified or shows no such measure.
pub fn from_export(
    export: &Path,
    council: &Digest,
    measure: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(Certificate, Proven), Failure> {
    let opened = Opened::at(export)?;
    let inquiry = Inquiry { now: now().ok(), ..Inquiry::of(*council) };
    let report = opened.inquire(inquiry, export, progress)?;
    if !report.is_verified() && !report.is_verified_in_public() {
        return Err(Failure::refused(format_args!("NOT verified: {}", export.shown()))
            .next("`nemcon audit` says what is wrong with the export"));
    }
    match chosen(opened.source(), &report, council, measure)? {
        Some(made) => Ok(made),
        None => Err(Failure::usage(format_args!(
            "what was given of the log shows no measure {measure}"
        ))
        .next(if report.shown.is_some() {
            "what is public shows what was decided; without `--public`, or from a member’s export, there is more"
        } else {
            "`nemcon measure list` has the numbers; a newer export may have it"
        })),
    }
}

/// Makes the certificate of a measure from an export of which this is the report, and judges it as a reader will.
/// `None` if the export shows no such measure.
///
/// # Errors
/// [`Failure`] if a file of the export cannot be read.
pub(crate) fn chosen(
    source: &dyn Source,
    report: &Report,
    council: &Digest,
    measure: u64,
) -> Result<Option<(Certificate, Proven)>, Failure> {
    let mut certificate = match Certificate::choose(source, measure) {
        Ok(certificate) => certificate,
        Err(ChooseError::NoMeasure(_)) => return Ok(None),
        Err(error) => {
            return Err(Failure::usage(format_args!("the export could not be read: {error}"))
                .next("check the path and who may read it"));
        }
    };
    certificate.marking = report.state.as_ref().and_then(|council| marking(council, &certificate));
    let proven = certificate.verify(council);
    if let Some(fault) = proven.report.faults.first() {
        // An audit and a certificate of one log judge by one law: this is a defect of this program.
        return Err(Failure::usage(format_args!(
            "the certificate of measure {measure} would not hold: {fault}"
        ))
        .next("report this with the export; `nemcon audit` has verified it"));
    }
    Ok(Some((certificate, proven)))
}

/// The charter's marking, where the certificate holds what is not public.
fn marking(council: &Council, certificate: &Certificate) -> Option<Line> {
    let marking = council.genesis().charter.publication.as_ref().map(|it| &it.marking)?;
    (!internal(council, certificate).is_empty()).then(|| marking.clone())
}

/// The records of a certificate that are not public, as the council stands, by their places.
pub(crate) fn internal(council: &Council, certificate: &Certificate) -> Vec<LeafIndex> {
    let is_internal = |(at, record): &&(LeafIndex, String)| {
        public_records(council, *at, [record.as_bytes().to_vec()]).any(|shown| shown.is_empty())
    };
    certificate.records.iter().filter(is_internal).map(|(at, _)| *at).collect()
}

/// Whether the file begins as a certificate does.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(CERTIFICATE_HEAD.as_bytes())
}

/// Reads the certificate in a file's bytes.
///
/// # Errors
/// [`Failure`] if they are none.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Certificate, Failure> {
    Certificate::parse(bytes).map_err(|error| {
        let advice = match error {
            CertificateError::LineEnds => "ask for the file in an archive, or as an attachment that is left as it is",
            _ => "it shows nothing; ask whoever gave it for the file as `nemcon certificate` wrote it",
        };
        not_one(path, &error).next(advice)
    })
}

fn not_one(path: &Path, why: &dyn core::fmt::Display) -> Failure {
    Failure::refused(format_args!("NOT VERIFIED: {} is no certificate: {why}", path.shown()))
}
