//! `certificate`: one decision in one file, which anybody can check without a node.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::certificate::{self, describe, from_export, verdict};
use nemcon_client::failure::Failure;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::certificate::{Certificate, Proven};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use crate::output::{is_standard, print_text, verify_new, write_new};
use crate::progress;
use crate::screen::Screen;

/// The certificate of which measure, and where to.
#[derive(Clone, Debug, Args)]
pub struct CertificateArgs {
    /// The number of the measure.
    pub measure: u64,
    /// The file to write; `-` prints it.
    #[arg(short, long, value_name = "FILE")]
    pub out: PathBuf,
    /// Write this new file too: a page for people, which holds the certificate and prints.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl CertificateArgs {
    /// Refuses what cannot be written, before any work is done.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn verify(&self) -> Result<(), Failure> {
        if self.html.as_ref() == Some(&self.out) {
            return Err(Failure::usage("`--out` and `--html` name one file").next("name two files"));
        }
        self.html.as_deref().map_or(Ok(()), verify_new)?;
        if is_standard(&self.out) { Ok(()) } else { verify_new(&self.out) }
    }

    /// Makes the certificate from an export, which is audited first.
    ///
    /// # Errors
    /// [`Failure`] if the export is not verified or shows no such measure.
    pub fn make(&self, export: &Path, council: &Digest) -> Result<(Certificate, Proven), Failure> {
        progress::of_audit(|it| from_export(export, council, self.measure, it))
    }

    /// Writes the file, and tells what it shows.
    ///
    /// # Errors
    /// [`Failure`]; with status 1, once the file is written, if the measure is not decided finally.
    pub fn write(
        &self,
        made: &(Certificate, Proven),
        council: &Digest,
        screen: Screen,
    ) -> Result<(), Failure> {
        let (certificate, proven) = made;
        let text = certificate.render();
        if !is_standard(&self.out) {
            write_new(&self.out, text.as_bytes())?;
        }
        if let Some(html) = &self.html {
            write_new(html, certificate::page(certificate, proven).as_bytes())?;
        }
        if is_standard(&self.out) {
            print_text(&text, screen)?;
            return status(Path::new("the certificate"), proven, screen);
        }
        let marking = certificate.marking.as_ref().map(|marking| format!("{marking}\n"));
        let file = self.out.shown();
        let words = format!(
            "{}{}\n{file}, {} bytes, shows this by itself\nnext: nemcon verify {file} --council {council}",
            marking.unwrap_or_default(),
            describe(proven),
            text.len(),
        );
        let value = json!({
            "file": file.clone(), "bytes": text.len(), "marking": certificate.marking,
            "shows": certificate::json(proven),
        });
        screen.result(&value, words)?;
        status(&self.out, proven, screen)
    }
}

/// The exit status of what the certificate in a file shows.
pub(crate) fn status(file: &Path, proven: &Proven, screen: Screen) -> Result<(), Failure> {
    if proven.is_final() {
        return Ok(());
    }
    if proven.is_final_in_public() {
        return Err(Failure::in_part());
    }
    if screen.is_json() {
        return Err(Failure::silent());
    }
    let file = file.shown();
    if proven.is_faultless() {
        return Err(Failure::refused(format_args!("{file}: {}", verdict(proven))).next(
            "once the measure is decided and all members have sealed that, `nemcon certificate` writes a new one",
        ));
    }
    let faults = count(proven.report.fault_count.max(1), "fault");
    Err(Failure::refused(format_args!("NOT verified: {faults} in {file}"))
        .next("do not rely on it; get one from another member, and compare"))
}
