//! What is watched, and what a round has seen.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use serde::Serialize;

use super::finding::Finding;
use crate::audit::Times;

/// What is watched, and how strictly.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The council digest, which the caller brings.
    pub council: Digest,
    /// Where logs lie: `http(s)` addresses, or folders and archives.
    pub logs: Vec<PathBuf>,
    /// The greatest age of a seal, in milliseconds.
    pub age_max_ms: Option<u64>,
    /// How long a server may take.
    pub times: Times,
}

/// What one round has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Round {
    /// The largest size that was verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The logs that could be read, in the order in which they were named.
    pub logs: Vec<Looked>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// One log in one round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Where it lies, as the caller has named it.
    pub at: String,
    /// Its size.
    pub size: u64,
    /// How many of the records that were verified it does not have yet.
    pub behind: u64,
}

impl Watch {
    /// The folder for what shows findings, unless another one is named.
    pub fn evidence_beside(state: &Path) -> PathBuf {
        let mut name = state.file_name().unwrap_or_default().to_owned();
        name.push(".evidence");
        state.with_file_name(name)
    }
}

impl Round {
    /// Whether something is wrong with a log that could be read.
    pub fn has_faults(&self) -> bool {
        self.findings.iter().any(|finding| finding.sort.is_fault())
    }
}
