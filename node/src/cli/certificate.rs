//! `nemcon certificate`: one decision in one file, which anybody can check without a node.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::atomic_write::new_file;
use nemcon_client::certificate::{self, describe, from_export};
use nemcon_client::export::{Scope, export};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::certificate::{Certificate, Proven};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::log::export_folder;
use crate::cli::context::Context;
use crate::progress;

/// The certificate of which measure, from where, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct CertificateArgs {
    /// The number of the measure.
    measure: u64,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Take it from this export instead of asking a node; `--council` says whose it must be.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["ledger", "public"])]
    export: Option<PathBuf>,
    /// Take it from this ledger folder instead of asking a node.
    #[arg(long, value_name = "FOLDER")]
    ledger: Option<PathBuf>,
    /// The configuration of the node whose folder it is; by default `node.toml` beside the folder.
    #[arg(long, value_name = "FILE", requires = "ledger")]
    config: Option<PathBuf>,
    /// Leave out what the charter does not make public, and votes until they are released.
    #[arg(long)]
    public: bool,
}

/// Runs `nemcon certificate`.
///
/// # Errors
/// [`Failure`]; with status 1, once the file is written, if the measure is not decided finally.
pub(super) fn run(args: &CertificateArgs, context: Context<'_>) -> Result<(), Failure> {
    if args.out.exists() {
        return Err(Failure::usage(format_args!("{} is there already", args.out.shown()))
            .next("name a file that is not there; nothing is overwritten"));
    }
    let (certificate, proven, council) = made(args, context)?;
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
    let file = args.out.display().to_string();
    let value = json!({
        "file": file, "bytes": text.len(), "marking": certificate.marking, "shows": certificate::json(&proven),
    });
    context.screen.result(&value, words)?;
    status(&proven)
}

/// Makes it from where the arguments say; also the council digest that it is checked against.
fn made(
    args: &CertificateArgs,
    context: Context<'_>,
) -> Result<(Certificate, Proven, Digest), Failure> {
    let from = |folder: &Path, council: Digest| {
        let made = progress::of_audit(|it| from_export(folder, &council, args.measure, it))?;
        Ok((made.0, made.1, council))
    };
    if let Some(folder) = &args.export {
        let council = context.global.council.ok_or_else(|| {
            Failure::usage(
                "an export needs the council digest from you: it cannot vouch for itself",
            )
            .next("give `--council DIGEST`, from the founding papers")
        })?;
        return from(folder, council);
    }
    let scope = if args.public { Scope::Public } else { Scope::Whole };
    let scratch = tempfile::tempdir().map_err(|error| {
        Failure::usage(format_args!("no folder for the work could be made: {error}"))
            .next("see that the folder for temporary files is there, and has room")
    })?;
    let out = scratch.path().join("export");
    let council = if let Some(ledger) = &args.ledger {
        let config = args.config.as_deref();
        export_folder(&out, ledger, config, context.global.council, scope)?.1
    } else {
        let session = context.session()?;
        progress::of_records(|progress| export(&session, &out, scope, progress))?;
        session.council()?
    };
    from(&out, council)
}

/// The exit status of what a certificate shows.
pub(super) fn status(proven: &Proven) -> Result<(), Failure> {
    if proven.is_final() {
        Ok(())
    } else if proven.is_final_in_public() {
        Err(Failure::in_part())
    } else {
        Err(Failure::silent())
    }
}
