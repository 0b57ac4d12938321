//! `receipt`: that a ballot stands in the log, as a C2SP tlog-proof.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::failure::Failure;
use nemcon_client::receipt::from_export;
use nemcon_crypto::Digest;
use nemcon_crypto::tlog_proof::TlogProof;
use nemcon_ledger::text::{Code, Show as _};
use serde_json::json;

use crate::output::{is_standard, print_text, verify_new, write_new};
use crate::progress;
use crate::screen::Screen;

/// The receipt for which ballot, and where to.
#[derive(Clone, Debug, Args)]
pub struct ReceiptArgs {
    /// The number of the measure.
    pub measure: u64,
    /// The file to write, or `-` to print it; a name that ends in `.tlog-proof` is what other programs expect.
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// The member whose ballot it is; by default the party for whom the command speaks.
    #[arg(long = "of", value_name = "CODE")]
    pub member: Option<Code>,
}

impl ReceiptArgs {
    /// Refuses what cannot be written, before any work is done.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn verify(&self) -> Result<(), Failure> {
        if is_standard(&self.out) { Ok(()) } else { verify_new(&self.out) }
    }

    /// Makes the receipt for a member's ballot from an export, which is audited first.
    ///
    /// # Errors
    /// [`Failure`] if the export is not verified or has no such ballot.
    pub fn make(&self, export: &Path, council: &Digest, of: &Code) -> Result<TlogProof, Failure> {
        make(export, council, self.measure, of)
    }

    /// Writes the file, and tells what it shows.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn write(&self, proof: &TlogProof, screen: Screen) -> Result<(), Failure> {
        if is_standard(&self.out) {
            return print_text(&proof.render(), screen);
        }
        let words = format!(
            "{}\nnext: nemcon verify {} --policy FILE: the `finality.policy` of an export of today",
            write(&self.out, proof)?,
            self.out.shown()
        );
        screen.result(&json!({ "file": self.out.shown().clone(), "record": proof.index.0 }), words)
    }
}

/// Refuses the question for nobody's receipt.
pub fn of_nobody() -> Failure {
    Failure::usage("the receipt for whose ballot?").next("give `--of CODE`")
}

/// Makes the receipt for a member's ballot from an export, which is audited first.
///
/// # Errors
/// [`Failure`] if the export is not verified or has no such ballot.
pub fn make(
    export: &Path,
    council: &Digest,
    measure: u64,
    of: &Code,
) -> Result<TlogProof, Failure> {
    progress::of_audit(|it| from_export(export, council, measure, of, it))
}

/// Writes the file, and says what it is.
///
/// # Errors
/// [`Failure`].
pub fn write(out: &Path, proof: &TlogProof) -> Result<String, Failure> {
    write_new(out, proof.render().as_bytes())?;
    Ok(format!(
        "{}: the ballot and the proof that it is record {} of the log that all members have sealed",
        out.shown(),
        proof.index.0
    ))
}
