//! Takes the ledger out of a node: as files, or as the newest tree head. Both are audited here first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_ledger::audit::{FileError, Inquiry, Report, Source, Strays, Wrong};
use nemcon_ledger::export::{Tiles, export_files, sealing_roster};
use nemcon_ledger::record::Boundary;
use nemcon_ledger::text::Show as _;
use serde::Serialize;

use crate::atomic_write::Staged;
use crate::audit::audited;
use crate::client::Client;
use crate::clock::now;
use crate::failure::Failure;
use crate::founding::Founding;
use crate::session::Session;

/// The number of records in one request.
const RECORDS_A_REQUEST: u64 = 256;

/// Called with the number of records received so far and the number of all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What an export wrote.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// The path of the export's folder.
    #[serde(serialize_with = "crate::path_json::path")]
    pub folder: PathBuf,
    /// The number of records in the export.
    pub records: u64,
    /// The height of the block at which the export ends.
    pub height: u64,
    /// The number of seals on the export's checkpoint.
    pub seals: usize,
    /// The number of files in the export.
    pub files: usize,
}

/// Exports what the node holds below its newest checkpoint. The export is audited before it
/// appears at `out`.
///
/// # Errors
/// [`Failure`]. Then nothing has appeared at `out`.
pub fn export(session: &Session, out: &Path, progress: Progress<'_>) -> Result<Exported, Failure> {
    let staged = Staged::begin(out)?;
    let founding = session.founding()?;
    let gathered = gather(session.client(), &founding, progress)?;
    for (path, bytes) in &gathered.files {
        staged.write(path, bytes)?;
    }
    let report = audited(staged.path(), &founding.digest(), None)?;
    verify(&report)?;
    Ok(Exported {
        records: gathered.checkpoint.size().0,
        height: gathered.height,
        seals: report.counts.seals,
        files: gathered.files.len(),
        folder: staged.commit()?,
    })
}

/// The files of an export, before the audit.
struct Gathered {
    checkpoint: Checkpoint,
    height: u64,
    files: BTreeMap<String, Vec<u8>>,
}

/// Fetches from a node what it holds below its newest checkpoint.
fn gather(
    client: &Client,
    founding: &Founding,
    progress: Progress<'_>,
) -> Result<Gathered, Failure> {
    let view = client.checkpoint()?;
    let Some(note) = view.note else {
        return Err(Failure::refused("no block has been sealed by every member so far").next(
            "`nemcon status` says whose seals are missing; give the command again when they are there",
        ));
    };
    let broken = |error: &dyn core::fmt::Display| {
        Failure::refused(format_args!(
            "the checkpoint of the node at {}: {error}",
            client.base().shown()
        ))
    };
    let note = SignedNote::parse(note.as_bytes()).map_err(|error| broken(&error))?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(|error| broken(&error))?;
    let records = fetch(client, checkpoint.size().0, progress)?;
    let genesis = founding.genesis();
    let roster = sealing_roster(genesis, &records).map_err(|error| broken(&error))?;
    let tiles = Tiles::new(records);
    let files = export_files(genesis, &roster, founding.render(), &checkpoint, &note, &tiles)
        .map_err(|error| broken(&error))?;
    Ok(Gathered { checkpoint, height: view.height, files: files.into_iter().collect() })
}

fn verify(report: &Report) -> Result<(), Failure> {
    let Some(fault) = report.faults.first() else { return Ok(()) };
    Err(Failure::refused(format_args!("what the node gave is not verified: {fault}"))
        .next("nothing was written; export from another member's node, and compare"))
}

fn fetch(client: &Client, size: u64, progress: Progress<'_>) -> Result<Vec<Vec<u8>>, Failure> {
    let mut records: Vec<Vec<u8>> = Vec::new();
    while (records.len() as u64) < size {
        let from = records.len() as u64;
        let part = client.records(from, RECORDS_A_REQUEST.min(size - from))?;
        if part.records.is_empty() {
            return Err(Failure::refused(format_args!(
                "the node at {} gives no record from {from} on, and {size} are sealed",
                client.base().shown()
            ))
            .next("export from another member's node, and compare"));
        }
        records.extend(part.records.into_iter().map(String::into_bytes));
        progress(records.len() as u64, size);
    }
    Ok(records)
}

/// A tree head that was audited here from the genesis on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedHead {
    /// The size and the root of the tree head.
    pub boundary: Boundary,
    /// The height of the block that ends at this size.
    pub height: u64,
    /// The number of members that have sealed it: the whole roster of that size.
    pub seals: usize,
}

/// Audits the node's log up to the newest tree head that all members have sealed.
///
/// # Errors
/// [`Failure`] if there is no such tree head, or the audit of the log finds a fault.
pub fn sealed_head(session: &Session, progress: Progress<'_>) -> Result<SealedHead, Failure> {
    let founding = session.founding()?;
    let gathered = gather(session.client(), &founding, progress)?;
    let inquiry = Inquiry { council: founding.digest(), now: now().ok(), watched: None };
    let report = inquiry.audit(&gathered);
    // The node of an entrant has no seat and does not sign the tree head as a log, so this fault
    // does not count. What counts are the members' seals.
    let mut faults = report.faults.iter();
    if let Some(fault) = faults.find(|fault| !matches!(fault.wrong, Wrong::NoLogSignature)) {
        return Err(Failure::refused(format_args!("what the node gave is not verified: {fault}"))
            .next("nothing was signed; export from another member’s node, and compare"));
    }
    let (size, root) = (gathered.checkpoint.size(), gathered.checkpoint.root());
    Ok(SealedHead {
        boundary: Boundary { size, root },
        height: gathered.height,
        seals: report.counts.seals,
    })
}

impl Source for Gathered {
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let bytes = self.files.get(path).ok_or(FileError::Missing)?;
        if bytes.len() as u64 > bytes_max {
            return Err(FileError::TooLong { bytes_max });
        }
        Ok(bytes.clone())
    }

    fn strays(&self, _: &dyn Fn(&str) -> bool) -> Strays {
        Strays::default()
    }
}
