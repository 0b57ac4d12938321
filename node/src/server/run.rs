//! The process of one node: what is opened, in which order, and how the process ends.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use nemcon_client::api::FilesView;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::NodeConfig;
use nemcon_client::feed_token::FeedToken;
use nemcon_client::token::Tokens;
use nemcon_ledger::{Chain, Code, Rosters};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::addresses::{Addresses, addresses};
use super::condition::Kind;
use super::descriptors::{Shares, others};
use super::error::{ServerError, WorkerError};
use super::folder::{Folder, Found, Identity, Trust, journal_in};
use super::http::{self, Interface, Numbers, OverTls, Shown};
use super::identity::{founded, identify, mesh_config, verify_named};
use super::meter::{self, Meters, Readiness, Verdict};
use super::news::News;
use super::operator::{Names, Operator};
use super::reload::Reload;
use super::requests::Request;
use super::worker::Worker;
use crate::mesh::{Mesh, events};
use crate::server::{host_names, notifier, peer_config_check, read_path};

/// The greatest number of HTTP requests that wait for the replica.
const REQUESTS_MAX: usize = 256;

/// Options of a node process.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The configuration's file, which is read again at SIGHUP. The tokens lie beside it.
    pub config: PathBuf,
    /// Whether the process ends when its standard input does, that is, with the process that holds
    /// the other end.
    pub stop_with_parent: bool,
    /// What the start takes on trust.
    pub trust: Trust,
}

/// Creates the ledger folder of a node that has never run, after everything else was checked, and
/// the tokens of its HTTP interface beside the configuration in `file`.
///
/// # Errors
/// [`ServerError`].
pub fn init(config: &NodeConfig, file: &Path) -> Result<(), ServerError> {
    let (genesis, _) = founded(config)?;
    let node = identify(config, genesis)?;
    verify_named(config, &node.genesis.roster, &node.keys)?;
    peer_config_check::verify(config, &Chain::found(node.genesis.clone()))?;
    Tokens::prepare(folder_of(file))?;
    Ok(Folder::init(&config.ledger, &node.genesis)?)
}

/// Runs one node until SIGINT or SIGTERM, or as `options` say.
///
/// # Errors
/// [`ServerError`]. The next start recovers by the normal path.
pub fn run(config: &NodeConfig, options: Options) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(serve(config, options));
    // A host name that is still being looked up must not keep the process from ending.
    runtime.shutdown_background();
    result
}

async fn serve(config: &NodeConfig, options: Options) -> Result<(), ServerError> {
    // Before anything else: until the process asks for this signal, the signal ends it.
    let hangup = signal(SignalKind::hangup())?;
    let (genesis, genesis_file) = founded(config)?;
    let node = identify(config, genesis)?;
    let addresses = addresses(config)?;
    let feed = feed_token(config, &options)?;
    let (tokens_in, tokens) = watch::channel(Tokens::prepare(folder_of(&options.config))?);
    verify_new(config, &node)?;
    let members = node.genesis.roster.members.len().max(addresses.len() + 1);
    let over_tls = over_tls(config)?;
    let shares = Shares::take(members, others(config))?;
    let mesh = bind_mesh(config, &node, &addresses, &shares).await?;
    let listener = http_listener(config)?;
    let (read_path, metrics) = (read_path_listener(config)?, meter::listener(config)?);
    let disk = opened(config, &node, options.trust)?;
    let (events_in, events) = events();
    let (requests_in, requests) = mpsc::channel(REQUESTS_MAX);
    let (stop, stopped) = oneshot::channel();
    let handle = mesh.handle();
    let (unresolved_in, unresolved) = watch::channel(BTreeSet::new());
    let (told_addresses, addresses_told) = watch::channel(addresses.clone());
    let names = Names { addresses: told_addresses, unresolved };
    let (watched, numbers) = watched(config, names, shares.files, &requests_in);
    let (news_in, news) = watch::channel(News::default());
    let worker = Worker::new(&node, disk, handle.clone(), addresses, watched, news_in);
    let mut replica = ReplicaThread::spawn(move || worker.run(events, requests, stopped))?;
    tell_running(&node, &mesh, config);
    let (over_tls, shown_in) = over_tls.unzip();
    let reload = Reload::of(&options.config, requests_in.clone(), tokens_in, shown_in);
    let reloading = reload.on(hangup);
    let interface = Interface {
        requests: requests_in,
        journal: journal_in(&config.ledger).into(),
        genesis_file: genesis_file.into(),
        tokens,
        feed,
        numbers: numbers.clone(),
        news,
        limits: http::Limits::of(shares.http),
    };
    // Dropping this at the end stops the interface.
    let (_serving, served_until) = oneshot::channel();
    interface.run(listener, over_tls, served_until)?;
    let (_measuring, measured_until) = oneshot::channel();
    meter::run(metrics, numbers, measured_until)?;
    let (_giving, given_until) = oneshot::channel();
    read_path::run(config, folder_of(&options.config).to_owned(), read_path, given_until)?;
    let _telling = notifier::run(config, folder_of(&options.config))?;
    tokio::select! {
        () = mesh.run(events_in) => {}
        () = reloading => {}
        () = host_names::look_up(addresses_told, unresolved_in) => {}
        () = stop_signal(&options) => tracing::info!(event = %"stopping", "stopping"),
        _ = &mut replica.ended => {}
    }
    handle.shutdown();
    let _ = stop.send(());
    Ok(replica.result(&node.me)?)
}

/// Checks a configuration whose ledger is still to be made against the founding roster.
fn verify_new(config: &NodeConfig, node: &Identity) -> Result<(), ServerError> {
    if config.ledger.exists() {
        return Ok(());
    }
    verify_named(config, &node.genesis.roster, &node.keys)
}

fn tell_running(node: &Identity, mesh: &Mesh, config: &NodeConfig) {
    let (mesh, http) = (mesh.local_addr(), config.http);
    tracing::info!(event = %"running", member = %node.me, %mesh, %http, "running");
}

/// The mesh on its address, by the founding roster, which is replaced as soon as the ledger has been read.
async fn bind_mesh(
    config: &NodeConfig,
    node: &Identity,
    addresses: &Addresses,
    shares: &Shares,
) -> Result<Mesh, ServerError> {
    let founding = Rosters::founding(&node.genesis);
    let mut settings = mesh_config(config, node, &founding, addresses);
    settings.limits.handshakes_max = shares.handshakes;
    settings.limits.sockets_max = shares.mesh;
    Ok(Mesh::bind(settings).await?)
}

/// The ledger folder, whose roster must fit the configuration.
fn opened(
    config: &NodeConfig,
    node: &Identity,
    trust: Trust,
) -> Result<(Folder, Found), ServerError> {
    let disk = Folder::open(&config.ledger, node, trust)?;
    verify_named(config, disk.1.replayed.chain.council().roster(), &node.keys)?;
    peer_config_check::verify(config, &disk.1.replayed.chain)?;
    Ok(disk)
}

/// What the replica's thread watches and measures, and what is given out of it.
fn watched(
    config: &NodeConfig,
    names: Names,
    files: FilesView,
    requests: &mpsc::Sender<Request>,
) -> ((Operator, Meters), Numbers) {
    let (ready_in, ready) = watch::channel((Verdict::starting(), Instant::now()));
    let operator = Operator::new(&config.ledger, names, files, ready_in);
    let meters = Meters::new();
    let numbers = Numbers::new(requests.clone(), meters.clone(), Readiness::new(ready));
    ((operator, meters), numbers)
}

/// The token of the calendar, if the configuration asks for one.
fn feed_token(config: &NodeConfig, options: &Options) -> Result<Option<FeedToken>, ServerError> {
    let prepare = || FeedToken::prepare(folder_of(&options.config));
    Ok(config.calendar.then(prepare).transpose()?)
}

/// The address of the HTTP interface.
fn http_listener(config: &NodeConfig) -> Result<TcpListener, ServerError> {
    let failed = |source| ServerError::Http { address: config.http, source };
    TcpListener::bind(config.http).map_err(failed)
}

/// The address of the public read path, if there is one.
fn read_path_listener(config: &NodeConfig) -> Result<Option<TcpListener>, ServerError> {
    let address = config.publish.as_ref().and_then(|publish| publish.address);
    let bind = |address| {
        TcpListener::bind(address).map_err(|source| ServerError::ReadPath { address, source })
    };
    address.map(bind).transpose()
}

/// The replica's thread, and the news of its end.
struct ReplicaThread {
    thread: JoinHandle<Result<(), WorkerError>>,
    ended: oneshot::Receiver<()>,
}

impl ReplicaThread {
    fn spawn(
        work: impl FnOnce() -> Result<(), WorkerError> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (ended_in, ended) = oneshot::channel();
        let thread = std::thread::Builder::new().name("replica".to_owned()).spawn(move || {
            let result = work();
            let _ = ended_in.send(());
            result
        })?;
        Ok(Self { thread, ended })
    }

    /// How it ended; an error is a condition of this member's node.
    fn result(self, me: &Code) -> Result<(), WorkerError> {
        let result = self.thread.join().expect("the replica's thread does not panic");
        if let Err(error) = &result {
            tracing::error!(event = %"stopped", condition = %Kind::Stopped, about = %me, "{error}");
        }
        result
    }
}

async fn stop_signal(options: &Options) {
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        tracing::error!(event = %"no-signals", "the system gives no signals");
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        () = parent_gone(), if options.stop_with_parent => {}
    }
}

/// Where programs on other machines reach the HTTP interface, if the configuration lets them, with the sender of what the
/// node shows there.
fn over_tls(config: &NodeConfig) -> Result<Option<(OverTls, watch::Sender<Shown>)>, ServerError> {
    let Some(tls) = &config.http_tls else { return Ok(None) };
    let (shown_in, shown) = watch::channel(Shown::read(tls)?);
    let listener = TcpListener::bind(tls.address)
        .map_err(|source| ServerError::HttpTls { address: tls.address, source })?;
    tracing::info!(event = %"http-tls", address = %tls.address, "the HTTP interface is open to other machines, over TLS");
    Ok(Some((OverTls { listener, shown }, shown_in)))
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
