//! Why a node does not run, or has stopped.

use nemcon_client::config::ConfigError;
use nemcon_client::keyfile::KeyFileError;
use nemcon_client::token::TokenError;
use nemcon_ledger::Code;
use nemcon_ledger::council::join;
use nemcon_ledger::record::genesis::FoundingError;
use nemcon_replica::replica::Halt;

use super::descriptors::TooFewDescriptors;
use super::folder::DiskError;
use crate::mesh::MeshError;

/// Why a node does not run, or has stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
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
        /// Which file.
        path: String,
        /// Why.
        error: FoundingError,
    },
    /// The configured member is not in the roster.
    #[error("the roster knows no member {0}")]
    UnknownMember(Code),
    /// No key file holds the key that the roster lists.
    #[error("the {role} key is not the one that the roster lists for {member}")]
    OtherKey {
        /// Whose.
        member: Code,
        /// `node` or `seal`.
        role: &'static str,
    },
    /// The configuration names a peer that is no member.
    #[error("the peer {code} is no member of this council{}", meant(nearest))]
    UnknownPeer {
        /// Which.
        code: Code,
        /// Members whose codes may have been meant.
        nearest: Vec<Code>,
    },
    /// A peer's address does not parse.
    #[error("peer {code}: {address:?} is not `host:port`")]
    Address {
        /// Whose.
        code: Code,
        /// What the configuration says.
        address: String,
    },
    /// Too few files may be open.
    #[error(transparent)]
    Descriptors(#[from] TooFewDescriptors),
    /// The mesh cannot listen.
    #[error(transparent)]
    Mesh(#[from] MeshError),
    /// The HTTP interface cannot listen.
    #[error("cannot serve HTTP on {address}: {source}; choose another `http` address")]
    Http {
        /// Where.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The node has stopped for its own safety.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// The system gives no threads, signals or runtime.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}

fn meant(nearest: &[Code]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; meant may be {}", join(nearest)) }
}

/// Why the replica's thread has stopped.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A write or a sync failed: what rests on it was not said.
    #[error("stopped, because the disk failed: {0}")]
    Disk(#[from] DiskError),
    /// Going on would not be safe.
    #[error("stopped for safety: {0}")]
    Halt(#[from] Halt),
    /// No runtime for timers.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}
