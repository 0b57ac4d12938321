//! Why the index has no answer.

use std::io;
use std::path::PathBuf;

use nemcon_ledger::text::Show as _;

/// Why the index has no answer. The journal holds everything that the index would answer from.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed or panicked. The next start rebuilds the index.
    #[error("the index failed; it is rebuilt at the next start")]
    Failed,
    /// The index failed earlier in this run, or the store was opened without one.
    #[error("there is no index; it is rebuilt at the next start")]
    Offline,
    /// A damaged index could not be renamed.
    #[error("cannot move the damaged index {}", dir.shown())]
    MoveAside {
        /// The folder of the damaged index.
        dir: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}
