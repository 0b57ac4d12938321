//! Takes the ledger out of a node or a ledger folder: as files, or as the newest tree head. Both are audited
//! here first.

mod fetched;
mod scope;
mod standing;
pub mod writing;

use std::path::{Path, PathBuf};

use nemcon_crypto::TreeSize;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::SignedNote;
use nemcon_ledger::audit::{Fault, Report, Wrong};
use nemcon_ledger::record::Boundary;
use serde::Serialize;

use crate::api::CheckpointView;
use crate::atomic_write::Staged;
use crate::audit::audited_unfinished;
use crate::client::Client;
use crate::failure::Failure;
use crate::founding::Founding;
use crate::publication::no_publication;
use crate::session::Session;
use fetched::Fetched;
pub use scope::Scope;
use standing::Standing;
use writing::{Papers, WriteError, withhold, write_derived, write_log};

/// What long work is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Records arrive from a node, and are written.
    Fetching,
    /// Records are audited.
    Auditing,
}

/// Called with the number of records done so far and the number of all.
pub type Progress<'a> = &'a mut dyn FnMut(Stage, u64, u64);

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
    /// The number of records that are not public, and so were withheld; none in a whole export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The number of records of the export that was there before, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continued_from: Option<u64>,
}

/// Where the log lies that is exported.
pub trait Origin {
    /// The place in words: `the node of BE`.
    fn whose(&self) -> String;

    /// The records of the log from leaf `from` to `end`.
    fn records(&self, from: u64, end: u64) -> Records<'_>;
}

/// Records of a log, in order.
pub type Records<'a> = Box<dyn Iterator<Item = Result<Vec<u8>, Failure>> + 'a>;

/// Exports what the node holds below its newest checkpoint: see [`export_from`].
///
/// # Errors
/// [`Failure`]. Then nothing has appeared or changed at `out`.
pub fn export(
    session: &Session,
    out: &Path,
    scope: Scope,
    progress: Progress<'_>,
) -> Result<Exported, Failure> {
    let standing = Standing::at(out, scope)?;
    let founding = session.founding()?;
    let head = Head::of(session.client())?;
    put(session.client(), &founding, &head, out, standing.as_ref(), scope, progress)
}

/// Exports the log below a tree head that all members have sealed. The export is audited before it
/// appears at `out`. If an export of the same scope is there already, the new one takes its place: the files
/// are the same as those of an export that is new as a whole. Of a whole export the records that are there
/// are not fetched again. A public one withholds records, so that all are fetched, audited, and then
/// withheld by what is public now.
///
/// # Errors
/// [`Failure`]. Then nothing has appeared or changed at `out`.
pub fn export_from(
    origin: &dyn Origin,
    founding: &Founding,
    head: &Head,
    out: &Path,
    scope: Scope,
    progress: Progress<'_>,
) -> Result<Exported, Failure> {
    let standing = Standing::at(out, scope)?;
    put(origin, founding, head, out, standing.as_ref(), scope, progress)
}

fn put(
    origin: &dyn Origin,
    founding: &Founding,
    head: &Head,
    out: &Path,
    standing: Option<&Standing>,
    scope: Scope,
    progress: Progress<'_>,
) -> Result<Exported, Failure> {
    if scope == Scope::Public && founding.genesis().charter.publication.is_none() {
        return Err(no_publication());
    }
    let known = standing.filter(|_| scope == Scope::Whole);
    let staged = match standing {
        Some(_) => Staged::begin_over(out)?,
        None => Staged::begin(out)?,
    };
    if let Some(standing) = standing {
        standing.verify_below(head.checkpoint.size().0, &origin.whose())?;
    }
    let files = head.write(origin, founding, known, &staged, progress)?;
    let report = audit(founding, &staged, standing.map(Standing::tree_size), progress)?;
    verify(report.faults.first(), origin, "nothing was written or changed")?;
    if let Some(standing) = standing {
        standing.verify_grows(report.watched)?;
    }
    let rosters = report.rosters.as_ref().expect("a verified report has rosters");
    let derived = write_derived(&staged, founding.genesis(), rosters, head.checkpoint.size())?;
    let council = report.state.as_ref().filter(|_| scope == Scope::Public);
    let withheld =
        council.map(|council| withhold(&staged, council, &head.checkpoint)).transpose()?;
    Ok(Exported {
        records: head.checkpoint.size().0,
        height: head.height,
        seals: report.counts.seals,
        files: files + derived + usize::from(withheld.is_some()),
        withheld,
        continued_from: standing.map(Standing::size),
        folder: if standing.is_some() { staged.commit_over()? } else { staged.commit()? },
    })
}

/// The newest tree head that all members have sealed, as the origin of the log says.
#[derive(Clone, Debug)]
pub struct Head {
    /// The size and the root.
    pub checkpoint: Checkpoint,
    /// The tree head with its signatures.
    pub note: SignedNote,
    /// The height of the block that ends there.
    pub height: u64,
}

impl Origin for Client {
    fn whose(&self) -> String {
        self.whose()
    }

    fn records(&self, from: u64, end: u64) -> Records<'_> {
        Box::new(Fetched::new(self, from, end))
    }
}

impl Head {
    /// The newest tree head of a node.
    ///
    /// # Errors
    /// [`Failure`] if there is none, or the node cannot be asked.
    pub fn of(client: &Client) -> Result<Self, Failure> {
        Self::newest(client)?.ok_or_else(|| {
            Failure::refused("no block has been sealed by every member so far").next(
                "`nemcon status` says whose seals are missing; give the command again when they are there",
            )
        })
    }

    /// The newest tree head of a node, if every member has sealed one.
    ///
    /// # Errors
    /// [`Failure`] if the node cannot be asked, or gives what is none.
    pub fn newest(client: &Client) -> Result<Option<Self>, Failure> {
        Self::in_view(client, client.checkpoint()?)
    }

    /// The tree head of this answer of a node.
    ///
    /// # Errors
    /// [`Failure`] if it is no tree head.
    pub fn in_view(client: &Client, view: CheckpointView) -> Result<Option<Self>, Failure> {
        let Some(note) = view.note else { return Ok(None) };
        let note = SignedNote::parse(note.as_bytes()).map_err(|error| broken(client, &error))?;
        let checkpoint = Checkpoint::parse(note.text()).map_err(|error| broken(client, &error))?;
        Ok(Some(Self { checkpoint, note, height: view.height }))
    }

    /// Writes the node's log below this tree head, all but the policies.
    fn write(
        &self,
        origin: &dyn Origin,
        founding: &Founding,
        standing: Option<&Standing>,
        staged: &Staged,
        progress: Progress<'_>,
    ) -> Result<usize, Failure> {
        let (genesis, size) = (founding.render(), self.checkpoint.size().0);
        let from = standing.map_or(0, Standing::size);
        let papers = Papers { genesis: &genesis, checkpoint: &self.checkpoint, sealed: &self.note };
        let old = standing.into_iter().flat_map(Standing::records);
        let records = old.chain(origin.records(from, size));
        let progress = &mut |done, all| progress(Stage::Fetching, done, all);
        write_log(staged, papers, records, progress).map_err(|error| match error {
            WriteError::Source(failure) => failure,
            WriteError::File(error) => error.into(),
            WriteError::Log(error) if from > 0 => broken(origin, &error).next(
                "nothing was changed: the records of the export that is there and those of the log are not \
                 of one log. Audit the export, or export to a folder that does not exist yet",
            ),
            WriteError::Log(error) => broken(origin, &error),
            WriteError::Bundle(error) => broken(origin, &error),
            WriteError::Former(_) => unreachable!("a whole export begins at the first record"),
        })
    }
}

/// Audits what was written of a log.
fn audit(
    founding: &Founding,
    staged: &Staged,
    watched: Option<TreeSize>,
    progress: Progress<'_>,
) -> Result<Report, Failure> {
    let progress = &mut |done, all| progress(Stage::Auditing, done, all);
    audited_unfinished(staged.path(), &founding.digest(), watched, progress)
}

fn broken(origin: &dyn Origin, error: &dyn core::fmt::Display) -> Failure {
    Failure::refused(format_args!("the checkpoint of {}: {error}", origin.whose()))
}

fn verify(fault: Option<&Fault>, origin: &dyn Origin, nothing: &str) -> Result<(), Failure> {
    let Some(fault) = fault else { return Ok(()) };
    let whose = origin.whose();
    Err(Failure::refused(format_args!("what {whose} gave is not verified: {fault}"))
        .next(format_args!("{nothing}; export from another member’s node, and compare")))
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

/// Audits the node's log up to the newest tree head that all members have sealed. The log lies in a
/// temporary folder meanwhile, which only this user can read.
///
/// # Errors
/// [`Failure`] if there is no such tree head, or the audit of the log finds a fault.
pub fn sealed_head(session: &Session, progress: Progress<'_>) -> Result<SealedHead, Failure> {
    let founding = session.founding()?;
    let head = Head::of(session.client())?;
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::usage(format_args!("a temporary folder for the log: {error}"))
            .next("see to the room there, or name another place by the variable `TMPDIR`")
    })?;
    let staged = Staged::begin(&folder.path().join("log"))?;
    head.write(session.client(), &founding, None, &staged, progress)?;
    let report = audit(&founding, &staged, None, progress)?;
    // The node of an entrant has no seat and does not sign the tree head as a log, so this fault
    // does not count. What counts are the members' seals.
    let mut faults = report.faults.iter();
    verify(
        faults.find(|fault| !matches!(fault.wrong, Wrong::NoLogSignature)),
        session.client(),
        "nothing was signed",
    )?;
    let (size, root) = (head.checkpoint.size(), head.checkpoint.root());
    Ok(SealedHead {
        boundary: Boundary { size, root },
        height: head.height,
        seals: report.counts.seals,
    })
}
