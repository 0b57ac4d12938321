//! What came of a run: what was published, or why nothing was.

use std::path::PathBuf;

use serde::Serialize;

use super::opening::Decided;
use crate::failure::Failure;
use crate::witnessing::Asked;

/// What a run has published.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// The path of the folder.
    #[serde(serialize_with = "crate::path_json::path")]
    pub folder: PathBuf,
    /// The number of records below the checkpoint.
    pub records: u64,
    /// How many of them were published before.
    pub before: u64,
    /// The height of the block at which the log ends.
    pub height: u64,
    /// The number of seals on the checkpoint.
    pub seals: usize,
    /// The number of files that are new or have changed.
    pub files: usize,
    /// The number of certificates among them.
    pub certificates: usize,
    /// The number of records that are withheld; none where no record is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<u64>,
    /// The adopted measure that opens so much of the log, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decided>,
    /// Which witnesses from outside have cosigned the checkpoint, where any were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witnesses: Option<Asked>,
}

/// Why nothing was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPublished {
    /// Neither the charter nor a decision of the council opens so much, or more lies in the folder than is to be shown.
    Closed(Failure),
    /// Something failed that does not speak against what was published before.
    Failed(Failure),
}

impl From<Failure> for NotPublished {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<NotPublished> for Failure {
    fn from(error: NotPublished) -> Self {
        match error {
            NotPublished::Closed(failure) | NotPublished::Failed(failure) => failure,
        }
    }
}
