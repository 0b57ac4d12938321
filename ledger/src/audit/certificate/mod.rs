//! A certificate: what the log has on one measure, in one text that can be checked without the log.
//!
//! ```text
//! nemcon/v1 certificate            what it is about
//! genesis                          the founders' text and signatures: who sat at first, by which law
//! record ...                       of the measure, and of every change of keys and seats: leaves of the log
//! hash ...                         the rest of the tree, so that the leaves lead to the checkpoint's root
//! checkpoint                       the tree head with the seals of all members
//! ```
//!
//! What it guarantees: a certificate has one written form. What it does not: what it says is judged by
//! [`Certificate::verify`], against a council digest that comes from elsewhere.

mod choose;
mod chooser;
mod conclude;
mod proven;
mod verify;

use core::fmt::Write as _;

use nemcon_crypto::{Digest, LeafIndex};

pub use choose::{ChooseError, receipt};
pub use proven::{BallotShown, Ending, MandateShown, Moment, Proven};

use super::inquiry::NOTE_BYTES_MAX;
use crate::record::limits::RECORD_BYTES_MAX;
use crate::text::Line;
use crate::text::parts::{PartError, Parts};

/// The longest certificate, in bytes.
pub const CERTIFICATE_BYTES_MAX: u64 = 8 << 20;
/// The greatest number of records in one.
const RECORDS_MAX: usize = 8_192;
/// The greatest number of hashes in one: more than those records can need.
const HASHES_MAX: usize = 64 * RECORDS_MAX;

/// The first line of every certificate.
pub const CERTIFICATE_HEAD: &str = "nemcon/v1 certificate";

/// What the log has on one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The council digest, which says nothing: whoever verifies brings one.
    pub council: Digest,
    /// The number of the measure.
    pub measure: u64,
    /// How the file is marked, because members alone may see all of it; it says nothing either.
    pub marking: Option<Line>,
    /// The genesis with the founders' signatures, a signed note.
    pub genesis: String,
    /// Leaves of the log behind the genesis, in ascending order.
    pub records: Vec<(LeafIndex, String)>,
    /// The hashes that lead from the genesis and these leaves to the root, from left to right.
    pub hashes: Vec<Digest>,
    /// The tree head with the seals, a signed note.
    pub checkpoint: String,
}

/// Why a text is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It does not begin as one.
    #[error("it does not begin with `{CERTIFICATE_HEAD}`")]
    Head,
    /// A program has changed the ends of its lines.
    #[error(
        "its lines end in CR LF: a program that has stored or sent it has altered it; send it as a file, not as text"
    )]
    LineEnds,
    /// Not UTF-8.
    #[error("not UTF-8 at byte {0}")]
    Utf8(usize),
    /// Longer than any.
    #[error("longer than {CERTIFICATE_BYTES_MAX} bytes")]
    TooLong,
    /// Another line or part stands where one of a certificate must stand.
    #[error(transparent)]
    Part(#[from] PartError),
    /// Records are not in ascending order, or too many of them.
    #[error("record {0} is not behind the one before it, or there are more than {RECORDS_MAX}")]
    Order(u64),
    /// Something stands behind its end.
    #[error("the checkpoint is not its last part: something stands behind it at byte {0}")]
    Behind(usize),
}

impl Certificate {
    /// Its text.
    pub fn render(&self) -> String {
        let Self { council, measure, marking, genesis, records, hashes, checkpoint } = self;
        let mut text = format!("{CERTIFICATE_HEAD}\ncouncil {council}\nmeasure {measure}\n");
        if let Some(marking) = marking {
            let _ = writeln!(text, "marking {marking}");
        }
        let mut part = |name: &str, bytes: &str| {
            let _ = write!(text, "\n{name} {}\n{bytes}", bytes.len());
        };
        part("genesis", genesis);
        for (at, record) in records {
            part(&format!("record {at}"), record);
        }
        text.push('\n');
        for hash in hashes {
            let _ = writeln!(text, "hash {hash}");
        }
        let _ = write!(text, "\ncheckpoint {}\n{checkpoint}", checkpoint.len());
        text
    }

    /// Reads one from a file's bytes.
    ///
    /// # Errors
    /// [`CertificateError`] for whatever is not written as [`Self::render`] writes it.
    pub fn parse(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() as u64 > CERTIFICATE_BYTES_MAX {
            return Err(CertificateError::TooLong);
        }
        if bytes.starts_with(format!("{CERTIFICATE_HEAD}\r").as_bytes()) {
            return Err(CertificateError::LineEnds);
        }
        let text = core::str::from_utf8(bytes)
            .map_err(|error| CertificateError::Utf8(error.valid_up_to()))?;
        Reader(Parts::new(text)).certificate()
    }
}

/// Goes through the text of a certificate.
struct Reader<'a>(Parts<'a>);

impl Reader<'_> {
    fn certificate(mut self) -> Result<Certificate, CertificateError> {
        if self.0.line() != Some(CERTIFICATE_HEAD) {
            return Err(CertificateError::Head);
        }
        let council = self.0.value("council ", "council DIGEST")?;
        let measure = self.0.value("measure ", "measure NUMBER")?;
        let marking = if self.0.rest().starts_with("marking ") {
            Some(self.0.value("marking ", "marking TEXT")?)
        } else {
            None
        };
        self.0.blank("genesis LENGTH")?;
        let length = self.0.value("genesis ", "genesis LENGTH")?;
        let genesis = self.0.part(length, NOTE_BYTES_MAX)?.to_owned();
        let records = self.records()?;
        self.0.blank("hash DIGEST")?;
        let mut hashes = Vec::new();
        while self.0.rest().starts_with("hash ") {
            if hashes.len() == HASHES_MAX {
                return Err(CertificateError::TooLong);
            }
            hashes.push(self.0.value("hash ", "hash DIGEST")?);
        }
        self.0.blank("checkpoint LENGTH")?;
        let length = self.0.value("checkpoint ", "checkpoint LENGTH")?;
        let checkpoint = self.0.part(length, NOTE_BYTES_MAX)?.to_owned();
        if !self.0.rest().is_empty() {
            return Err(CertificateError::Behind(self.0.at()));
        }
        Ok(Certificate { council, measure, marking, genesis, records, hashes, checkpoint })
    }

    fn records(&mut self) -> Result<Vec<(LeafIndex, String)>, CertificateError> {
        let mut records: Vec<(LeafIndex, String)> = Vec::new();
        while self.0.rest().starts_with("\nrecord ") {
            self.0.line();
            let start = self.0.at();
            let line = self.0.line().unwrap_or_default();
            let words = line.strip_prefix("record ").and_then(|rest| rest.split_once(' '));
            let numbers = words.and_then(|(at, length)| Some((number(at)?, number(length)?)));
            let wanted = "record INDEX LENGTH";
            let (index, length) = numbers.ok_or(PartError::Line { at: start, wanted })?;
            let last = records.last().map_or(0, |(at, _)| at.0);
            if index <= last || records.len() == RECORDS_MAX {
                return Err(CertificateError::Order(index));
            }
            let record = self.0.part(length, RECORD_BYTES_MAX as u64)?;
            records.push((LeafIndex(index), record.to_owned()));
        }
        Ok(records)
    }
}

/// A number in its one written form.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
