//! Why a key file cannot be used.

use std::io;
use std::path::PathBuf;

use nemcon_ledger::text::Show as _;

use super::block::{BlockError, NotOpened};
use super::credential_name::CredentialName;
use super::foreign_error::ForeignError;
use super::private_file::PrivateFileError;
use super::role::{KeyRole, KeyRoleError};

/// What is wrong with the text of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// The file has the form that key files had before PKCS#8.
    #[error("it has the former form `nemcon/v1 key`, which is not read any more")]
    Former,
    /// The file is a key of another program: it has a PEM block, and no lines before it.
    #[error("it is a key of another program: the lines `role` and `public` are missing")]
    Foreign,
    /// A line is missing, out of order, or one too many.
    #[error("it wants the lines `role` and `public`, then one PEM block, and nothing else")]
    Lines,
    /// The role is unknown.
    #[error("{0}")]
    Role(#[from] KeyRoleError),
    /// The PEM block is none, or none of a key that can be opened.
    #[error("{0}")]
    Block(#[from] BlockError),
    /// The public half does not belong to the secret one.
    #[error("its public key is not that of its secret")]
    Public,
}

/// Why a key file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be written.
    #[error("key file {}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file cannot be read, or others can read or write it.
    #[error("key file {0}")]
    File(#[from] PrivateFileError),
    /// A file exists already at this path. A key is never overwritten.
    #[error("key file {}: it exists already, and a key is never overwritten", .0.shown())]
    Exists(PathBuf),
    /// The text of the file is no key.
    #[error("key file {}: {error}", .path.shown())]
    Text {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with the text.
        error: KeyTextError,
    },
    /// There are no credentials: the process is no service, or none was handed over.
    #[error("{0}: $CREDENTIALS_DIRECTORY names no folder, so no credential was handed over")]
    NoCredentials(CredentialName),
    /// The file of another program gives no key.
    #[error("key file {}: {error}", .path.shown())]
    Foreign {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with the text.
        error: ForeignError,
    },
    /// A passphrase locks the key, and nobody gives one here.
    #[error("key file {}: a passphrase locks it, and none can be given here", .0.shown())]
    Locked(PathBuf),
    /// The passphrase does not open the key.
    #[error("key file {}: {error}", .path.shown())]
    NotOpened {
        /// The path of the file.
        path: PathBuf,
        /// That it was not opened.
        error: NotOpened,
    },
    /// The key has another use than the wanted one.
    #[error("key file {}: its role is {found}; a key of role {wanted} is wanted here", .path.shown())]
    Role {
        /// The path of the file.
        path: PathBuf,
        /// The key's use.
        found: KeyRole,
        /// The wanted use.
        wanted: KeyRole,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed: {0}")]
    Random(#[from] getrandom::Error),
}
