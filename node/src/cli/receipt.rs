//! `nemcon receipt`: that a ballot stands in the log, as a C2SP tlog-proof.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use nemcon_audit::receipt;
use nemcon_client::export::Scope;
use nemcon_client::failure::Failure;
use nemcon_ledger::text::{Code, Show as _};

use super::source::LogSource;
use crate::cli::context::Context;
use crate::interrupt::Interrupt;

/// The receipt for which ballot, from where, and where to.
#[derive(Clone, Debug, Args)]
pub(super) struct ReceiptCommand {
    #[command(flatten)]
    of: receipt::ReceiptArgs,
    #[command(flatten)]
    from: LogSource,
}

/// Runs `nemcon receipt`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &ReceiptCommand, context: Context<'_>) -> Result<(), Failure> {
    args.of.verify()?;
    let code = match args.of.member.as_ref().or(context.global.party.as_ref()) {
        Some(code) => code.clone(),
        None if args.from.is_export() => return Err(receipt::of_nobody()),
        None => context.session()?.code().cloned().ok_or_else(receipt::of_nobody)?,
    };
    let proof = args
        .from
        .with(Scope::Whole, context, |folder, council| args.of.make(folder, &council, &code))?;
    args.of.write(&proof, context.screen)
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
        receipt::make(folder, &council, measure, &code)
    })?;
    context.screen.say(receipt::write(out, &proof)?)
}
