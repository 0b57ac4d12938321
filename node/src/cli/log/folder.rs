//! `nemcon log export --ledger`: exports a ledger folder, also beside the node that runs on it.

use std::path::Path;

use nemcon_client::export::{Exported, Scope, export_from};
use nemcon_client::failure::Failure;
use nemcon_client::founding::Founding;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;

use crate::cli::global::Global;
use crate::cli::ledger::{configured, failed};
use crate::server::ServerError;
use crate::server::export::FolderOrigin;
use nemcon_audit::output::read;
use nemcon_audit::progress;

/// Exports the ledger folder of a node, whose configuration lies beside the folder unless it is named.
/// Returns what was written, and the council's digest.
///
/// # Errors
/// [`Failure`]. Then nothing has appeared or changed at `out`.
pub(in crate::cli) fn export_folder(
    out: &Path,
    ledger: &Path,
    global: &Global,
    scope: Scope,
) -> Result<(Exported, Digest), Failure> {
    let (origin, founding) = open(ledger, global)?;
    let done = progress::of_records(|progress| {
        export_from(&origin, &founding, &origin.head(), out, scope, progress)
    })?;
    Ok((done, founding.digest()))
}

/// Opens the ledger folder of a node, whose configuration lies beside the folder unless it is named, and the genesis
/// of the council.
///
/// # Errors
/// [`Failure`].
pub(super) fn open(ledger: &Path, global: &Global) -> Result<(FolderOrigin, Founding), Failure> {
    let config = configured(ledger, global.config.as_deref(), global.council)?;
    let origin = FolderOrigin::open(&config, ledger).map_err(|error| match error {
        ServerError::Key(error) => Failure::usage(error).next(
            "the node key signs what is taken out of the log: name a configuration with it, `--config FILE`. From a \
             backup without keys take nothing out; `nemcon measure show`, `votes` and `minutes` read it without keys",
        ),
        error => failed(error, ledger),
    })?;
    let Some(origin) = origin else {
        return Err(Failure::refused(format_args!(
            "in {} no block has been sealed by every member so far, or the node key of that block is not at hand",
            ledger.shown()
        ))
        .next("`nemcon status` says whose seals are missing; give the command again when they are there"));
    };
    let founding = Founding::parse(&read(&config.genesis)?)?;
    Ok((origin, founding))
}
