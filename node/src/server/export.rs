//! The log of a ledger folder, for an export without a node: see [`FolderLog`].

use std::path::{Path, PathBuf};

use nemcon_client::config::NodeConfig;
use nemcon_client::export::{Head, Origin, Records};
use nemcon_client::failure::Failure;
use nemcon_ledger::text::Show as _;

use super::error::ServerError;
use super::folder::FolderLog;
use super::identity::{founded, identify};

/// A ledger folder whose log is exported.
pub struct FolderOrigin {
    folder: PathBuf,
    log: FolderLog,
}

impl FolderOrigin {
    /// Reads the ledger folder of the node that this configuration is of. `None` if no tree head can be
    /// exported: every member must have sealed it, and the node key for it must be held.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn open(config: &NodeConfig, folder: &Path) -> Result<Option<Self>, ServerError> {
        let (genesis, _) = founded(config)?;
        let node = identify(config, genesis)?;
        let log = FolderLog::open(folder, &node)?;
        Ok(log.map(|log| Self { folder: folder.to_owned(), log }))
    }

    /// The tree head below which the log is exported.
    pub fn head(&self) -> Head {
        let FolderLog { height, checkpoint, note, .. } = &self.log;
        Head { checkpoint: checkpoint.clone(), note: note.clone(), height: height.0 }
    }
}

impl Origin for FolderOrigin {
    fn whose(&self) -> String {
        format!("the ledger in {}", self.folder.shown())
    }

    fn records(&self, from: u64, _: u64) -> Records<'_> {
        let failed = |error: &dyn core::fmt::Display| {
            Failure::usage(error).next(
                "if the journal is damaged, `nemcon node repair` mends it while the node is off",
            )
        };
        Box::new(self.log.records(from).map(move |record| record.map_err(|error| failed(&error))))
    }
}
