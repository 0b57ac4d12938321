//! `nemcon receipt`: that a ballot stands in the log, as a C2SP tlog-proof.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use nemcon_client::atomic_write::{folder_of, new_file};
use nemcon_client::export::Scope;
use nemcon_client::failure::Failure;
use nemcon_client::receipt::from_export;
use nemcon_crypto::tlog_proof::TlogProof;
use nemcon_ledger::text::{Code, Show as _};
use serde_json::json;

use super::source::LogSource;
use crate::cli::context::Context;
use crate::interrupt::Interrupt;
use crate::progress;

/// The receipt for which ballot.
#[derive(Clone, Debug, Args)]
pub(super) struct ReceiptArgs {
    /// The number of the measure.
    measure: u64,
    /// The file to write; a name that ends in `.tlog-proof` is what other programs expect.
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// The member whose ballot it is; by default the party for whom the command speaks.
    #[arg(long = "of", value_name = "CODE")]
    member: Option<Code>,
    #[command(flatten)]
    from: LogSource,
}

/// Runs `nemcon receipt`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &ReceiptArgs, context: Context<'_>) -> Result<(), Failure> {
    verify_new(&args.out)?;
    let own = || {
        let session = context.session()?;
        session
            .code()
            .cloned()
            .ok_or_else(|| Failure::usage("the receipt for whose ballot?").next("give `--of CODE`"))
    };
    let code = match (&args.member, &context.global.party) {
        (Some(code), _) | (None, Some(code)) => code.clone(),
        (None, None) if !args.from.is_node() => {
            return Err(Failure::usage("the receipt for whose ballot?").next("give `--of CODE`"));
        }
        (None, None) => own()?,
    };
    let proof = args.from.with(Scope::Whole, context, |folder, council| {
        progress::of_audit(|it| from_export(folder, &council, args.measure, &code, it))
    })?;
    write(&args.out, &proof)?;
    let words = format!(
        "{}\nnext: nemcon verify {} --policy FILE: the `finality.policy` of an export of today",
        said(&args.out, &proof),
        args.out.shown()
    );
    let value = json!({ "file": args.out.shown().clone(), "record": proof.index.0 });
    context.screen.result(&value, words)
}

/// How long a receipt is waited for.
const SEALS_WAIT: Duration = Duration::from_mins(1);
/// The interval at which the node is asked how far all have sealed.
const POLL: Duration = Duration::from_millis(200);

/// Writes the receipt of a ballot that is ordered as record `leaf`, once all members have sealed it.
///
/// # Errors
/// [`Failure`] if they have not in a minute, or Ctrl-C ends the wait; the ballot stands all the same.
pub(super) fn once_sealed(
    out: &Path,
    measure: u64,
    on_behalf: Option<Code>,
    leaf: u64,
    context: Context<'_>,
) -> Result<(), Failure> {
    let session = context.session()?;
    let later =
        || format!("`nemcon receipt {measure} --out {}` writes it once they have", out.shown());
    let interrupt = Interrupt::listen()?;
    let begun = Instant::now();
    while session.client().status()?.sealed_size <= leaf {
        if begun.elapsed() > SEALS_WAIT || interrupt.is_raised() {
            return Err(Failure::refused(
                "the ballot is ordered; its receipt is not written, because not all members have sealed it so far",
            )
            .next(later()));
        }
        std::thread::sleep(POLL);
    }
    let code = on_behalf
        .or_else(|| session.code().cloned())
        .ok_or_else(|| Failure::usage("the receipt for whose ballot?").next(later()))?;
    let from = LogSource::node();
    let proof = from.with(Scope::Whole, context, |folder, council| {
        progress::of_audit(|it| from_export(folder, &council, measure, &code, it))
    })?;
    write(out, &proof)?;
    context.screen.say(said(out, &proof))
}

/// Refuses a file that is there.
pub(super) fn verify_new(out: &Path) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::usage(format_args!("{} is there already", out.shown()))
            .next("name a file that is not there; nothing is overwritten"));
    }
    if !folder_of(out).is_dir() {
        return Err(Failure::usage(format_args!("no folder {} is there", folder_of(out).shown()))
            .next("name a file in a folder that is there; nothing was done"));
    }
    Ok(())
}

/// Writes the file.
pub(super) fn write(out: &Path, proof: &TlogProof) -> Result<(), Failure> {
    new_file(out, proof.render().as_bytes()).map_err(|error| {
        Failure::usage(format_args!("{} could not be written: {error}", out.shown()))
            .next("see that the folder is there, and who may write in it")
    })
}

/// What was written.
pub(super) fn said(out: &Path, proof: &TlogProof) -> String {
    format!(
        "{}: the ballot and the proof that it is record {} of the log that all members have sealed",
        out.shown(),
        proof.index.0
    )
}
