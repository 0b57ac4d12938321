//! What runs amount to.

use core::time::Duration;
use std::collections::BTreeMap;

use nemcon_replica::replica::Misdeed;

use super::plan::{SCENARIOS, Wishes};

/// What was counted in one run, or in many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often each fault was injected, by its name.
    pub faults: BTreeMap<String, u64>,
    /// What nodes said that peers did wrong, by name.
    pub blames: BTreeMap<String, u64>,
    /// Statements that people submitted, by kind.
    pub statements: BTreeMap<String, u64>,
    /// Those of them with something wrong, by what it was.
    pub slips: BTreeMap<String, u64>,
    /// Pieces of evidence that nodes kept.
    pub evidence: u64,
    /// Connections that nodes ended over too many faults.
    pub cuts: u64,
}

/// What became of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed that the run was made from.
    pub seed: u64,
    /// How many events the run took.
    pub steps: u64,
    /// Blocks that were decided.
    pub blocks: u64,
    /// Measures that were decided.
    pub decisions: u64,
    /// Equal for equal runs.
    pub trace_hash: u64,
    /// What the run has counted beside.
    pub tally: Tally,
    /// What must not be; the run ends with the first.
    pub violation: Option<String>,
}

impl Tally {
    /// A fault was injected.
    pub fn note(&mut self, fault: &str) {
        *self.faults.entry(fault.to_owned()).or_default() += 1;
    }

    /// Somebody submitted a statement of this kind.
    pub fn note_statement(&mut self, kind: &str) {
        *self.statements.entry(kind.to_owned()).or_default() += 1;
    }

    /// There was something wrong with it.
    pub fn note_slip(&mut self, slip: &str) {
        *self.slips.entry(slip.to_owned()).or_default() += 1;
    }

    /// A node keeps evidence.
    pub const fn note_evidence(&mut self) {
        self.evidence += 1;
    }

    /// A node ends a connection over its faults.
    pub const fn note_cut(&mut self) {
        self.cuts += 1;
    }

    /// A node said that a peer did wrong.
    pub fn note_blame(&mut self, misdeed: Misdeed) {
        *self.blames.entry(misdeed.to_string()).or_default() += 1;
    }

    /// Adds what another run counted.
    pub fn add(&mut self, other: &Self) {
        self.evidence += other.evidence;
        self.cuts += other.cuts;
        for (counts, others) in [
            (&mut self.faults, &other.faults),
            (&mut self.blames, &other.blames),
            (&mut self.statements, &other.statements),
            (&mut self.slips, &other.slips),
        ] {
            for (name, count) in others {
                *counts.entry(name.clone()).or_default() += count;
            }
        }
    }
}

/// What many runs amount to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many seeds have been run.
    pub seeds: u64,
    /// Seeds with a violation.
    pub violations: u64,
    steps: u64,
    blocks: u64,
    decisions: u64,
    tally: Tally,
}

impl Summary {
    /// Adds what became of one seed.
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.violations += u64::from(outcome.violation.is_some());
        self.steps += outcome.steps;
        self.blocks += outcome.blocks;
        self.decisions += outcome.decisions;
        self.tally.add(&outcome.tally);
    }

    /// The summary in lines.
    pub fn render(&self, elapsed: Duration) -> String {
        let Tally { faults, blames, statements, slips, evidence, cuts } = &self.tally;
        let mut lines = vec![line("seeds", self.seeds)];
        lines.push(line("steps", self.steps));
        lines.push(line("blocks", self.blocks));
        lines.push(line("measures decided", self.decisions));
        for (what, counts) in [
            ("statements submitted", statements),
            ("slips among them", slips),
            ("faults injected", faults),
            ("misdeeds noticed", blames),
        ] {
            lines.push(line(what, counts.values().sum()));
            lines.extend(counts.iter().map(|(name, count)| line(&format!("  {name}"), *count)));
        }
        lines.push(line("connections cut over misdeeds", *cuts));
        lines.push(line("evidence kept", *evidence));
        lines.push(line("violations", self.violations));
        let tenths = u128::from(self.seeds) * 10_000 / elapsed.as_millis().max(1);
        lines.push(format!("{}.{} seeds a second\n", tenths / 10, tenths % 10));
        lines.concat()
    }
}

fn line(name: &str, count: u64) -> String {
    format!("{name:32}{count:>12}\n")
}

/// The command that runs a seed again, with what happens in it.
pub fn replay_command(seed: u64, wishes: &Wishes) -> String {
    let program = "cargo run --release -p nemcon-tests --bin simulate --";
    let mut words = vec![format!("{program} --trace --replay {seed}")];
    words.extend(wishes.members.map(|members| format!("--members {members}")));
    words.extend(wishes.scenario.map(|at| format!("--scenario {}", SCENARIOS[at].0)));
    words.extend(wishes.adversary.map(|kind| format!("--adversary {}", kind.name())));
    words.extend(wishes.control.map(|control| format!("--control {}", control.name())));
    words.join(" ")
}
