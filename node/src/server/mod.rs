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

mod addressed;
mod answers;
mod descriptors;
mod http;
mod lines;
mod names;
mod operator;
mod outsiders;
mod peers;
mod requests;
mod turns;
mod view;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use nemcon_client::config::{ConfigError, KeyFiles, NodeConfig, PeerConfig};
use nemcon_client::keyfile::{self, KeyFileError, KeyRole};
use nemcon_client::staged::folder_of;
use nemcon_client::token::{TokenError, Tokens};
use nemcon_kit::files;
use nemcon_ledger::audit::NOTE_BYTES_MAX;
use nemcon_ledger::council::join;
use nemcon_ledger::record::genesis::{FoundingError, verify_founding};
use nemcon_ledger::record::{Genesis, Roster};
use nemcon_ledger::text::Show as _;
use nemcon_ledger::{Chain, Code, Rosters};
use nemcon_replica::keyring::Keyring;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};

pub use descriptors::TooFewDescriptors;
pub use requests::Request;
pub use worker::WorkerError;

use crate::condition::Kind;
use crate::folder::{DiskError, Folder, Identity, journal_in};
use crate::mesh::{Address, Limits, Mesh, MeshConfig, MeshError};
use descriptors::Shares;
use http::Interface;
use operator::{Names, Operator};
use worker::Worker;

/// Events of the mesh that wait for the replica. Each may be a frame of 8 MiB: 512 MiB at most,
/// whoever floods; beyond it the mesh stops reading.
const EVENTS_MAX: usize = 64;
/// Requests of the HTTP interface that wait for the replica.
const REQUESTS_MAX: usize = 256;

/// How a node process ends beside signals.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The configuration's file, read again at SIGHUP; the tokens lie beside it.
    pub config: PathBuf,
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

/// Makes the ledger folder of a node that has never run, after everything else was found right, and
/// beside its configuration in `file` the tokens of its HTTP interface.
///
/// # Errors
/// [`ShellError`].
pub fn init(config: &NodeConfig, file: &Path) -> Result<(), ShellError> {
    let (genesis, _) = founded(config)?;
    let node = identify(config, genesis)?;
    verify_named(config, &node.genesis.roster, &node.keys)?;
    addressed::verify(config, &Chain::found(node.genesis.clone()))?;
    Tokens::prepare(folder_of(file))?;
    Ok(Folder::init(&config.ledger, &node.genesis)?)
}

/// Runs one node until SIGINT, SIGTERM, or what `options` say.
///
/// # Errors
/// [`ShellError`]; the next start recovers by the normal path.
pub fn run(config: &NodeConfig, options: Options) -> Result<(), ShellError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(serve(config, options));
    // A name that is being looked up keeps no process from ending.
    runtime.shutdown_background();
    result
}

async fn serve(config: &NodeConfig, options: Options) -> Result<(), ShellError> {
    // Before all else: the signal would end a process that has not asked for it.
    let hangup = signal(SignalKind::hangup())?;
    let (genesis, genesis_file) = founded(config)?;
    let node = identify(config, genesis)?;
    let addresses = addresses(config)?;
    let (tokens_in, tokens) = watch::channel(Tokens::prepare(folder_of(&options.config))?);
    if !config.ledger.exists() {
        verify_named(config, &node.genesis.roster, &node.keys)?;
    }
    // The founding roster is put right as soon as the ledger is read.
    let founding = Rosters::founding(&node.genesis);
    let shares = Shares::take(node.genesis.roster.members.len().max(addresses.len() + 1))?;
    let mut settings = mesh_config(config, &node, &founding, &addresses);
    settings.limits.handshakes_max = shares.handshakes;
    settings.limits.sockets_max = shares.mesh;
    let mesh = Mesh::bind(settings).await?;
    let listener = TcpListener::bind(config.http)
        .map_err(|source| ShellError::Http { address: config.http, source })?;
    let disk = Folder::open(&config.ledger, &node)?;
    verify_named(config, disk.1.replayed.chain.council().roster(), &node.keys)?;
    addressed::verify(config, &disk.1.replayed.chain)?;
    let (events_in, events) = mpsc::channel(EVENTS_MAX);
    let (requests_in, requests) = mpsc::channel(REQUESTS_MAX);
    let (stop, stopped) = oneshot::channel();
    let handle = mesh.handle();
    let (unresolved_in, unresolved) = watch::channel(BTreeSet::new());
    let (told_addresses, addresses_told) = watch::channel(addresses.clone());
    let names = Names { addresses: told_addresses, unresolved };
    let operator = Operator::new(&config.ledger, names);
    let worker = Worker::new(&node, disk, handle.clone(), addresses, operator);
    let (ended_in, ended) = oneshot::channel();
    let thread = std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
        let result = worker.run(events, requests, stopped);
        let _ = ended_in.send(());
        result
    })?;
    tracing::info!(member = %node.me, mesh = %mesh.local_addr(), http = %config.http, "running");
    let reloading =
        reload_on_signal(hangup, options.config.clone(), requests_in.clone(), tokens_in);
    let interface = Interface {
        requests: requests_in,
        journal: journal_in(&config.ledger).into(),
        genesis_file: genesis_file.into(),
        tokens,
        limits: http::Limits::of(shares.http),
    };
    // Dropped at the end: then the interface stops.
    let (_serving, served_until) = oneshot::channel();
    interface.run(listener, served_until)?;
    tokio::select! {
        () = mesh.run(events_in) => {}
        () = reloading => {}
        () = names::look_up(addresses_told, unresolved_in) => {}
        () = stop_signal(&options) => tracing::info!("stopping"),
        _ = ended => {}
    }
    handle.shutdown();
    let _ = stop.send(());
    let result = thread.join().expect("the replica's thread does not panic");
    if let Err(error) = &result {
        tracing::error!(condition = %Kind::Stopped, about = %node.me, "{error}");
    }
    Ok(result?)
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, ShellError> {
    files::read(path, NOTE_BYTES_MAX).map_err(|error| {
        let (path, source) = (path.shown(), error.into());
        ShellError::File { path, source }
    })
}

pub(crate) fn founded(config: &NodeConfig) -> Result<(Genesis, Vec<u8>), ShellError> {
    let bytes = read(&config.genesis)?;
    let genesis = verify_founding(&bytes, &config.council)
        .map_err(|error| ShellError::Founding { path: config.genesis.shown(), error })?;
    Ok((genesis, bytes))
}

/// Loads the keys.
pub(crate) fn identify(config: &NodeConfig, genesis: Genesis) -> Result<Identity, ShellError> {
    let keys = keyring(config)?;
    Ok(Identity { me: config.member.clone(), genesis, council: config.council, keys })
}

/// The keys in the files that the configuration names.
fn keyring(config: &NodeConfig) -> Result<Keyring, ShellError> {
    let load = |files: &KeyFiles, role| -> Result<Vec<_>, KeyFileError> {
        files.paths().iter().map(|path| keyfile::load(path, role)).collect()
    };
    let node = load(&config.node_key, KeyRole::Node)?;
    let seal = load(&config.seal_key, KeyRole::Seal)?;
    Ok(Keyring::of(node, seal).expect("a configuration names a file of each"))
}

/// Checks that the roster of the next block names the member with keys that this node holds, unless
/// it is to follow.
fn verify_named(config: &NodeConfig, roster: &Roster, keys: &Keyring) -> Result<(), ShellError> {
    if config.following {
        return Ok(());
    }
    let me = &config.member;
    roster.member(me).ok_or_else(|| ShellError::UnknownMember(me.clone()))?;
    let other = |role| ShellError::OtherKey { member: me.clone(), role };
    keys.node_of(roster, me).ok_or_else(|| other("node"))?;
    keys.seal_of(roster, me).ok_or_else(|| other("seal"))?;
    Ok(())
}

/// Where the other members' nodes listen.
pub(crate) type Addresses = BTreeMap<Code, Address>;

pub(crate) fn addresses(config: &NodeConfig) -> Result<Addresses, ShellError> {
    let address = |peer: &PeerConfig| {
        let address = peer.address.parse().map_err(|_| ShellError::Address {
            code: peer.code.clone(),
            address: peer.address.clone(),
        });
        Ok((peer.code.clone(), address?))
    };
    config.peers.iter().map(address).collect()
}

pub(crate) fn mesh_config(
    config: &NodeConfig,
    node: &Identity,
    rosters: &Rosters,
    addresses: &Addresses,
) -> MeshConfig {
    MeshConfig {
        council: config.council,
        me: node.keys.shown(rosters.newest(), &node.me).clone(),
        listen: config.listen,
        peers: peers::admitted(rosters, &[], addresses),
        limits: Limits::default(),
    }
}

async fn stop_signal(options: &Options) {
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

/// Reads the configuration again at each SIGHUP; what cannot be used is said and left as it was.
async fn reload_on_signal(
    mut hangup: Signal,
    path: PathBuf,
    requests: mpsc::Sender<Request>,
    tokens: watch::Sender<Tokens>,
) {
    while hangup.recv().await.is_some() {
        match reloaded(&path) {
            Ok((request, read)) => {
                drop(requests.send(request).await);
                tokens.send_replace(read);
                tracing::info!("the peers' addresses, the keys and the tokens are read again");
            }
            Err(error) => tracing::error!(%error, "the configuration stays as it was"),
        }
    }
}

fn reloaded(path: &Path) -> Result<(Request, Tokens), ShellError> {
    let config = NodeConfig::load(path)?;
    let tokens = Tokens::prepare(folder_of(path))?;
    Ok((Request::Reload(addresses(&config)?, keyring(&config)?), tokens))
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
