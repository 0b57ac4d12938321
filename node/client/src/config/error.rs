//! Why a configuration, or another TOML file of a person's, cannot be used.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use nemcon_ledger::text::{CharacterError, Code, Show as _};

use crate::misfit::Misfit;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read or written.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is not what such a file holds.
    #[error("{}: {misfit}", .path.shown())]
    Toml {
        /// Which.
        path: PathBuf,
        /// Where and why.
        misfit: Misfit,
    },
    /// It is written in two bytes a character, or what else is no UTF-8.
    #[error("{}: {what}", .path.shown())]
    NotText {
        /// Which.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Longer than what people write.
    #[error("{}: longer than {TEXT_FILE_BYTES_MAX} bytes", .path.shown())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// It has a character that no record may have.
    #[error("{}: line {line}, {error}", .path.shown())]
    Character {
        /// Which.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Where in the line, and which.
        error: CharacterError,
    },
    /// The HTTP interface would be open to others.
    #[error(
        "{}: `http = {http}` is not a loopback address; whoever reaches it can read the ledger, so \
         it listens on this machine only",
        .path.shown()
    )]
    NotLoopback {
        /// Which file.
        path: PathBuf,
        /// The address.
        http: SocketAddr,
    },
    /// No key file is named.
    #[error("{}: `{of}` names no file", .path.shown())]
    NoKey {
        /// Which file.
        path: PathBuf,
        /// `node_key` or `seal_key`.
        of: &'static str,
    },
    /// A peer stands twice.
    #[error("{}: the peer {code} stands twice; keep one entry", .path.shown())]
    PeerTwice {
        /// Which file.
        path: PathBuf,
        /// Which peer.
        code: Code,
    },
    /// A peer is the member itself.
    #[error("{}: the peer {code} is this node's own member; take the entry out", .path.shown())]
    PeerIsOwn {
        /// Which file.
        path: PathBuf,
        /// Which peer.
        code: Code,
    },
}

/// The longest text file that is read, in bytes: a plan of ninety members has less than a tenth of it.
pub const TEXT_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
