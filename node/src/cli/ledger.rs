//! The ledger folder that `--ledger` names, and the configuration of the node whose it is.

use std::io::{self, Write as _};
use std::path::Path;

use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;

use crate::server::ServerError;
use crate::server::folder::{DiskError, has_ledger};
use crate::server::offline::{self, Offline};

/// The configuration of the node whose ledger folder this is. It lies beside the folder unless it is named.
///
/// # Errors
/// [`Failure`], also if the folder holds no ledger, or another council's.
pub(super) fn configured(
    ledger: &Path,
    config: Option<&Path>,
    council: Option<Digest>,
) -> Result<NodeConfig, Failure> {
    if !ledger.is_dir() {
        return Err(no_ledger(&format!("{} is no folder", ledger.shown())));
    }
    if !has_ledger(ledger) {
        let ledger = ledger.shown();
        return Err(no_ledger(&format!("{ledger} is no ledger folder: no `journal/` lies in it")));
    }
    let file = config.map_or_else(|| ledger.join("..").join(NODE_CONFIG_FILE), Path::to_owned);
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
    Ok(config)
}

/// Reads the ledger folder, and says on standard error where it could not be read to its end.
///
/// # Errors
/// [`Failure`].
pub(super) fn read(config: &NodeConfig, ledger: &Path) -> Result<Offline, Failure> {
    let offline = offline::open(config, ledger).map_err(|error| failed(error, ledger))?;
    if let Some(why) = &offline.ends {
        let (ledger, why) = (ledger.shown(), why.shown());
        // If even standard error cannot be written, the status says the same.
        let _ = writeln!(
            io::stderr(),
            "nemcon: the journal in {ledger} is read up to block {}, and not further: {why}",
            offline.height
        );
    }
    Ok(offline)
}

/// What a person can do if a ledger folder cannot be read.
pub(super) fn failed(error: ServerError, ledger: &Path) -> Failure {
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

fn no_ledger(what: &str) -> Failure {
    Failure::usage(what).next(
        "name the ledger folder of a node: `ledger` in its `node.toml`; `journal/` lies in it",
    )
}
