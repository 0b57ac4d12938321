//! Keeps a folder in step with a log, so that any web server can give it out: an export that grows in its place.
//!
//! ```text
//! origin ─▶ new bundles and tiles, under construction ─▶ audit from the state of the last one ─▶ is it open?
//!                                                                                                    ▼
//!           the state for the next run ◀─ checkpoint ◀─ policies ◀─ bundles, tiles and certificates, in their place
//! ```
//!
//! What it guarantees: nothing is published that an audit refuses, that contradicts what was published before, or that
//! neither the charter nor a decision of the council opens. A reader who has a checkpoint finds all that it speaks of,
//! also if this process ends at any moment. What it does not: what was published is never taken back.

mod certificates;
mod folder;
mod opening;
mod outcome;
mod overlay;

use core::cell::Cell;
use std::path::{Path, PathBuf};

use nemcon_crypto::TreeSize;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::tiles::{GrowingTiles, TILE_WIDTH, decode_hash_tile};
use nemcon_kit::{Cores, files};
use nemcon_ledger::audit::{Derived, Inquiry, KEPT_BYTES_MAX, Kept, KeptError, Report, Source};
use nemcon_ledger::export::{CHECKPOINT_FILE, GENESIS_FILE};
use nemcon_ledger::record::Boundary;
use nemcon_ledger::text::Show as _;

use crate::atomic_write::{Staged, folder_of, replace_secret};
use crate::clock::now;
use crate::export::writing::{
    Former, Papers, WriteError, withhold, write_derived, write_log_behind,
};
use crate::export::{Head, Origin, Progress, Stage};
use crate::failure::Failure;
use crate::founding::Founding;
use crate::witnessing::{Asked, Witnesses};
use certificates::Which;
use folder::Placed;
pub use opening::{Decided, Opening, Shows};
pub use outcome::{NotPublished, Published};
use overlay::Overlay;

/// Where a log is published, and what of it.
#[derive(Clone, Debug)]
pub struct Publishing {
    /// The folder that is kept in step.
    pub folder: PathBuf,
    /// The file with what the last audit has kept. It is not public.
    pub state: PathBuf,
    /// What is published, and by whose word.
    pub opening: Opening,
    /// How many threads audit.
    pub cores: Cores,
    /// Witnesses from outside that are asked to cosign each checkpoint, if any.
    pub witnesses: Option<Witnesses>,
    /// Whether this process has compared what lies in the folder.
    surveyed: Cell<bool>,
}

impl Publishing {
    /// Publishes into `folder`; the first run compares all that lies there.
    pub const fn new(folder: PathBuf, state: PathBuf, opening: Opening, cores: Cores) -> Self {
        Self { folder, state, opening, cores, witnesses: None, surveyed: Cell::new(false) }
    }

    /// The same, which asks these witnesses.
    #[must_use]
    pub fn witnessed_by(self, witnesses: Option<Witnesses>) -> Self {
        Self { witnesses, ..self }
    }

    /// The file for the state of a folder, unless another is named.
    pub fn state_beside(folder: &Path) -> PathBuf {
        let mut name = folder.file_name().unwrap_or_default().to_owned();
        name.push(".audited");
        folder.with_file_name(name)
    }

    /// Brings the folder in step with the log below `head`, which all members have sealed. `None` if it is.
    ///
    /// # Errors
    /// [`NotPublished`]. Then the folder holds what it held.
    pub fn publish(
        &self,
        origin: &dyn Origin,
        founding: &Founding,
        head: &Head,
        progress: Progress<'_>,
    ) -> Result<Option<Published>, NotPublished> {
        let was_there = self.folder.exists();
        let done = self.publish_below(origin, founding, head, progress);
        if done.is_err() && !was_there {
            // What was made for nothing, and is empty, goes again.
            let _ = std::fs::remove_dir(&self.folder);
        }
        done
    }

    fn publish_below(
        &self,
        origin: &dyn Origin,
        founding: &Founding,
        head: &Head,
        progress: Progress<'_>,
    ) -> Result<Option<Published>, NotPublished> {
        let placed = self.open(founding)?;
        let kept = self.kept(founding, head)?;
        if let Some(former) = &placed.checkpoint {
            verify_follows(former, &head.checkpoint, origin)?;
            let is_in_step = former.size() == head.checkpoint.size();
            if self.surveyed.get()
                && is_in_step
                && self.is_known_to_be_open(kept.as_ref(), founding, head)?
            {
                return Ok(None);
            }
        }
        let done = self.add(origin, founding, head, (&placed, kept.as_ref()), progress)?;
        self.surveyed.set(true);
        Ok(Some(done))
    }

    /// The folder, if what lies there and what is to be shown fit each other.
    fn open(&self, founding: &Founding) -> Result<Placed, NotPublished> {
        self.opening.verify_named(&founding.genesis().charter).map_err(NotPublished::Closed)?;
        let placed = Placed::open(&self.folder)?;
        placed.verify_sort(self.opening.shows).map_err(NotPublished::Closed)?;
        self.verify_state_outside(placed.path())?;
        if !self.surveyed.get() {
            placed.verify_names()?;
        }
        Ok(placed)
    }

    /// Adds to the folder what is new.
    fn add(
        &self,
        origin: &dyn Origin,
        founding: &Founding,
        head: &Head,
        (placed, kept): (&Placed, Option<&Kept>),
        progress: Progress<'_>,
    ) -> Result<Published, NotPublished> {
        let shows = self.opening.shows;
        let staged = Staged::begin_beside(placed.path()).map_err(Failure::from)?;
        self.write(origin, founding, head, (placed, kept), &staged, progress)?;
        let overlay = Overlay::of(&staged, &placed.files)?;
        let report = self.audit(founding, &overlay, kept, progress);
        if let Some(fault) = report.faults.first() {
            return Err(not_to_publish(origin, &format_args!("is not verified: {fault}")).into());
        }
        let council = report.state.as_ref().expect("a whole log that is verified has a state");
        let decision =
            self.opening.verify_decided(council, now()?).map_err(NotPublished::Closed)?;
        let rosters = report.rosters.as_ref().expect("a verified report has rosters");
        let (size, genesis) = (head.checkpoint.size(), founding.genesis());
        write_derived(&staged, genesis, rosters, size).map_err(Failure::from)?;
        let witnesses = self.ask_witnesses(placed, head, &overlay, &staged)?;
        let withheld = (shows == Shows::Public)
            .then(|| withhold(&staged, council, &head.checkpoint))
            .transpose()?;
        let certificates = match shows {
            Shows::Hashes => 0,
            Shows::Everything | Shows::Public => {
                let all = if self.surveyed.get() { Which::New } else { Which::All };
                certificates::certify(&overlay, &staged, placed, &report, founding, all)?
            }
        };
        if !self.surveyed.get() {
            placed.mend_partial(&staged, size)?;
        }
        let files = placed.take(&staged, &|path| shows.has(path))?;
        self.keep(&report)?;
        placed.remove_partial(placed.size());
        Ok(Published {
            folder: placed.path().to_owned(),
            records: size.0,
            before: placed.size().0,
            height: head.height,
            seals: report.counts.seals,
            files,
            certificates,
            withheld,
            decision,
            witnesses,
        })
    }

    /// Has witnesses cosign the checkpoint under construction. Those that do not are told; all together have a bounded time.
    fn ask_witnesses(
        &self,
        placed: &Placed,
        head: &Head,
        overlay: &Overlay<'_>,
        staged: &Staged,
    ) -> Result<Option<Asked>, Failure> {
        let Some(witnesses) = &self.witnesses else { return Ok(None) };
        let (note, asked) = witnesses.cosign(&head.note, placed.note.as_ref(), |path| {
            let bytes = overlay.read(&path.to_string(), u64::from(path.width()) * 32);
            let hashes = bytes.ok().and_then(|bytes| decode_hash_tile(path, &bytes).ok());
            hashes.ok_or_else(|| {
                Failure::usage(format_args!("{path} is no tile of this log"))
                    .next("publish into a new folder, and find out who has changed this one")
            })
        })?;
        staged.write(CHECKPOINT_FILE, &note.render())?;
        Ok(Some(asked))
    }

    /// Whether the council, as the last audit has kept it at this very size, opens so much. Without a state of that
    /// size everything is audited again.
    fn is_known_to_be_open(
        &self,
        kept: Option<&Kept>,
        founding: &Founding,
        head: &Head,
    ) -> Result<bool, NotPublished> {
        if self.opening.decision.is_none() {
            return Ok(true);
        }
        let kept = kept.filter(|kept| kept.size == head.checkpoint.size());
        let Some(council) = kept.and_then(|kept| kept.council(founding.genesis())) else {
            return Ok(false);
        };
        let decided = self.opening.verify_decided(&council, now()?);
        decided.map(|_| true).map_err(NotPublished::Closed)
    }

    /// Checks that the state, which is not public, lies outside of the folder.
    fn verify_state_outside(&self, folder: &Path) -> Result<(), Failure> {
        let beside = folder_of(&self.state).canonicalize();
        if beside.is_ok_and(|beside| beside.starts_with(folder)) {
            return Err(Failure::usage(format_args!(
                "{} would lie in the folder that is published, and is not public",
                self.state.shown()
            ))
            .next("name a file elsewhere with `--state`"));
        }
        Ok(())
    }

    /// What the last audit has kept, if this log can go on from there.
    fn kept(&self, founding: &Founding, head: &Head) -> Result<Option<Kept>, Failure> {
        let shown = self.state.shown();
        if !self.state.exists() {
            return Ok(None);
        }
        let bytes = files::read(&self.state, KEPT_BYTES_MAX as u64).map_err(|error| {
            Failure::usage(format_args!("{shown}: {error}")).next("see who may read it")
        })?;
        match Kept::parse(&bytes) {
            // From what is damaged, or of another release, nothing goes on: everything is audited again.
            Ok(kept) if kept.council == founding.digest() => {
                let can_go_on = kept.has_state() && kept.size <= head.checkpoint.size();
                Ok(can_go_on.then_some(kept))
            }
            Err(KeptError::Damaged) => Ok(None),
            // So a file system may leave a file that it was writing when the power failed.
            Err(KeptError::Other) if bytes.is_empty() => Ok(None),
            Ok(_) | Err(KeptError::Other) => Err(Failure::usage(format_args!(
                "{shown} is not what an audit of this council has kept"
            ))
            .next("name another file with `--state`; nothing was published")),
        }
    }

    /// The first record that is written again: the audit, which goes on from a state, reads from its bundle on; and
    /// where records are withheld, it cannot read those that were published.
    fn first_record(&self, placed: &Placed, kept: Option<&Kept>) -> u64 {
        let bundle = |size: TreeSize| size.0 - size.0 % u64::from(TILE_WIDTH);
        let published = bundle(placed.size());
        match (self.opening.shows, kept) {
            (Shows::Public, _) | (Shows::Hashes, None) => 0,
            (Shows::Everything, None) => published,
            (Shows::Everything | Shows::Hashes, Some(kept)) => published.min(bundle(kept.size)),
        }
    }

    fn write(
        &self,
        origin: &dyn Origin,
        founding: &Founding,
        head: &Head,
        (placed, kept): (&Placed, Option<&Kept>),
        staged: &Staged,
        progress: Progress<'_>,
    ) -> Result<(), Failure> {
        let (from, size) = (self.first_record(placed, kept), head.checkpoint.size().0);
        let tiles =
            GrowingTiles::of_former(TreeSize(from), placed.size(), |path| placed.hashes(path))?;
        let boundary = placed.checkpoint.as_ref();
        let boundary = boundary.map(|it| Boundary { size: it.size(), root: it.root() });
        let genesis = founding.render();
        let papers = Papers { genesis: &genesis, checkpoint: &head.checkpoint, sealed: &head.note };
        let progress = &mut |done, all| progress(Stage::Fetching, done, all);
        let records = origin.records(from, size);
        let written =
            write_log_behind(staged, papers, Former { tiles, boundary }, records, progress);
        let broken = |error: &dyn core::fmt::Display| {
            not_to_publish(origin, &format_args!("is no such log: {error}"))
        };
        written.map(drop).map_err(|error| match error {
            WriteError::Source(failure) => failure,
            WriteError::File(error) => error.into(),
            WriteError::Log(error) => broken(&error),
            WriteError::Bundle(error) => broken(&error),
            WriteError::Former(size) => broken(&format_args!(
                "its first {size} records are others than those that are published"
            )),
        })
    }

    fn audit(
        &self,
        founding: &Founding,
        source: &dyn Source,
        since: Option<&Kept>,
        progress: Progress<'_>,
    ) -> Report {
        let derived = Derived::Unwritten;
        let inquiry = Inquiry {
            now: now().ok(),
            since,
            keep: true,
            derived,
            ..Inquiry::of(founding.digest())
        };
        let progress =
            &mut |done: TreeSize, all: TreeSize| progress(Stage::Auditing, done.0, all.0);
        inquiry.audit_with(source, &self.cores, progress)
    }

    /// Keeps the state for the next run.
    fn keep(&self, report: &Report) -> Result<(), Failure> {
        let Some(kept) = &report.kept else { return Ok(()) };
        Ok(replace_secret(&self.state, &kept.render())?)
    }
}

impl Shows {
    /// Whether a file of an export is shown.
    fn has(self, path: &str) -> bool {
        match self {
            Self::Everything | Self::Public => true,
            Self::Hashes => path != GENESIS_FILE && !path.starts_with("tile/entries/"),
        }
    }
}

fn not_to_publish(origin: &dyn Origin, why: &dyn core::fmt::Display) -> Failure {
    Failure::refused(format_args!("what {} gave {why}", origin.whose())).next(
        "nothing was published; audit the folder and an export of another member’s node, and compare",
    )
}

/// Checks that a tree head can come behind one that was published.
fn verify_follows(
    former: &Checkpoint,
    new: &Checkpoint,
    origin: &dyn Origin,
) -> Result<(), Failure> {
    let whose = origin.whose();
    if former.origin() != new.origin() {
        return Err(Failure::refused(format_args!("{whose} is not of the log that is published"))
            .next("publish into a folder of its own"));
    }
    if new.size() < former.size() {
        return Err(Failure::refused(format_args!(
            "{} records are published, and {whose} has {} that are sealed by all",
            former.size().0,
            new.size().0
        ))
        .next("nothing was changed; publish from a node that has all of them"));
    }
    if new.size() == former.size() && new.root() != former.root() {
        return Err(Failure::refused(format_args!(
            "the log of {whose} has another root at size {} than the one that is published",
            new.size().0
        ))
        .next("nothing was changed; keep both checkpoints: whoever has sealed both has lied, and `nemcon audit` says who"));
    }
    Ok(())
}
