//! Opens the desk on a loopback address, and serves it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use nemcon_client::client::Client;
use nemcon_client::failure::Failure;
use nemcon_client::session::Session;

use crate::connections;
use crate::desk::Desk;
use crate::following::{Sign, follow, hear, signs};
use crate::routes::router;

/// How often a free address of the desk's own is tried.
const ADDRESSES_TRIED: usize = 4;
/// The threads on which pages are made. Each may wait for the node.
const PAGE_THREADS_MAX: usize = 32;

/// How a desk is opened.
#[derive(Debug)]
pub struct Settings {
    /// The node, the council and the party with its key files.
    pub session: Session,
    /// Other nodes of the council, which are asked whether they tell the same.
    pub others: Vec<Client>,
    /// Whether it only shows.
    pub is_read_only: bool,
    /// The port on 127.0.0.1. Without one, the desk has a free address of its own, so that the cookies of
    /// other ports do not mix with its cookie.
    pub port: Option<u16>,
}

/// A desk that has an address and is not served yet.
pub struct Open {
    listener: TcpListener,
    desk: Arc<Desk>,
}

/// Makes links into a desk.
#[derive(Clone)]
pub struct Links(Arc<Desk>);

impl Open {
    /// Opens a desk.
    ///
    /// # Errors
    /// [`Failure`] if the council is not known, or the address is taken.
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        let Settings { session, others, is_read_only, port } = settings;
        session.council()?;
        let listener = match port {
            Some(port) => at(port)?,
            None => anywhere()?,
        };
        let address = listener.local_addr().map_err(|error| unopened(&error))?;
        let host = host_of(address);
        let cookie = format!("nemcon-desk-{}", address.port());
        let desk = Arc::new(Desk::new(session, others, is_read_only, (host, cookie)));
        Ok(Self { listener, desk })
    }

    /// Makes links into this desk.
    pub fn links(&self) -> Links {
        Links(Arc::clone(&self.desk))
    }

    /// Serves the desk until `is_over` says so; it is asked on a thread of its own and may wait.
    ///
    /// # Errors
    /// [`Failure`] if the system gives no thread or runtime.
    pub fn serve(self, is_over: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
        let Self { listener, desk } = self;
        let (stop, heard) = signs();
        let weak = Arc::downgrade(&desk);
        let following = thread::Builder::new().name("following".to_owned());
        let following =
            following.spawn(move || follow(&weak, &heard)).map_err(|error| unopened(&error))?;
        let (client, told) = (desk.session.client().clone(), stop.clone());
        // It ends with the process: a node that says nothing lets it wait.
        let hearing = thread::Builder::new().name("hearing".to_owned());
        hearing.spawn(move || hear(&client, &told)).map_err(|error| unopened(&error))?;
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(PAGE_THREADS_MAX).build();
        let runtime = runtime.map_err(|error| unopened(&error))?;
        let (over, ended) = tokio::sync::oneshot::channel();
        thread::Builder::new()
            .name("ending".to_owned())
            .spawn(move || {
                is_over();
                let _ = over.send(());
            })
            .map_err(|error| unopened(&error))?;
        let served = runtime.block_on(async {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::select! {
                () = connections::serve(listener, router(Arc::clone(&desk))) => {}
                _ = ended => {}
            }
            Ok::<(), io::Error>(())
        });
        // A statement that is being sent is sent on; a page that is being made is not waited for.
        drop(desk.sign_alone());
        let _ = stop.send(Sign::Over);
        runtime.shutdown_background();
        let _ = following.join();
        served.map_err(|error| unopened(&error))
    }
}

impl Links {
    /// A link that lets one browser in, once.
    ///
    /// # Errors
    /// [`Failure`] if the system gives no random bytes.
    pub fn new_link(&self) -> Result<String, Failure> {
        let word = self.0.browsers().link()?;
        Ok(format!("http://{}/enter?link={word}", self.0.host))
    }

    /// Whether a link has let a browser in.
    pub fn are_used(&self) -> bool {
        self.0.browsers().any()
    }
}

/// The address as a browser sends it in `Host`.
fn host_of(address: SocketAddr) -> String {
    if address.port() == 80 { address.ip().to_string() } else { address.to_string() }
}

fn at(port: u16) -> Result<TcpListener, Failure> {
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Failure::usage(format_args!("port {port} is taken"))
            .next("give another `--port`; without it the desk takes a free address of its own"),
        _ => Failure::usage(format_args!("port {port}: {error}"))
            .next("give another `--port`, from 1024 on; without it the desk takes a free address of its own"),
    })
}

/// A free loopback address of the desk's own, where the system has more than one; otherwise a free port.
fn anywhere() -> Result<TcpListener, Failure> {
    for _ in 0..ADDRESSES_TRIED {
        let mut bytes = [0; 3];
        getrandom::fill(&mut bytes).map_err(|error| unopened(&io::Error::other(error)))?;
        let [b, c, d] = bytes;
        // Neither the first nor the last address of a network of any size.
        let address = Ipv4Addr::new(127, b, c, d.clamp(2, 253));
        if let Ok(listener) = TcpListener::bind((address, 0)) {
            return Ok(listener);
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| unopened(&error))
}

fn unopened(error: &io::Error) -> Failure {
    Failure::usage(format_args!("the desk could not be opened: {error}"))
        .next("see that this machine has a loopback address and is not out of descriptors; then try again")
}
