//! Why a backup is not made, is refused, or is not restored.

use std::io;
use std::path::PathBuf;

use nemcon_client::atomic_write::StagedError;
use nemcon_client::config::ConfigError;
use nemcon_client::keyfile::KeyFileError;
use nemcon_crypto::Digest;
use nemcon_disk::journal::JournalError;
use nemcon_ledger::text::Show as _;

use crate::server::error::ServerError;
use crate::server::folder::DiskError;

/// Why a backup is not made, is refused, or is not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The journal that would be backed up is damaged.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal has no block, or its blocks do not name each other.
    #[error("the journal in {} {why}", .folder.shown())]
    Unsound {
        /// The folder of the ledger.
        folder: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What would be made would lie in the folder that it is of.
    #[error("{} lies in {of}", .path.shown())]
    Within {
        /// The folder to make.
        path: PathBuf,
        /// In what it lies.
        of: &'static str,
    },
    /// A file of the ledger cannot be read.
    #[error("{}: {error}", .path.shown())]
    Unread {
        /// The path of the file.
        path: PathBuf,
        /// Why it cannot be read.
        error: io::Error,
    },
    /// The configuration in the backup does not name the copies that lie beside it.
    #[error("{}: `{setting}` does not name what lies in the backup", .path.shown())]
    Elsewhere {
        /// The path of the configuration.
        path: PathBuf,
        /// The setting.
        setting: &'static str,
    },
    /// A key that only systemd hands to the node cannot be backed up.
    #[error("the key `{0}` is a credential of systemd, which only the node itself can read")]
    Credential(String),
    /// A signal has ended the work. Nothing has appeared.
    #[error("ended by a signal: nothing was written")]
    Interrupted,
    /// The folder is no backup, or of another format.
    #[error("{} is no backup: {why}", .folder.shown())]
    NoBackup {
        /// The folder.
        folder: PathBuf,
        /// Why it is none.
        why: String,
    },
    /// The backup is of another council.
    #[error("the backup in {} is of council {found}, and not of {wanted}", .folder.shown())]
    Council {
        /// The folder of the backup.
        folder: PathBuf,
        /// The council of the backup.
        found: Digest,
        /// The council that the caller named.
        wanted: Digest,
    },
    /// A file of the backup is not what the manifest says.
    #[error("{}: {bad}", .path.shown())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with it.
        bad: BadFile,
    },
    /// The journal of the backup does not lead to where the manifest says.
    #[error("the journal of the backup {0}")]
    Derived(String),
    /// A file is not in its place.
    #[error(transparent)]
    Staged(#[from] StagedError),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key cannot be read or written.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The genesis or the ledger cannot be read.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The ledger folder cannot be read.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What is wrong with a file of a backup.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// The file cannot be read, or is no regular file.
    #[error("{0}")]
    Unreadable(io::Error),
    /// The manifest names the file, and it is not there.
    #[error("the manifest names it, and it is not there")]
    Missing,
    /// The file is there, and the manifest does not name it.
    #[error("the manifest does not name it")]
    Stray,
    /// The manifest names the file, and no backup holds such a file.
    #[error("the manifest names it, and no backup holds such a file")]
    Foreign,
    /// The file has another length than the manifest says.
    #[error("it has {found} bytes, and the manifest says {wanted}")]
    Length {
        /// The bytes of the file.
        found: u64,
        /// The bytes that the manifest states.
        wanted: u64,
    },
    /// The file has other bytes than the manifest says.
    #[error("its SHA-256 is another than the manifest says: it was altered or is damaged")]
    Altered,
    /// The file contradicts the manifest.
    #[error("it does not agree with manifest.json about {0}")]
    Contradicts(&'static str),
}
