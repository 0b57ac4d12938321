//! `nemcon certificate`: one decision in one file, which anybody can check without a node.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::atomic_write::new_file;
use nemcon_client::certificate::{self, describe, from_export, verdict};
use nemcon_client::export::Scope;
use nemcon_client::failure::Failure;
use nemcon_client::words::count;
use nemcon_ledger::audit::certificate::Proven;
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::receipt::verify_new;
use super::source::LogSource;
use crate::cli::context::Context;
use crate::cli::screen::Screen;
use crate::progress;

/// The certificate of which measure, from where, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct CertificateArgs {
    /// The number of the measure.
    measure: u64,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    from: LogSource,
    /// Leave out what the charter does not make public, and votes until they are released.
    #[arg(long)]
    public: bool,
}

/// Runs `nemcon certificate`.
///
/// # Errors
/// [`Failure`]; with status 1, once the file is written, if the measure is not decided finally.
pub(super) fn run(args: &CertificateArgs, context: Context<'_>) -> Result<(), Failure> {
    verify_new(&args.out)?;
    if args.public && args.from.is_export() {
        return Err(Failure::usage("what an export holds goes into its certificate")
            .next("give a public export, which `nemcon log export OUT --public` writes"));
    }
    let scope = if args.public { Scope::Public } else { Scope::Whole };
    let (certificate, proven, council) = args.from.with(scope, context, |folder, council| {
        let made = progress::of_audit(|it| from_export(folder, &council, args.measure, it))?;
        Ok((made.0, made.1, council))
    })?;
    let text = certificate.render();
    new_file(&args.out, text.as_bytes()).map_err(|error| {
        Failure::usage(format_args!("{} could not be written: {error}", args.out.shown()))
            .next("see that the folder is there, and who may write in it")
    })?;
    let marking = certificate.marking.as_ref().map(|marking| format!("{marking}\n"));
    let words = format!(
        "{}{}\n{}, {} bytes, shows this by itself\nnext: nemcon verify {} --council {council}",
        marking.unwrap_or_default(),
        describe(&proven),
        args.out.shown(),
        text.len(),
        args.out.shown(),
    );
    let value = json!({
        "file": args.out.shown().clone(), "bytes": text.len(), "marking": certificate.marking, "shows": certificate::json(&proven),
    });
    context.screen.result(&value, words)?;
    status(&args.out, &proven, context.screen)
}

/// The exit status of what the certificate in a file shows.
pub(super) fn status(file: &Path, proven: &Proven, screen: Screen) -> Result<(), Failure> {
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
