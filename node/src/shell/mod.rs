//! The shell around the replica: disk, mesh, HTTP, clock and signals of one node process.
//!
//! ```text
//! thread "main"     tokio: mesh, HTTP interface, signals
//!        │ events, requests (bounded)        ▲ frames, answers
//!        ▼                                   │
//! thread "replica"  one task owns the replica, the journal and the file `signed`
//! ```
//!
//! The replica's thread does its own disk writes: nothing it says leaves before they are durable.

mod http;
mod requests;
mod view;
mod worker;

use std::io::Read as _;
use std::sync::Arc;

use nemcon_ledger::Code;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::genesis::{FoundingError, verify_founding};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

pub use requests::Request;
pub use worker::WorkerError;

use crate::config::NodeConfig;
use crate::folder::{DiskError, Folder, Identity};
use crate::keyfile::{self, KeyFileError, KeyRole};
use crate::mesh::{Limits, Mesh, MeshConfig, MeshError, Peer};
use worker::Worker;

/// Events of the mesh that wait for the replica. Each may be a frame of 8 MiB: 512 MiB at most,
/// whoever floods; beyond it the mesh stops reading.
const EVENTS_MAX: usize = 64;
/// Requests of the HTTP interface that wait for the replica.
const REQUESTS_MAX: usize = 256;

/// How a node process ends beside signals.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// End when standard input ends: with the process that holds its other end.
    pub stop_with_parent: bool,
}

/// Why a node does not run, or has stopped.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A key file cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The genesis does not found the configured council.
    #[error("{path}: {error}")]
    Founding {
        /// Which file.
        path: String,
        /// Why.
        error: FoundingError,
    },
    /// The configured member is not in the roster.
    #[error("the genesis knows no member {0}")]
    UnknownMember(Code),
    /// A key file holds another key than the genesis lists.
    #[error("the {role} key is not the one that the genesis lists for {member}")]
    OtherKey {
        /// Whose.
        member: Code,
        /// `node` or `seal`.
        role: &'static str,
    },
    /// A peer's address does not parse.
    #[error("peer {code}: {address:?} is not `host:port`")]
    Address {
        /// Whose.
        code: Code,
        /// What the configuration says.
        address: String,
    },
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

/// Runs one node until SIGINT, SIGTERM, or what `options` say.
///
/// # Errors
/// [`ShellError`]; the next start recovers by the normal path.
pub fn run(config: &NodeConfig, options: Options) -> Result<(), ShellError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(serve(config, options))
}

async fn serve(config: &NodeConfig, options: Options) -> Result<(), ShellError> {
    let (genesis, genesis_file) = founded(config)?;
    let node = identify(config, genesis)?;
    let mesh = Mesh::bind(mesh_config(config, &node)?).await?;
    let listener = TcpListener::bind(config.http)
        .await
        .map_err(|source| ShellError::Http { address: config.http, source })?;
    let disk = Folder::open(&config.ledger, &node)?;
    let (events_in, events) = mpsc::channel(EVENTS_MAX);
    let (requests_in, requests) = mpsc::channel(REQUESTS_MAX);
    let (stop, stopped) = oneshot::channel();
    let handle = mesh.handle();
    let worker = Worker::new(&node, disk, handle.clone());
    let (ended_in, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
        let result = worker.run(events, requests, stopped);
        let _ = ended_in.send(());
        result
    })?;
    tracing::info!(member = %node.me, mesh = %mesh.local_addr(), http = %config.http, "running");
    let serving = http::serve(listener, requests_in, Arc::from(genesis_file));
    tokio::select! {
        () = mesh.run(events_in) => {}
        () = serving => {}
        () = stop_signal(options) => tracing::info!("stopping"),
        _ = ended => {}
    }
    handle.shutdown();
    let _ = stop.send(());
    Ok(thread.join().expect("the replica's thread does not panic")?)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, ShellError> {
    std::fs::read(path)
        .map_err(|source| ShellError::File { path: path.display().to_string(), source })
}

pub(crate) fn founded(config: &NodeConfig) -> Result<(Genesis, Vec<u8>), ShellError> {
    let bytes = read(&config.genesis)?;
    let genesis = verify_founding(&bytes, &config.council).map_err(|error| {
        ShellError::Founding { path: config.genesis.display().to_string(), error }
    })?;
    Ok((genesis, bytes))
}

/// Loads the keys and checks that they are the ones that the genesis lists.
pub(crate) fn identify(config: &NodeConfig, genesis: Genesis) -> Result<Identity, ShellError> {
    let unknown = || ShellError::UnknownMember(config.member.clone());
    let member = genesis.roster.member(&config.member).ok_or_else(unknown)?;
    let node_key = keyfile::load(&config.node_key, KeyRole::Node)?;
    let seal_key = keyfile::load(&config.seal_key, KeyRole::Seal)?;
    let other = |role| ShellError::OtherKey { member: config.member.clone(), role };
    if node_key.public() != member.node {
        return Err(other("node"));
    }
    if seal_key.public() != member.seal {
        return Err(other("seal"));
    }
    Ok(Identity { me: config.member.clone(), genesis, council: config.council, node_key, seal_key })
}

pub(crate) fn mesh_config(config: &NodeConfig, node: &Identity) -> Result<MeshConfig, ShellError> {
    let mut peers = Vec::new();
    for member in &node.genesis.roster.members {
        let configured = config.peers.iter().find(|peer| peer.code == member.code);
        let address = configured.map(|peer| {
            peer.address.parse().map_err(|_| ShellError::Address {
                code: peer.code.clone(),
                address: peer.address.clone(),
            })
        });
        peers.push(Peer { key: member.node, address: address.transpose()? });
    }
    Ok(MeshConfig {
        council: config.council,
        me: node.node_key.clone(),
        listen: config.listen,
        peers,
        limits: Limits::default(),
    })
}

async fn stop_signal(options: Options) {
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        tracing::error!("the system gives no signals");
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = parent_gone(), if options.stop_with_parent => {}
    }
}

/// Ends when standard input does.
async fn parent_gone() {
    let (gone, wait) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = gone.send(());
    });
    let _ = wait.await;
}
