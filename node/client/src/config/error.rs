//! Why a configuration, or another TOML file that a person wrote, cannot be used.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use nemcon_ledger::text::{CharacterError, Code, Show as _};

use crate::toml_error::Misfit;

/// Why a configuration, or another TOML file that a person wrote, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or written.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file has not the form that it must have.
    #[error("{}: {misfit}", .path.shown())]
    Toml {
        /// The path of the file.
        path: PathBuf,
        /// The line and field that are wrong, and the reason.
        misfit: Misfit,
    },
    /// The file is not UTF-8: it may have two bytes a character.
    #[error("{}: {what}", .path.shown())]
    NotText {
        /// The path of the file.
        path: PathBuf,
        /// What the bytes look like, in words.
        what: &'static str,
    },
    /// The file is longer than people write.
    #[error("{}: longer than {TEXT_FILE_BYTES_MAX} bytes", .path.shown())]
    TooLong {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file has a character that no record may have.
    #[error("{}: line {line}, {error}", .path.shown())]
    Character {
        /// The path of the file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The character and its place in the line.
        error: CharacterError,
    },
    /// The HTTP interface would be open to other machines.
    #[error(
        "{}: `http = {http}` is not a loopback address, and without TLS everybody on the way could read \
         the tokens; keep `http` on this machine, and let other machines in by `[http_tls]`",
        .path.shown()
    )]
    NotLoopback {
        /// The path of the file.
        path: PathBuf,
        /// The refused address.
        http: SocketAddr,
    },
    /// The metrics would be open to other machines.
    #[error(
        "{}: `metrics = {metrics}` is not a loopback address; who reads there shows no token, so it listens on \
         this machine only",
        .path.shown()
    )]
    MetricsNotLoopback {
        /// The path of the file.
        path: PathBuf,
        /// The refused address.
        metrics: SocketAddr,
    },
    /// The file names no key file.
    #[error("{}: `{of}` names no file", .path.shown())]
    NoKey {
        /// The path of the file.
        path: PathBuf,
        /// The empty field: `node_key` or `seal_key`.
        of: &'static str,
    },
    /// The file names a peer twice.
    #[error("{}: the peer {code} stands twice; keep one entry", .path.shown())]
    PeerTwice {
        /// The path of the file.
        path: PathBuf,
        /// The code of the peer.
        code: Code,
    },
    /// The file names its own member as a peer.
    #[error("{}: the peer {code} is this node's own member; take the entry out", .path.shown())]
    PeerIsOwn {
        /// The path of the file.
        path: PathBuf,
        /// The code of the peer.
        code: Code,
    },
    /// What is said about notifications cannot be used.
    #[error("{}: [notify]: {what}", .path.shown())]
    Notify {
        /// The path of the configuration file.
        path: PathBuf,
        /// What is wrong, in words.
        what: &'static str,
    },
    /// The log would be published in the folder of the ledger itself.
    #[error("{}: `publish.folder` is in the ledger’s own folder; name one beside it", .path.shown())]
    PublishedLedger {
        /// The path of the configuration file.
        path: PathBuf,
    },
}

/// The longest text file that is read, in bytes. A plan of ninety members has less than a tenth of it.
pub const TEXT_FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
