//! `nemcon log export --ledger`: exports a ledger folder, also beside the node that runs on it.

use std::path::{Path, PathBuf};

use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_client::export::{Exported, Scope, export_from};
use nemcon_client::failure::Failure;
use nemcon_client::founding::Founding;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;

use crate::server::ServerError;
use crate::server::export::FolderOrigin;
use crate::server::folder::{DiskError, has_ledger};
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
    config: Option<&Path>,
    council: Option<Digest>,
    scope: Scope,
) -> Result<(Exported, Digest), Failure> {
    let (origin, founding) = open(ledger, config, council)?;
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
pub(super) fn open(
    ledger: &Path,
    config: Option<&Path>,
    council: Option<Digest>,
) -> Result<(FolderOrigin, Founding), Failure> {
    if !ledger.is_dir() {
        return Err(no_ledger(&format!("{} is no folder", ledger.shown())));
    }
    if !has_ledger(ledger) {
        let ledger = ledger.shown();
        return Err(no_ledger(&format!("{ledger} is no ledger folder: no `journal/` lies in it")));
    }
    let file = config.map_or_else(|| beside(ledger), Path::to_owned);
    if config.is_none() && !file.exists() {
        return Err(Failure::usage(format_args!(
            "no {NODE_CONFIG_FILE} lies beside {}",
            ledger.shown()
        ))
        .next("name the configuration of the node whose folder this is: `--config FILE`"));
    }
    let config = NodeConfig::load(&file)?;
    if let Some(wanted) = council.filter(|wanted| *wanted != config.council) {
        return Err(Failure::refused(format_args!(
            "{} is of a node of council {}, and not of {wanted}",
            file.shown(),
            config.council
        ))
        .next("name the ledger folder and the digest of one council"));
    }
    let origin = FolderOrigin::open(&config, ledger).map_err(|error| failed(error, ledger))?;
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

/// The configuration beside a ledger folder.
fn beside(ledger: &Path) -> PathBuf {
    ledger.join("..").join(NODE_CONFIG_FILE)
}

fn no_ledger(what: &str) -> Failure {
    Failure::usage(what).next(
        "name the ledger folder of a node: `ledger` in its `node.toml`; `journal/` lies in it",
    )
}

fn failed(error: ServerError, ledger: &Path) -> Failure {
    match error {
        ServerError::Disk(DiskError::NotMade(_) | DiskError::HalfMade(_)) => {
            no_ledger(&format!("{}: no ledger is there", ledger.shown()))
        }
        ServerError::Disk(error) if error.is_damage() => Failure::usage(error)
            .next("`nemcon node repair` mends the journal while the node is off"),
        ServerError::Disk(error) => Failure::usage(error).next(
            "see that the folder and the configuration are of one node, and who may read there",
        ),
        error => error.into(),
    }
}
