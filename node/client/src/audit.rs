//! Audits an export that lies in a folder, in an archive or at an address.

use std::path::Path;

use nemcon_crypto::note::SignedNote;
use nemcon_crypto::{Digest, TreeSize};
use nemcon_kit::{ArchiveError, Cores, Folder, files, unpack};
use nemcon_ledger::audit::{
    Derived, FileError, Inquiry, KEPT_BYTES_MAX, Kept, NOTE_BYTES_MAX, Report, Source, Strays,
};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE, finality_policy};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Show as _;
use tempfile::TempDir;

use crate::address::Address;
pub use crate::address::Times;
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

/// The `finality.policy` of the roster that seals the log at `size`, by the newest size of an export if `None`. The
/// export, a whole or a public one, is audited first.
///
/// # Errors
/// [`Failure`] if the export is not verified, or ends before this size.
pub fn policy_of_size(
    export: &Path,
    council: &Digest,
    size: Option<TreeSize>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<String, Failure> {
    let opened = Opened::at(export)?;
    let inquiry = Inquiry { now: now().ok(), ..Inquiry::of(*council) };
    let report = opened.inquire(inquiry, export, progress)?;
    let is_sound = report.is_verified() || report.is_verified_in_public();
    let Some(rosters) = report.rosters.as_ref().filter(|_| is_sound) else {
        return Err(Failure::refused(format_args!("NOT verified: {}", export.shown()))
            .next("`nemcon audit` says what is wrong with the export"));
    };
    let size = size.unwrap_or(report.size);
    if size > report.size || size.0 < SIZE_MIN {
        return Err(Failure::usage(format_args!(
            "{} ends at size {}; no policy of size {} follows from it",
            export.shown(),
            report.size.0,
            size.0
        ))
        .next("give the number in the second line of the checkpoint; a later one needs a newer export"));
    }
    let genesis = genesis_of(opened.source(), council).ok_or_else(|| {
        cannot(export, &format_args!("the file `{GENESIS_FILE}` has changed meanwhile"))
    })?;
    Ok(finality_policy(&genesis, rosters.sealing(size)))
}

/// The smallest log at the end of a block: the genesis, one statement, the record of the block.
const SIZE_MIN: u64 = 3;

fn genesis_of(source: &dyn Source, council: &Digest) -> Option<Genesis> {
    let file = source.read(GENESIS_FILE, NOTE_BYTES_MAX).ok()?;
    let note = SignedNote::parse(&file).ok()?;
    Genesis::parse(note.text()).ok().filter(|genesis| genesis.digest() == *council)
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
    let derived = Derived::Unwritten;
    let inquiry = Inquiry { now: now().ok(), watched, derived, ..Inquiry::of(*council) };
    inquire(inquiry, export, progress)
}

/// An export where it can be read: in a folder, in an archive that was unpacked, or at an address.
#[derive(Debug)]
pub struct Opened {
    from: From,
    /// What else lay in the archive.
    strays: Option<Strays>,
}

#[derive(Debug)]
enum From {
    Folder(Folder),
    /// A folder that is removed behind it.
    Unpacked(
        Folder,
        #[expect(dead_code, reason = "the folder is there as long as this is")] TempDir,
    ),
    Address(Address),
}

impl Opened {
    /// Opens the export in a folder or at an `http(s)` address, or unpacks the one in a tar or zip archive.
    ///
    /// # Errors
    /// [`Failure`] if it is nothing of that, is no export, or cannot be unpacked here.
    pub fn at(export: &Path) -> Result<Self, Failure> {
        Self::within(export, Times::default())
    }

    /// As [`Self::at`]; a server may take so long.
    ///
    /// # Errors
    /// [`Failure`] as there.
    pub fn within(export: &Path, times: Times) -> Result<Self, Failure> {
        if Address::is_one(export) {
            let address = Address::of(export, times)?;
            answers(export, &address)?;
            return Ok(Self { from: From::Address(address), strays: None });
        }
        if !export.is_file() {
            let folder = From::Folder(open(export, export)?);
            return Ok(Self { from: folder, strays: None });
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
        let folder = open(export, scratch.path())?;
        Ok(Self { from: From::Unpacked(folder, scratch), strays: Some(strays) })
    }

    /// The files of the export.
    pub fn source(&self) -> &dyn Source {
        match &self.from {
            From::Folder(folder) | From::Unpacked(folder, _) => folder,
            From::Address(address) => address,
        }
    }

    /// Audits it as the inquiry asks; `given` is what the caller calls it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read. Then there is no report.
    pub fn inquire(
        &self,
        inquiry: Inquiry<'_>,
        given: &Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Report, Failure> {
        let progress = &mut |done: TreeSize, all: TreeSize| progress(done.0, all.0);
        let mut report = inquiry.audit_with(self.source(), &Cores::all(), progress);
        if let Some(fault) = report.obstacle() {
            return Err(cannot(given, fault));
        }
        if let Some(strays) = &self.strays {
            report.strays = strays.clone();
        }
        Ok(report)
    }
}

/// The folder with an export, which the caller calls `given`.
fn open(given: &Path, folder: &Path) -> Result<Folder, Failure> {
    let opened = Folder::open(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::usage(format_args!("{}: no such folder", given.shown()))
                .next("check the path; `nemcon log export OUT` writes an export")
        }
        _ => cannot(given, &error),
    })?;
    let lacks = |file| std::fs::symlink_metadata(folder.join(file)).is_err();
    if lacks(GENESIS_FILE) && lacks(CHECKPOINT_FILE) {
        return Err(cannot(
            given,
            &format_args!(
                "there is no export: neither `{GENESIS_FILE}` nor `{CHECKPOINT_FILE}` is there"
            ),
        ));
    }
    Ok(opened)
}

/// Asks for the checkpoint, which says how large the log is: whatever is read later is of that size.
fn answers(given: &Path, address: &Address) -> Result<(), Failure> {
    match address.read(CHECKPOINT_FILE, NOTE_BYTES_MAX) {
        Err(FileError::Missing) => Err(cannot(
            given,
            &format_args!("there is no export: the server knows no `{CHECKPOINT_FILE}` there"),
        )),
        Err(FileError::Unreadable(error)) => Err(cannot(given, &error)),
        Err(FileError::NotRegular(_) | FileError::TooLong { .. }) | Ok(_) => Ok(()),
    }
}

fn cannot(given: &Path, why: &dyn core::fmt::Display) -> Failure {
    let advice = if Address::is_one(given) {
        "check the address: below it lie `checkpoint`, `genesis` and `tile/`"
    } else {
        "check the path and who may read it; `nemcon log export OUT` writes an export"
    };
    Failure::usage(format_args!("{} could not be audited: {why}", given.shown())).next(advice)
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
    Opened::at(export)?.inquire(inquiry, export, progress)
}
