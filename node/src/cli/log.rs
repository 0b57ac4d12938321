//! `nemcon log`: taking the ledger out as static files.

mod head;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use nemcon_client::client::Client;
use nemcon_client::founding::Founding;
use nemcon_client::staged::Staged;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_ledger::audit::Report;
use nemcon_ledger::export::{Tiles, export_files, sealing_roster};
use nemcon_ledger::text::Show as _;
use serde::Serialize;

pub use head::{SealedHead, sealed_head};

use super::Global;
use super::audit::audited;
use super::failure::Failure;
use super::screen::Screen;
use super::session::Session;

/// How many records are asked for at once.
const RECORDS_A_REQUEST: u64 = 256;

/// Takes the ledger out.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum LogCommand {
    /// Write the ledger, up to the newest size sealed by all, as C2SP tlog-tiles.
    Export {
        /// The folder to make; it must not exist, or be empty.
        out: PathBuf,
    },
}

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

/// Runs it.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &LogCommand, global: &Global, screen: Screen) -> Result<(), Failure> {
    let LogCommand::Export { out } = command;
    let session = Session::open(global)?;
    let done = export(&session, out)?;
    let words = format!(
        "exported {} records, up to block {}, sealed by all {}: {} files in {}\n\
         next: nemcon audit {} --council {}",
        done.records,
        done.height,
        done.seals,
        done.files,
        done.folder.shown(),
        out.shown(),
        session.council()?,
    );
    screen.result(&done, words)
}

/// Writes what the node holds below its newest checkpoint; it is audited before it appears.
///
/// # Errors
/// [`Failure`]; then nothing has appeared at `out`.
pub fn export(session: &Session, out: &Path) -> Result<Exported, Failure> {
    let staged = Staged::begin(out)?;
    let founding = session.founding()?;
    let gathered = gather(session.client(), &founding)?;
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
fn gather(client: &Client, founding: &Founding) -> Result<Gathered, Failure> {
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
    let records = fetch(client, checkpoint.size().0)?;
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

fn fetch(client: &Client, size: u64) -> Result<Vec<Vec<u8>>, Failure> {
    let bar = ProgressBar::new(size).with_style(
        ProgressStyle::with_template("records {wide_bar} {pos}/{len}")
            .expect("the template is one"),
    );
    let mut records: Vec<Vec<u8>> = Vec::new();
    while (records.len() as u64) < size {
        let from = records.len() as u64;
        let part = client.records(from, RECORDS_A_REQUEST.min(size - from))?;
        if part.records.is_empty() {
            bar.finish_and_clear();
            return Err(Failure::refused(format_args!(
                "the node at {} gives no record from {from} on, and {size} are sealed",
                client.base().shown()
            ))
            .next("export from another member's node, and compare"));
        }
        records.extend(part.records.into_iter().map(String::into_bytes));
        bar.set_position(records.len() as u64);
    }
    bar.finish_and_clear();
    Ok(records)
}
