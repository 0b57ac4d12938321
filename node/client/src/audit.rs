//! Audits an export that lies in a folder, or in an archive.

use std::path::{Path, PathBuf};

use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::{ArchiveError, Cores, Folder, files, unpack};
use nemcon_ledger::audit::{Inquiry, KEPT_BYTES_MAX, Kept, Policies, Report, Strays};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::text::Show as _;
use tempfile::TempDir;

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
    inquire(Inquiry { now: now().ok(), watched, ..Inquiry::of(*council) }, export, progress)
}

/// Reads what an earlier audit of this council's log has kept.
///
/// # Errors
/// [`Failure`] if the file is no such file, or of another council.
pub fn kept(file: &Path, council: &Digest) -> Result<Kept, Failure> {
    let shown = file.shown();
    let bytes = files::read(file, KEPT_BYTES_MAX as u64).map_err(|error| {
        Failure::usage(format_args!("{shown}: {error}"))
            .next("check the path; `nemcon audit EXPORT --keep FILE` writes such a file")
    })?;
    let kept = Kept::parse(&bytes).map_err(|error| {
        Failure::usage(format_args!("{shown}: {error}"))
            .next("audit the whole export without `--since`, and keep a new file with `--keep`")
    })?;
    if kept.council != *council {
        return Err(Failure::usage(format_args!(
            "{shown} was kept of an audit of council {}, and not of {council}",
            kept.council
        ))
        .next("give the file and the digest of one council"));
    }
    Ok(kept)
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
    let inquiry = Inquiry { now: now().ok(), watched, policies, ..Inquiry::of(*council) };
    inquire(inquiry, export, progress)
}

/// An export where it can be read: its folder, which is removed behind it where it was unpacked.
#[derive(Debug)]
pub struct Opened {
    folder: PathBuf,
    scratch: Option<TempDir>,
    /// What else lay in the archive.
    strays: Strays,
}

impl Opened {
    /// Opens the export in a folder, or unpacks the one in a tar or zip archive.
    ///
    /// # Errors
    /// [`Failure`] if it is neither, or cannot be unpacked here.
    pub fn at(export: &Path) -> Result<Self, Failure> {
        if !export.is_file() {
            let folder = export.to_owned();
            return Ok(Self { folder, scratch: None, strays: Strays::default() });
        }
        let scratch = tempfile::tempdir().map_err(|error| {
            Failure::usage(format_args!("no folder to unpack in could be made: {error}"))
                .next("see that the folder for temporary files is there, and has room")
        })?;
        let strays = unpack(export, scratch.path()).map_err(|error| {
            let shown = export.shown();
            Failure::usage(format_args!("{shown} could not be audited: {error}"))
                .next(match error {
                    ArchiveError::Unwritten(_) => {
                        "see that the folder for temporary files has room; or unpack it yourself, and name the folder"
                    }
                    _ => "give the folder of an export, or a .tar, .tar.gz or .zip of one",
                })
        })?;
        Ok(Self { folder: scratch.path().to_owned(), scratch: Some(scratch), strays })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// Audits an export as the inquiry asks. `progress` hears how many records of how many are done.
///
/// # Errors
/// [`Failure`] as for [`audited`].
pub fn inquire(
    inquiry: Inquiry<'_>,
    export: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failure> {
    let opened = Opened::at(export)?;
    let mut report = inquire_in(inquiry, export, opened.folder(), progress)?;
    if opened.scratch.is_some() {
        report.strays = opened.strays;
    }
    Ok(report)
}

fn inquire_in(
    inquiry: Inquiry<'_>,
    given: &Path,
    export: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Failure> {
    let shown = given.shown();
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
