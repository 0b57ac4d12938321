//! `nemcon verify`: checking one file offline.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_ledger::audit::{Folder, NOTE_BYTES_MAX, audit};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::genesis::verify_founding;
use nemcon_ledger::{Height, Rosters};
use serde_json::json;

use super::Global;
use super::failure::Failure;
use super::output;
use super::screen::Screen;
use crate::evidence::{EVIDENCE_BYTES_MAX, Evidence, Proof};

/// What to verify.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// The file: evidence of a member's misdeed, as a node keeps it in `ledger/evidence/`.
    pub(super) file: PathBuf,
    /// The council's genesis, which gives the members' keys; checked against `--council`.
    #[arg(long, value_name = "FILE")]
    pub(super) genesis: PathBuf,
    /// An export of the ledger, which gives the members' keys as they stood; without it the keys are
    /// those of the genesis, which settles nothing behind block 1.
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
    let bytes = output::read_at_most(&args.file, EVIDENCE_BYTES_MAX)?;
    let refused = |error| {
        Failure::refused(format_args!("NOT verified: {}: {error}", args.file.display()))
            .next("it convicts nobody; ask whoever gave it for the file as their node wrote it")
    };
    let evidence = Evidence::parse(&String::from_utf8_lossy(&bytes)).map_err(refused)?;
    let ledger = match &args.export {
        Some(export) => Ledger::audited(export, &council)?,
        None => Ledger::founded(&genesis),
    };
    evidence.verify(&genesis, &ledger.rosters).map_err(|error| {
        let failure = refused(error);
        if args.export.is_some() {
            return failure;
        }
        failure.next(
            "if members or keys have changed since the founding, give a newer ledger with \
             `--export DIR`",
        )
    })?;
    if !evidence.is_within(ledger.height, ledger.size) {
        return Err(unsettled(&args.file, &evidence, &ledger));
    }
    let (member, what) = (&evidence.member, describe(&evidence.proof));
    screen.result(
        &json!({ "verified": true, "member": member, "misdeed": what, "at": evidence.place() }),
        format_args!(
            "{member} {what}, at {}\nVERIFIED: both signatures are by keys of {member}",
            evidence.place()
        ),
    );
    Ok(())
}

/// What tells the members' keys, and how far.
struct Ledger {
    rosters: Arc<Rosters>,
    height: Height,
    size: TreeSize,
}

impl Ledger {
    /// A ledger of nothing but the genesis.
    fn founded(genesis: &Genesis) -> Self {
        let rosters = Arc::new(Rosters::founding(genesis));
        Self { rosters, height: Height(0), size: TreeSize(1) }
    }

    /// A ledger that is audited first.
    fn audited(export: &Path, council: &Digest) -> Result<Self, Failure> {
        let report = audit(&Folder(export.to_owned()), council);
        match &report.rosters {
            Some(rosters) if report.is_verified() => {
                Ok(Self { rosters: Arc::clone(rosters), height: report.height, size: report.size })
            }
            _ => Err(Failure::refused(format_args!("NOT verified: {}", export.display()))
                .next("`nemcon audit` says what is wrong with the export")),
        }
    }
}

/// The signatures hold by the last keys that are known here; later ones may be the member's.
fn unsettled(file: &Path, evidence: &Evidence, ledger: &Ledger) -> Failure {
    let member = &evidence.member;
    Failure::refused(format_args!(
        "NOT settled: {}: both signatures, of {}, are by keys that {member} had at block {}, where \
         the ledger given here ends",
        file.display(),
        evidence.place(),
        ledger.height.0,
    ))
    .next(format_args!(
        "give a ledger that reaches {} with `--export DIR`: if {member} had changed its keys by \
         then, this convicts nobody",
        evidence.place()
    ))
}

const fn describe(proof: &Proof) -> &'static str {
    match proof {
        Proof::DoubleVote(..) => "cast two votes in one round of consensus",
        Proof::DoubleProposal(..) => "proposed two blocks in one round of consensus",
        Proof::DoubleSeal(..) => "sealed two ledgers of one size",
        Proof::ForkedSeal { .. } => "sealed another ledger than more than a third of the members",
    }
}

fn founded(path: &Path, council: &Digest) -> Result<Genesis, Failure> {
    verify_founding(&output::read_at_most(path, NOTE_BYTES_MAX)?, council).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", path.display()))
            .next("take the genesis of the council that the digest names")
    })
}
