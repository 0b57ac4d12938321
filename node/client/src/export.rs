//! Taking the ledger out of a node: as files, or as the newest tree head, audited here before it is believed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_ledger::audit::{FileError, Inquiry, Report, Source, Strays, Wrong};
use nemcon_ledger::export::{Tiles, export_files, sealing_roster};
use nemcon_ledger::record::Boundary;
use nemcon_ledger::text::Show as _;
use serde::Serialize;

use crate::audit::audited;
use crate::client::Client;
use crate::clock::now;
use crate::failure::Failure;
use crate::founding::Founding;
use crate::session::Session;
use crate::staged::Staged;

/// How many records are asked for at once.
const RECORDS_A_REQUEST: u64 = 256;

/// Is told how many records have come, and of how many.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// What was written.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// Where.
    #[serde(serialize_with = "crate::lossy::path")]
    pub folder: PathBuf,
    /// Records in it.
    pub records: u64,
    /// The block at whose end it stands.
    pub height: u64,
    /// Seals on its checkpoint.
    pub seals: usize,
    /// Files in it.
    pub files: usize,
}

/// Writes what the node holds below its newest checkpoint; it is audited before it appears.
///
/// # Errors
/// [`Failure`]; then nothing has appeared at `out`.
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

/// The files of an export, before anybody has audited them.
struct Gathered {
    checkpoint: Checkpoint,
    height: u64,
    files: BTreeMap<String, Vec<u8>>,
}

/// Takes from a node what it holds below its newest checkpoint.
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

/// A tree head that was audited here from the founding on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealedHead {
    /// Its size and its root.
    pub boundary: Boundary,
    /// The block at whose end it stands.
    pub height: u64,
    /// How many members have sealed it: all that sat in the council then.
    pub seals: usize,
}

/// Audits the log of the node up to the newest tree head that all members have sealed.
///
/// # Errors
/// [`Failure`] if there is no such head, or the log is not verified.
pub fn sealed_head(session: &Session, progress: Progress<'_>) -> Result<SealedHead, Failure> {
    let founding = session.founding()?;
    let gathered = gather(session.client(), &founding, progress)?;
    let inquiry = Inquiry { council: founding.digest(), now: now().ok(), watched: None };
    let report = inquiry.audit(&gathered);
    // The node of an entrant has no seat, and signs no tree head as the log: the seals are what counts.
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
