//! `nemcon log`: exports the ledger as static files, and lists what stands in it.

mod folder;
mod follow;
mod publish;
mod records;

pub(super) use folder::export_folder;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::export::{Exported, Scope, export};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Show as _};

use super::context::Context;
use nemcon_audit::Screen;
use nemcon_audit::progress;

/// Takes the ledger out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Write the ledger, up to the newest size sealed by all, as C2SP tlog-tiles.
    Export {
        /// The folder to make. If an export is there, only what is new is fetched.
        out: PathBuf,
        /// Withhold the records that the charter does not make public; the tree stays whole.
        #[arg(long)]
        public: bool,
    },
    /// Keep a folder in step with the log, for any web server to give out: tiles first, checkpoint last.
    Publish(publish::PublishArgs),
    /// Print what changes, as it changes: blocks with their records, decisions, seals, and this node's conditions.
    Follow {
        /// The first leaf of the log that is told, or the id of an event behind which to go on; by default from now on.
        #[arg(long, value_name = "N")]
        from: Option<String>,
    },
    /// List what stands in the log about one measure, or what one party has signed; by default your own.
    Records {
        /// The number of the measure.
        #[arg(long, value_name = "N", conflicts_with = "signed_by")]
        measure: Option<u64>,
        /// The code of the party.
        #[arg(long = "party", value_name = "CODE")]
        signed_by: Option<Code>,
    },
}

/// Runs `nemcon log`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &LogCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        LogCommand::Export { out, public } => {
            let scope = scope(*public);
            if let Some(ledger) = &context.global.ledger {
                let (done, council) = folder::export_folder(out, ledger, context.global, scope)?;
                return show(&done, out, council, context.screen);
            }
            let session = context.session()?;
            let done = progress::of_records(|progress| export(&session, out, scope, progress))?;
            show(&done, out, session.council()?, context.screen)
        }
        LogCommand::Publish(args) => publish::run(args, context),
        LogCommand::Follow { .. } if context.global.ledger.is_some() => {
            Err(Failure::usage("`--ledger` names a folder, and a folder tells nothing that changes")
                .next("leave `--ledger` out, and ask the node; `nemcon log records` lists what the folder holds"))
        }
        LogCommand::Follow { from } => {
            follow::run(&context.session()?, from.as_deref(), context.screen)
        }
        LogCommand::Records { measure, signed_by } => {
            let session = context.session()?;
            records::run(&session, *measure, signed_by.as_ref(), context.screen)
        }
    }
}

const fn scope(public: bool) -> Scope {
    if public { Scope::Public } else { Scope::Whole }
}

fn show(done: &Exported, out: &Path, council: Digest, screen: Screen) -> Result<(), Failure> {
    let words = format!(
        "exported {} records{}{}, up to block {}, sealed by all {}: {} files in {}\n\
         next: nemcon audit {} --council {}",
        done.records,
        done.continued_from.map(|it| format!(", of which {it} were there")).unwrap_or_default(),
        done.withheld.map(|it| format!(", of which {it} are withheld")).unwrap_or_default(),
        done.height,
        done.seals,
        done.files,
        done.folder.shown(),
        out.shown(),
        council,
    );
    screen.result(done, words)
}
