//! Audits an export that lies in a folder.

use std::path::Path;

use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::{Cores, Folder};
use nemcon_ledger::audit::{Inquiry, Policies, Report};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::text::Show as _;

use crate::clock::now;
use crate::failure::Failure;

/// Audits the export in a folder. If `watched` is a size, the report also has the root at that size.
/// `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Failure`] if there is no export, or it cannot be read. Then there is no report.
pub fn audited(
    export: &Path,
    council: &Digest,
    watched: Option<TreeSize>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failure> {
    let policies = Policies::Compared;
    let inquiry = Inquiry { council: *council, now: now().ok(), watched, policies };
    inquire(inquiry, export, progress)
}

/// Audits an export whose policies are not written yet, because the audit is to tell its roster.
///
/// # Errors
/// [`Failure`] as for [`audited`].
pub(crate) fn audited_unfinished(
    export: &Path,
    council: &Digest,
    watched: Option<TreeSize>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failure> {
    let policies = Policies::Unwritten;
    let inquiry = Inquiry { council: *council, now: now().ok(), watched, policies };
    inquire(inquiry, export, progress)
}

fn inquire(
    inquiry: Inquiry,
    export: &Path,
    progress: &mut dyn FnMut(u64, u64),
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
    let progress = &mut |done: TreeSize, all: TreeSize| progress(done.0, all.0);
    let report = inquiry.audit_with(&folder, &Cores::all(), progress);
    match report.obstacle() {
        Some(fault) => Err(cannot(fault)),
        None => Ok(report),
    }
}
