//! From where a command takes the log: a node, a ledger folder, or an export that is there.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::export::{Scope, export};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;

use super::log::export_folder;
use crate::cli::context::Context;
use nemcon_audit::progress;

/// From where the log is taken.
#[derive(Clone, Debug, Args)]
pub(super) struct LogSource {
    /// Take it from this export, a folder, a .tar, .tar.gz or .zip of one or an http(s) address, instead of asking a node; `--council` says whose it must be.
    #[arg(long, value_name = "FOLDER", conflicts_with = "ledger")]
    export: Option<PathBuf>,
}

impl LogSource {
    /// The node or the ledger folder that the options of every command name.
    pub(super) const fn node() -> Self {
        Self { export: None }
    }

    /// Whether the source is an export that is there.
    pub(super) const fn is_export(&self) -> bool {
        self.export.is_some()
    }

    /// Gives `work` the folder of an export and the digest of its council. An export that is made for it is
    /// removed behind it.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) fn with<T>(
        &self,
        scope: Scope,
        context: Context<'_>,
        work: impl FnOnce(&Path, Digest) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Some(folder) = &self.export {
            let council = nemcon_audit::usage::named(context.global.council)?;
            return work(folder, council);
        }
        let scratch = tempfile::tempdir().map_err(|error| {
            Failure::usage(format_args!("no folder for the work could be made: {error}"))
                .next("see that the folder for temporary files is there, and has room")
        })?;
        let out = scratch.path().join("export");
        let council = if let Some(ledger) = &context.global.ledger {
            export_folder(&out, ledger, context.global, scope)?.1
        } else {
            let session = context.session()?;
            progress::of_records(|progress| export(&session, &out, scope, progress))?;
            session.council()?
        };
        work(&out, council)
    }
}
