//! What runs amount to.

use std::collections::BTreeMap;

use nemcon_node::replica::Misdeed;

/// What was counted in one run, or in many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Faults by name.
    pub faults: BTreeMap<String, u64>,
    /// What nodes said that peers did wrong, by name.
    pub blames: BTreeMap<String, u64>,
    /// Statements that people submitted.
    pub statements: u64,
    /// Pieces of evidence that nodes kept.
    pub evidence: u64,
}

/// What became of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// Happenings.
    pub steps: u64,
    /// Blocks that were decided.
    pub blocks: u64,
    /// Measures that were decided.
    pub decisions: u64,
    /// Equal for equal runs.
    pub trace_hash: u64,
    /// What was counted.
    pub tally: Tally,
    /// What must not be; the run ends with the first.
    pub violation: Option<String>,
}

impl Tally {
    /// A fault was injected.
    pub fn note(&mut self, fault: &str) {
        *self.faults.entry(fault.to_owned()).or_default() += 1;
    }

    /// Somebody submitted a statement.
    pub const fn note_statement(&mut self) {
        self.statements += 1;
    }

    /// A node keeps evidence.
    pub const fn note_evidence(&mut self) {
        self.evidence += 1;
    }

    /// A node said that a peer did wrong.
    pub fn note_blame(&mut self, misdeed: Misdeed) {
        *self.blames.entry(misdeed.to_string()).or_default() += 1;
    }

    /// Adds what another run counted.
    pub fn add(&mut self, other: &Self) {
        self.statements += other.statements;
        self.evidence += other.evidence;
        for (name, count) in &other.faults {
            *self.faults.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.blames {
            *self.blames.entry(name.clone()).or_default() += count;
        }
    }
}
