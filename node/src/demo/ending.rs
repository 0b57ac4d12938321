//! The end of a demo: what was decided and checked, how long each step took, and where a person
//! can look further.

use core::fmt;
use nemcon_client::api::MeasureStatus;
use std::path::{Path, PathBuf};

use nemcon_client::api::Measure;
use nemcon_client::audit::audited;
use nemcon_client::export::Exported;
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;
use nemcon_ledger::audit::Report;
use nemcon_ledger::council::Tally;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::Code;
use serde::Serialize;

use super::plan::Scenario;
use super::quoting;
use nemcon_audit::progress;

/// A step of the demo with its duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What the step did.
    pub what: &'static str,
    /// The step's duration in milliseconds.
    pub ms: u64,
}

/// The result of a demo.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    scenario: Scenario,
    #[serde(serialize_with = "nemcon_client::path_json::path")]
    dir: PathBuf,
    council: Digest,
    by: String,
    /// The number of the demo's main measure.
    measure: u64,
    /// The status with which the measure ended.
    status: MeasureStatus,
    is_final: bool,
    ballots: usize,
    /// The number of ballots for each position, in words.
    tally: String,
    /// The reason of the outcome, if the ballots do not tell it.
    reason: Option<String>,
    /// The ballots that were cast by mandate: the member, and the mandate's holder.
    mandates: Vec<(Code, Code)>,
    seals: usize,
    /// The text of the decision.
    decision: String,
    export: Exported,
    verified: bool,
    /// The result of the audit in words.
    #[serde(skip)]
    audit: String,
    /// The path of this program, as it was called.
    #[serde(skip)]
    program: String,
    steps: Vec<Step>,
}

/// Audits the export against the digest that the demo knows from the founding, not from the export.
pub(super) fn audit(folder: &Path, council: Digest) -> Result<Report, Failure> {
    progress::of_audit(|progress| audited(folder, &council, None, progress))
}

/// The verdict of the audit in two words.
pub(super) fn verdict(report: &Report) -> &'static str {
    if report.is_verified() { "audited: VERIFIED" } else { "audited: NOT VERIFIED" }
}

impl Ending {
    pub(super) fn new(
        scenario: Scenario,
        (dir, council): (&Path, Digest),
        measure: Measure,
        decision: String,
        export: Exported,
        report: &Report,
        steps: Vec<Step>,
    ) -> Self {
        Self {
            scenario,
            dir: dir.to_owned(),
            council,
            by: measure.by.to_string(),
            measure: measure.number,
            ballots: measure.ballots.len() - measure.missing.len(),
            tally: tally(&measure).to_string(),
            mandates: mandates(&measure),
            reason: measure.reason,
            status: measure.status,
            is_final: measure.is_final,
            seals: report.counts.seals,
            decision,
            export,
            verified: report.is_verified(),
            audit: nemcon_audit::audit::describe(report),
            program: std::env::args().next().unwrap_or_else(|| "nemcon".to_owned()),
            steps,
        }
    }

    /// Whether the audit found no fault.
    pub const fn is_verified(&self) -> bool {
        self.verified
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n── the decision ──\n{}", self.decision)?;
        writeln!(f, "── the audit of the export ──\n{}\n", self.audit)?;
        let finality = if self.is_final { "final" } else { "not final" };
        let (ballots, seals) = (self.ballots, self.seals);
        writeln!(f, "{}, {finality}: {ballots} ballots, {seals} seals", self.status)?;
        let reason = self.reason.as_ref().filter(|reason| !reason.contains(&self.tally));
        let reason = reason.map(|reason| format!("; {reason}")).unwrap_or_default();
        writeln!(f, "{}{reason}", self.tally)?;
        for (code, holder) in &self.mandates {
            writeln!(f, "{holder} cast the ballot of {code}, by its mandate")?;
        }
        let total: u64 = self.steps.iter().map(|step| step.ms).sum();
        writeln!(f, "\ntime {:>14}", seconds(total))?;
        for Step { what, ms } in &self.steps {
            writeln!(f, "  {what:<11} {:>5}", seconds(*ms))?;
        }
        writeln!(f, "\nto look further:")?;
        let (dir, council, nemcon) = (quoting::word(&self.dir), self.council, &self.program);
        let export = quoting::word(&self.dir.join("export"));
        writeln!(f, "  {nemcon} audit {export} --council {council}")?;
        writeln!(f, "  {nemcon} testnet up --dir {dir}   # the same nodes, in the background")?;
        writeln!(f, "  {nemcon} measure show {} --dir {dir} --as {}", self.measure, self.by)?;
        writeln!(f, "  {nemcon} testnet down --dir {dir}")?;
        let size = megabytes(&self.dir);
        write!(
            f,
            "to clean up ({size} MB of ledgers, keys and logs stay there until then):\n  rm -r {dir}"
        )
    }
}

fn tally(measure: &Measure) -> Tally {
    let cast = measure.ballots.iter().filter(|ballot| is_cast(ballot.position));
    let cast = Tally::of(cast.map(|ballot| (&ballot.code, 0, ballot.position)));
    Tally { missing: measure.missing.clone(), ..cast }
}

fn is_cast(position: Option<Position>) -> bool {
    position.is_some_and(|position| position != Position::Retracted)
}

fn mandates(measure: &Measure) -> Vec<(Code, Code)> {
    let ballots = measure.ballots.iter();
    ballots.filter_map(|it| Some((it.code.clone(), it.cast_by.clone()?))).collect()
}

/// The size of a folder's content in megabytes, rounded up. What cannot be read does not count.
fn megabytes(folder: &Path) -> u64 {
    fn bytes(folder: &Path) -> u64 {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let size = |entry: std::fs::DirEntry| match entry.metadata() {
            Ok(it) if it.is_dir() => bytes(&entry.path()),
            Ok(it) => it.len(),
            Err(_) => 0,
        };
        entries.map(size).sum()
    }
    bytes(folder).div_ceil(1_000_000)
}

fn seconds(ms: u64) -> String {
    format!("{}.{:02} s", ms / 1000, ms % 1000 / 10)
}
