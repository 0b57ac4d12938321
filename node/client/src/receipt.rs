//! Receipts: that a ballot stands in the log which all members have sealed, as a C2SP tlog-proof.

use core::fmt::Write as _;
use std::path::Path;

use nemcon_crypto::Digest;
use nemcon_crypto::policy::Policy;
use nemcon_crypto::tlog_proof::{TLOG_PROOF_HEAD, TlogProof, TlogProofError};
use nemcon_ledger::audit::Inquiry;
use nemcon_ledger::audit::certificate::{ChooseError, receipt};
use nemcon_ledger::record::{Body, Record};
use nemcon_ledger::text::{Code, Show as _};
use serde_json::{Value, json};

use crate::audit::Opened;
use crate::certificate::position;
use crate::clock::now;
use crate::failure::Failure;

/// The receipt for a member's ballot on a measure, from an export, which is audited first.
///
/// # Errors
/// [`Failure`] if the export is not verified or has no such ballot.
pub fn from_export(
    export: &Path,
    council: &Digest,
    measure: u64,
    code: &Code,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<TlogProof, Failure> {
    let opened = Opened::at(export)?;
    let inquiry = Inquiry { now: now().ok(), ..Inquiry::of(*council) };
    let report = opened.inquire(inquiry, export, progress)?;
    if !report.is_verified() && !report.is_verified_in_public() {
        return Err(Failure::refused(format_args!("NOT verified: {}", export.shown()))
            .next("`nemcon audit` says what is wrong with the export"));
    }
    let unreadable = |error: &dyn core::fmt::Display| {
        Failure::usage(format_args!("{} could not be read: {error}", export.shown()))
            .next("check the path and who may read it")
    };
    receipt(opened.source(), measure, code).map_err(|error| match error {
        ChooseError::NoMeasure(_) => Failure::usage(error)
            .next("`nemcon measure list` has the numbers; a newer export may have it"),
        ChooseError::NoBallot { .. } => Failure::refused(error).next(
            "`nemcon measure show N` says whether the ballot is ordered; `nemcon status` whose seals are missing",
        ),
        error => unreadable(&error),
    })
}

/// Whether the file begins as a C2SP tlog-proof does.
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(TLOG_PROOF_HEAD.as_bytes())
}

/// What a receipt was found to show.
#[derive(Debug)]
pub struct Shown {
    proof: TlogProof,
    record: Record,
    sealed_by: Vec<String>,
    /// The witnesses of the policy that have not sealed: the policy does not ask for all.
    lacking: Vec<String>,
    size: u64,
}

/// Checks a receipt under a policy that the caller trusts.
///
/// # Errors
/// [`Failure`] if it shows nothing.
pub fn verify(path: &Path, bytes: &[u8], policy: &Policy) -> Result<Shown, Failure> {
    let shows_nothing = |why: &dyn core::fmt::Display| {
        Failure::refused(format_args!("NOT VERIFIED: {}: {why}", path.shown()))
            .next("it shows nothing; ask whoever gave it for the file as `nemcon receipt` wrote it")
    };
    let wrong = |error: TlogProofError| {
        match error {
        TlogProofError::Policy(_) => shows_nothing(&error).next(
            "take the `finality.policy` of an export of that day that you have audited: keys may have changed",
        ),
        error => shows_nothing(&error),
    }
    };
    let proof = TlogProof::parse(bytes).map_err(wrong)?;
    let extra = proof.extra.clone();
    let extra =
        extra.ok_or_else(|| shows_nothing(&"it does not hold the record that it is about"))?;
    let accepted = proof.verify(&extra, policy).map_err(wrong)?;
    let record = Record::parse(&extra).map_err(|error| shows_nothing(&error))?;
    let sealed_by: Vec<_> = accepted.witnesses.iter().map(ToString::to_string).collect();
    let all = policy.witnesses().map(|(name, _)| name.to_string());
    let lacking = all.filter(|name| !sealed_by.contains(name)).collect();
    Ok(Shown { size: accepted.checkpoint.size().0, proof, record, sealed_by, lacking })
}

impl Shown {
    /// The council that the record names.
    pub fn council(&self) -> Option<Digest> {
        match &self.record {
            Record::Statement(statement) => Some(statement.body.head().council),
            _ => None,
        }
    }

    /// What it shows, in words, with the text of the record.
    pub fn words(&self) -> String {
        let mut words = String::new();
        if let Record::Statement(statement) = &self.record {
            if let Body::Ballot(ballot) = &statement.body {
                let (about, code) = (&ballot.said.about, &ballot.said.on_behalf);
                let _ = writeln!(
                    words,
                    "{code}: {} on measure {}, revision {}: {}",
                    position(ballot.position),
                    about.measure,
                    about.revision,
                    about.title
                );
            }
            let _ = write!(words, "\n{}\n", statement.note.text());
        }
        let _ = writeln!(
            words,
            "record      {} of a log of {}, sealed by {} of the policy: {}",
            self.proof.index.0,
            self.size,
            self.sealed_by.len(),
            self.sealed_by.join(" ")
        );
        if !self.lacking.is_empty() || self.sealed_by.is_empty() {
            let _ = writeln!(
                words,
                "not sealed  by {}: this policy asks for fewer than all, and a decision is final only when all have \
                 sealed",
                if self.lacking.is_empty() { "anybody".to_owned() } else { self.lacking.join(" ") }
            );
        }
        words.push_str(
            "not told    whose keys the policy names: trust comes from where you have it; whether the ballot was \
             replaced later\nVERIFIED",
        );
        words
    }

    /// The same as JSON.
    pub fn json(&self) -> Value {
        let text = match &self.record {
            Record::Statement(statement) => Some(statement.note.text().to_owned()),
            _ => None,
        };
        json!({
            "verified": true, "record": self.proof.index.0, "size": self.size, "kind": self.record.kind(),
            "council": self.council(), "text": text, "sealed_by": self.sealed_by, "not_sealed_by": self.lacking,
        })
    }
}
