//! The mesh over loopback: real sockets, ports that the system chose, events waited for.

mod changes;
mod lanes;
mod links;
mod outages;
mod rivals;
mod strangers;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::hash::sha256;
use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_replica::replica::Lane;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::hello::{Hello, exchange};
use super::identity::{Admits, Identity, refusal_of, server_name};
use super::*;

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(20);

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A running mesh and its host's end.
struct Node {
    key: PublicKey,
    address: SocketAddr,
    handle: MeshHandle,
    events: Events,
    task: JoinHandle<()>,
}

/// So many secret keys, the smallest public key first: of two, the former dials.
fn secrets(count: u8) -> Vec<SecretKey> {
    let mut keys: Vec<_> = (1..=count).map(|n| SecretKey::from_seed(&[n; 32])).collect();
    keys.sort_by_key(SecretKey::public);
    keys
}

fn council() -> Digest {
    sha256(b"council")
}

fn config(me: &SecretKey, roster: &[SecretKey]) -> MeshConfig {
    let peer = |secret: &SecretKey| Peer { key: secret.public(), address: None };
    MeshConfig {
        council: council(),
        me: me.clone(),
        listen: ANY_PORT,
        peers: roster.iter().map(peer).collect(),
        limits: Limits::default(),
    }
}

impl Node {
    async fn start(me: &SecretKey, roster: &[SecretKey]) -> Self {
        Self::start_with(config(me, roster)).await
    }

    async fn start_with(config: MeshConfig) -> Self {
        let key = config.me.public();
        let mesh = Mesh::bind(config).await.unwrap();
        let (sender, events) = events();
        let (address, handle) = (mesh.local_addr(), mesh.handle());
        let task = tokio::spawn(mesh.run(sender));
        Self { key, address, handle, events, task }
    }

    /// Tells where `other` listens.
    fn learn(&self, other: &Self) {
        assert!(self.handle.set_address(&other.key, other.address.into()));
    }

    async fn next(&mut self) -> Event {
        let event = timeout(PATIENCE, self.events.recv()).await;
        event.expect("an event in time").expect("the mesh runs")
    }

    /// Waits for `wanted`; what comes before it is passed over.
    async fn sees(&mut self, wanted: Event) {
        while self.next().await != wanted {}
    }

    async fn is_refused(&mut self) -> Refusal {
        loop {
            if let Event::Refused { why, .. } = self.next().await {
                return why;
            }
        }
    }

    fn send(&self, to: &Self, text: &str) -> Result<(), SendError> {
        self.handle.send(&to.key, &frame(text))
    }

    async fn stop(self) {
        self.handle.shutdown();
        timeout(PATIENCE, self.task).await.expect("stops in time").unwrap();
    }
}

/// What a process says that has no mesh.
fn hello() -> Hello {
    Hello::new(council(), Instance([7; 16]))
}

/// A frame of the bulk lane: of no kind.
fn frame(text: &str) -> Arc<[u8]> {
    text.as_bytes().into()
}

/// A frame of the urgent lane, of so many bytes.
fn urgent(bytes: usize) -> Arc<[u8]> {
    let frame: Vec<u8> =
        [1, 0, 0, 0].into_iter().chain(std::iter::repeat_n(7, bytes - 4)).collect();
    assert_eq!(Lane::of(&frame), Lane::Urgent);
    frame.into()
}

/// Two nodes that know each other and are connected; the first dialled.
async fn connected_pair() -> (Node, Node) {
    let keys = secrets(2);
    let mut a = Node::start(&keys[0], &keys).await;
    let mut b = Node::start(&keys[1], &keys).await;
    a.learn(&b);
    a.sees(Event::Connected(b.key)).await;
    b.sees(Event::Connected(a.key)).await;
    (a, b)
}

/// TLS to a node, without the mesh; an adversary goes on from here.
async fn tls(client: Arc<rustls::ClientConfig>, to: SocketAddr) -> Result<RawLink, Refusal> {
    let tcp = TcpStream::connect(to).await.unwrap();
    TlsConnector::from(client).connect(server_name(), tcp).await.map_err(|e| refusal_of(&e))
}

type RawLink = TlsStream<TcpStream>;

/// A bare connection of `me` to a node, through TLS and hello.
async fn dial_bare(me: &SecretKey, to: &Node, hello: &Hello) -> Result<RawLink, Refusal> {
    let client = Identity::new(me.clone()).client(Admits::Only(to.key));
    let mut stream = tls(client, to.address).await?;
    exchange(&mut stream, hello, |_| Ok(())).await?;
    Ok(stream)
}
