//! How far measures, incidents and decisions are numbered.

use serde::{Deserialize, Serialize};

/// How many measures, incidents and decisions stand in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    pub(crate) measures: u64,
    pub(crate) incidents: u64,
    pub(crate) decisions: u64,
}
