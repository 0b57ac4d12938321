//! `nemcon audit`: checking an export offline.

mod json;
mod words;

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::Folder;
use nemcon_ledger::audit::{Fault, Inquiry, LinkFault, Place, Report, Wrong, verify_link};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::text::Show as _;

pub use words::describe;

use super::Global;
use super::failure::Failure;
use super::measure::now;
use super::screen::{Screen, count};

/// What to audit.
#[derive(Clone, Debug, Args)]
pub(super) struct AuditArgs {
    /// The folder of the export.
    pub(super) export: PathBuf,
    /// The export of the ledger that this council says it goes on from: checked too, and the link.
    #[arg(long, value_name = "DIR")]
    pub(super) predecessor: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// [`Failure`] if the export is not verified, cannot be read, or the caller brings no digest.
pub(super) fn run(args: &AuditArgs, global: &Global, screen: Screen) -> Result<(), Failure> {
    let Some(council) = global.council else {
        return Err(Failure::usage(
            "an audit needs the council digest from you: a ledger cannot vouch for itself",
        )
        .next(
            "give `--council DIGEST`. It stands on the founding papers; any member reads it off \
             its own copy with `nemcon genesis verify FILE`",
        ));
    };
    let mut report = audited(&args.export, &council, None)?;
    if let Some(predecessor) = &args.predecessor {
        follow(&mut report, predecessor, screen)?;
    }
    screen.result(&json::of(&report), describe(&report))?;
    if report.is_verified() {
        return Ok(());
    }
    if screen.is_json() {
        return Err(Failure::silent());
    }
    let faults = count(report.fault_count, "fault");
    Err(Failure::refused(format_args!("NOT verified: {faults} in {}", args.export.shown()))
        .next("do not rely on this export; get one from another member, and compare"))
}

/// Audits the export in a folder; `watched` is a size at which its own root is told.
///
/// # Errors
/// [`Failure`] if there is no export, or it cannot be read: then nothing is said of it.
pub fn audited(
    export: &Path,
    council: &Digest,
    watched: Option<TreeSize>,
) -> Result<Report, Failure> {
    let shown = export.shown();
    let cannot = |why: &dyn core::fmt::Display| {
        Failure::usage(format_args!("{shown} could not be audited: {why}"))
            .next("check the path and who may read it; `nemcon log export OUT` writes an export")
    };
    let folder = Folder::open(export).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::usage(format_args!("{shown}: no such folder"))
            .next("check the path; `nemcon log export OUT` writes an export"),
        _ => cannot(&error),
    })?;
    let lacks = |file| std::fs::symlink_metadata(export.join(file)).is_err();
    if lacks(GENESIS_FILE) && lacks(CHECKPOINT_FILE) {
        return Err(cannot(&format_args!(
            "there is no export: neither `{GENESIS_FILE}` nor `{CHECKPOINT_FILE}` is there"
        )));
    }
    let inquiry = Inquiry { council: *council, now: now().ok(), watched };
    let report = inquiry.audit(&folder);
    match report.obstacle() {
        Some(fault) => Err(cannot(fault)),
        None => Ok(report),
    }
}

/// Audits the ledger that this council says it goes on from, and the link between them.
fn follow(report: &mut Report, predecessor: &Path, screen: Screen) -> Result<(), Failure> {
    let old = report.succeeds.as_ref().map(|link| link.council);
    let old = old.map(|council| audited(predecessor, &council, None)).transpose()?;
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
