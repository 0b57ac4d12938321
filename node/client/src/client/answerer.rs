//! An answerer in this process: the interface of a node without a node.

use core::fmt;
use std::path::Path;
use std::sync::Arc;

use nemcon_ledger::text::Show as _;

/// What answers the requests that read, as the HTTP interface of a node answers them.
pub trait Answerer: Send + Sync {
    /// Answers `GET target`, or `POST target` with a body in JSON. Returns the HTTP status and the body.
    fn answer(&self, target: &str, body: Option<Vec<u8>>) -> (u16, Vec<u8>);
}

/// An answerer, and what it reads in words: `the ledger in /srv/be/ledger`.
#[derive(Clone)]
pub(super) struct InProcess {
    pub(super) answerer: Arc<dyn Answerer>,
    pub(super) what: String,
}

impl InProcess {
    pub(super) fn of_folder(folder: &Path, answerer: Arc<dyn Answerer>) -> Self {
        Self { answerer, what: format!("the ledger in {}", folder.shown()) }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").field("what", &self.what).finish_non_exhaustive()
    }
}
