//! `nemcon audit`: audits an export offline.

mod json;
mod words;

use nemcon_client::audit::audited;
use nemcon_client::failure::Failure;
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_ledger::audit::{Fault, LinkFault, Place, Report, Wrong, verify_link};
use nemcon_ledger::text::Show as _;

pub use words::describe;

use crate::progress;
use crate::screen::Screen;

/// What to audit.
#[derive(Clone, Debug, Args)]
pub struct AuditArgs {
    /// The folder of the export, or a .tar, .tar.gz or .zip of it.
    pub export: PathBuf,
    /// The export of the ledger that this council says it goes on from: checked too, and the link.
    #[arg(long, value_name = "DIR")]
    pub predecessor: Option<PathBuf>,
}

/// Runs `nemcon audit`.
///
/// # Errors
/// [`Failure`] if the export is not verified, cannot be read, or the caller brings no digest.
pub fn run(args: &AuditArgs, council: Option<Digest>, screen: Screen) -> Result<(), Failure> {
    let Some(council) = council else {
        return Err(Failure::usage(
            "an audit needs the council digest from you: a ledger cannot vouch for itself",
        )
        .next(
            "give `--council DIGEST`. It stands on the founding papers; any member reads it off \
             its own copy with `nemcon genesis verify FILE`",
        ));
    };
    let mut report = shown(&args.export, &council)?;
    if let Some(predecessor) = &args.predecessor {
        follow(&mut report, predecessor, screen)?;
    }
    screen.result(&json::of(&report), describe(&report))?;
    if report.is_verified() {
        return Ok(());
    }
    if report.is_verified_in_public() {
        return Err(Failure::in_part());
    }
    if screen.is_json() {
        return Err(Failure::silent());
    }
    if report.fault_count == 0 {
        return Err(Failure::refused(format_args!(
            "NOT verified: the seals in {} could not be judged",
            args.export.shown()
        ))
        .next(
            "only a whole export is followed beyond a change of the roster: ask a member for one",
        ));
    }
    let faults = count(report.fault_count, "fault");
    Err(Failure::refused(format_args!("NOT verified: {faults} in {}", args.export.shown()))
        .next("do not rely on this export; get one from another member, and compare"))
}

/// Audits an export and shows on a terminal how far the audit is.
fn shown(export: &Path, council: &Digest) -> Result<Report, Failure> {
    progress::of_audit(|progress| audited(export, council, None, progress))
}

/// Audits the ledger that this council succeeds, and the link between the two.
fn follow(report: &mut Report, predecessor: &Path, screen: Screen) -> Result<(), Failure> {
    let old = report.succeeds.as_ref().map(|link| link.council);
    let old = old.map(|council| shown(predecessor, &council)).transpose()?;
    let old = old.unwrap_or_default();
    match verify_link(report, &old) {
        Ok(heirs) => report.heirs = Some(heirs),
        Err(fault) => {
            if fault == LinkFault::NotVerified {
                screen.say(describe(&old))?;
            }
            report.fault(Fault::new(Place::of_file("predecessor"), Wrong::Link(fault)));
        }
    }
    Ok(())
}
