//! `nemcon log`: exports the ledger as static files.

use std::path::PathBuf;

use clap::Subcommand;
use nemcon_client::export::export;
use nemcon_client::failure::Failure;
use nemcon_ledger::text::Show as _;

use crate::cli::context::Context;
use crate::progress;

/// Takes the ledger out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Write the ledger, up to the newest size sealed by all, as C2SP tlog-tiles.
    Export {
        /// The folder to make; it must not exist, or be empty.
        out: PathBuf,
    },
}

/// Runs `nemcon log`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &LogCommand, context: Context<'_>) -> Result<(), Failure> {
    let LogCommand::Export { out } = command;
    let session = context.session()?;
    let done = progress::of_records(|progress| export(&session, out, progress))?;
    let words = format!(
        "exported {} records, up to block {}, sealed by all {}: {} files in {}\n\
         next: nemcon audit {} --council {}",
        done.records,
        done.height,
        done.seals,
        done.files,
        done.folder.shown(),
        out.shown(),
        session.council()?,
    );
    context.screen.result(&done, words)
}
