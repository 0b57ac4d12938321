//! Why a node does not run, or has stopped.

use nemcon_client::config::ConfigError;
use nemcon_client::feed_token::FeedTokenError;
use nemcon_client::keyfile::KeyFileError;
use nemcon_client::token::TokenError;
use nemcon_client::webhook::WebhookSecretError;
use nemcon_ledger::Code;
use nemcon_ledger::council::join;
use nemcon_ledger::record::genesis::FoundingError;
use nemcon_replica::replica::Halt;

use super::descriptors::TooFewDescriptors;
use super::folder::DiskError;
use super::http::TlsFilesError;
use crate::mesh::MeshError;

/// Why a node does not run, or has stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The path of the file.
        path: String,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The configuration cannot be read again.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A token file cannot be used.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The genesis does not found the configured council.
    #[error("{path}: {error}")]
    Founding {
        /// The path of the genesis file.
        path: String,
        /// Why the genesis does not found the council.
        error: FoundingError,
    },
    /// The configured member is not in the roster.
    #[error("the roster knows no member {0}")]
    UnknownMember(Code),
    /// No key file holds the key that the roster lists.
    #[error("the {role} key is not the one that the roster lists for {member}")]
    OtherKey {
        /// The code of the node's member.
        member: Code,
        /// The use of the key: `node` or `seal`.
        role: &'static str,
    },
    /// The configuration names a peer that is no member.
    #[error("the peer {code} is no member of this council{}", meant(nearest))]
    UnknownPeer {
        /// The code of the peer.
        code: Code,
        /// The codes of the members that were probably meant.
        nearest: Vec<Code>,
    },
    /// A peer's address does not parse.
    #[error("peer {code}: {address:?} is not `host:port`")]
    Address {
        /// The code of the peer.
        code: Code,
        /// The address in the configuration.
        address: String,
    },
    /// The process may not have enough files open.
    #[error(transparent)]
    Descriptors(#[from] TooFewDescriptors),
    /// The mesh cannot listen.
    #[error(transparent)]
    Mesh(#[from] MeshError),
    /// The HTTP interface cannot listen.
    #[error("cannot serve HTTP on {address}: {source}; choose another `http` address")]
    Http {
        /// The address of the interface.
        address: std::net::SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The metrics cannot be given out.
    #[error("cannot give out metrics on {address}: {source}; choose another `metrics` address")]
    Metrics {
        /// The address of the metrics.
        address: std::net::SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The HTTP interface cannot listen for other machines.
    #[error(
        "cannot serve HTTP over TLS on {address}: {source}; choose another `address` in `[http_tls]`"
    )]
    HttpTls {
        /// The address of the interface.
        address: std::net::SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The files of TLS cannot be used.
    #[error(transparent)]
    TlsFiles(#[from] TlsFilesError),
    /// The public read path cannot listen.
    #[error(
        "cannot give out the log on {address}: {source}; choose another `address` in `[publish]`"
    )]
    ReadPath {
        /// The address of the read path.
        address: std::net::SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// There is no token for the calendar.
    #[error(transparent)]
    FeedToken(#[from] FeedTokenError),
    /// There is no secret for the webhook.
    #[error(transparent)]
    WebhookSecret(#[from] WebhookSecretError),
    /// The ledger folder cannot be used.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The replica's thread has stopped.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The operating system gives no threads, signals or runtime.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}

fn meant(nearest: &[Code]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; meant may be {}", join(nearest)) }
}

/// Why the replica's thread has stopped.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A write or a sync failed. Nothing that depends on it was sent.
    #[error("stopped, because the disk failed: {0}")]
    Disk(#[from] DiskError),
    /// The replica has stopped, because going on would not be safe.
    #[error("stopped for safety: {0}")]
    Halt(#[from] Halt),
    /// The operating system gives no runtime for timers.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}
