//! `nemcon verify`: checking one file offline.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use nemcon_crypto::Digest;
use nemcon_ledger::Rosters;
use nemcon_ledger::audit::{Folder, audit};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::genesis::verify_founding;
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::screen::Screen;
use crate::evidence::{Evidence, Proof};

/// What to verify.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// The file: evidence of a member's misdeed, as a node keeps it in `ledger/evidence/`.
    pub(super) file: PathBuf,
    /// The council's genesis, which gives the members' keys; checked against `--council`.
    #[arg(long, value_name = "FILE")]
    pub(super) genesis: PathBuf,
    /// An export of the ledger, which gives the members' keys as they stood; without it the keys are
    /// those of the genesis.
    #[arg(long, value_name = "DIR")]
    pub(super) export: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// [`Failure`] if the file proves nothing, or the caller brings no digest.
pub(super) fn run(args: &VerifyArgs, global: &Global, screen: Screen) -> Result<(), Failure> {
    let council = global.council.ok_or_else(|| {
        Failure::usage(
            "verifying needs the council digest from you: a file cannot vouch for itself",
        )
        .next("give `--council DIGEST`, from the founding papers")
    })?;
    let genesis = founded(&args.genesis, &council)?;
    let text = String::from_utf8_lossy(&read(&args.file)?).into_owned();
    let refused = |error| {
        Failure::refused(format_args!("NOT verified: {}: {error}", args.file.display()))
            .next("it convicts nobody; ask whoever gave it for the file as their node wrote it")
    };
    let evidence = Evidence::parse(&text).map_err(refused)?;
    let rosters = match &args.export {
        Some(export) => rosters_of(export, &council)?,
        None => Arc::new(Rosters::founding(&genesis)),
    };
    evidence.verify(&genesis, &rosters).map_err(|error| {
        let failure = refused(error);
        if args.export.is_some() {
            return failure;
        }
        failure.next(
            "if members or keys have changed since the founding, give a newer ledger with \
             `--export DIR`",
        )
    })?;
    let (member, what) = (&evidence.member, describe(&evidence.proof));
    screen.result(
        &json!({ "verified": true, "member": member, "misdeed": what }),
        format_args!("{member} {what}\nVERIFIED: both signatures are by keys of {member}"),
    );
    Ok(())
}

/// The rosters of a ledger, audited first.
fn rosters_of(export: &Path, council: &Digest) -> Result<Arc<Rosters>, Failure> {
    let report = audit(&Folder(export.to_owned()), council);
    let is_verified = report.is_verified();
    report.rosters.filter(|_| is_verified).ok_or_else(|| {
        Failure::refused(format_args!("NOT verified: {}", export.display()))
            .next("`nemcon audit` says what is wrong with the export")
    })
}

const fn describe(proof: &Proof) -> &'static str {
    match proof {
        Proof::DoubleVote(..) => "cast two votes in one round of consensus",
        Proof::DoubleProposal(..) => "proposed two blocks in one round of consensus",
        Proof::DoubleSeal(..) => "sealed two ledgers of one size",
        Proof::ForkedSeal { .. } => "sealed another ledger than more than a third of the members",
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::usage(format_args!("{}: {error}", path.display())))
}

fn founded(path: &Path, council: &Digest) -> Result<Genesis, Failure> {
    verify_founding(&read(path)?, council).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", path.display()))
            .next("take the genesis of the council that the digest names")
    })
}
