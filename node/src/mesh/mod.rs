//! The full mesh: TCP and TLS 1.3 between nodes that prove roster keys to each other.
//!
//! What it guarantees: every frame handed to the host came from the holder of the node key it is
//! reported under, who named the same council; whoever dials this node holds a key that the host
//! admits; one connection a pair; a frame is whole or not delivered; every queue has a limit. What it
//! does not: a frame that was queued may be lost with its connection, and nothing here knows what a
//! frame means.
//!
//! Where a dialled address answers with a key that nobody here knows, the link is kept all the same,
//! and reported under that key: a node that was away while others changed their keys finds its
//! ledger again only so. What comes over it must prove itself [rules.md R29].
//!
//! ```text
//!            accept                          dial (the smaller key of a pair; later, the larger)
//! stranger ──────────┐                   ┌───────── back-off
//!                    v                   v
//!          TLS 1.3, raw public keys [RFC 7250], both ends    limits: handshakes, time
//!                    v                   v
//!                  hello: version, council      -> refused, told, counted
//!                          v
//! MeshHandle ── queue ─> link <─ frames ─ peer  -> Event channel (bounded: back-pressure)
//! ```
//!
//! One task owns the state; a task a connection reads and writes. A dead peer is noticed by the
//! kernel: TCP keep-alive while idle, `TCP_USER_TIMEOUT` while data is not acknowledged. An idle
//! mesh therefore wakes no task at all.
//!
//! Each process says its instance, drawn at random, in its hello. Where two that run show one key, the
//! newer connection still replaces the older, and the host is told ([`Event::Rival`]).

mod address;
mod backoff;
mod crowd;
mod frame;
mod handle;
mod hello;
mod identity;
mod instance;
mod link;
mod outage;
mod queue;
mod reasons;
mod run;
mod slot;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::{Digest, PublicKey, SecretKey};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

pub use address::{Address, AddressError};
pub use frame::{FRAME_BYTES_MAX, payload_bytes};
pub use handle::{Counters, MeshHandle, SendError};
pub use hello::{Hello, PROTOCOL_VERSION};
pub use identity::{parse_spki, spki};
pub use instance::{Instance, Rival};
pub use outage::{Outage, Outages};
pub use reasons::{REFUSAL_LABELS, Reason, Refusal, Told};

/// Whom to admit, and where to dial.
type Peers = Arc<BTreeMap<PublicKey, Option<Address>>>;

/// What a node says of itself and of its council.
#[derive(Clone, Debug)]
pub struct MeshConfig {
    /// The council digest; peers that name another are refused.
    pub council: Digest,
    /// The node key.
    pub me: SecretKey,
    /// Where to listen; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Whom to admit; an entry with the own key is passed over.
    pub peers: Vec<Peer>,
    /// The limits.
    pub limits: Limits,
}

/// Another node that is admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its node key.
    pub key: PublicKey,
    /// Where it listens; it is not dialled if that is not known.
    pub address: Option<Address>,
}

/// The named limits of the mesh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Frames that wait for one peer; one more and the peer is dropped.
    pub queue_frames_max: usize,
    /// Bytes that wait for one peer; more and the peer is dropped.
    pub queue_bytes_max: usize,
    /// Inbound connections that have not proven a key yet; beyond it the oldest gives way, from
    /// the address that has the most.
    pub handshakes_max: usize,
    /// Sockets of all connections, proven or not, and of dials; beyond it nobody is let in, and
    /// nobody dialled.
    pub sockets_max: usize,
    /// For TCP connect, TLS and hello together.
    pub handshake_timeout: Duration,
    /// For one frame, in either direction, once its first byte moved.
    pub frame_timeout: Duration,
    /// A silent peer is probed after this long.
    pub keepalive_idle: Duration,
    /// The first wait before dialling again.
    pub backoff_min: Duration,
    /// The longest wait before dialling again.
    pub backoff_max: Duration,
    /// How long the larger key of a pair waits for the smaller to dial.
    pub late_dial: Duration,
    /// How long a peer that was cut off is kept out.
    pub cut_off_for: Duration,
}

/// What the mesh tells its host.
///
/// Of one peer: `Connected`, its frames in their order, `Disconnected`, and so on again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer has proven its key and named the same council; it can be sent to.
    Connected(PublicKey),
    /// The connection ended; what was queued is gone.
    Disconnected(PublicKey, Reason),
    /// One whole frame, at most [`FRAME_BYTES_MAX`] bytes.
    Frame(PublicKey, Vec<u8>),
    /// Another process shows the key of a peer. Left out while the event channel is full: it comes again.
    Rival(Rival),
    /// A connection that came to nothing. Left out while the event channel is full, so that no
    /// stranger delays a peer: [`MeshHandle::counters`] has them all.
    Refused {
        /// The key: the one dialled, or the one proven before the refusal.
        peer: Option<PublicKey>,
        /// The other end.
        address: SocketAddr,
        /// Why.
        why: Refusal,
    },
}

/// Why there is no mesh.
#[derive(Debug, thiserror::Error)]
pub enum MeshError {
    /// Another process listens there.
    #[error("{0} is in use: stop the other process or configure another port")]
    PortInUse(SocketAddr),
    /// The address is not one of this machine's, or the port needs privileges.
    #[error("cannot listen on {0}: not an address and port this process may use")]
    NotAllowed(SocketAddr),
    /// The system has no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// Any other failure of the operating system.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// A bound mesh: it listens, but accepts and dials only while it runs.
#[derive(Debug)]
pub struct Mesh {
    config: MeshConfig,
    listener: TcpListener,
    address: SocketAddr,
    instance: Instance,
    handle: MeshHandle,
    published: handle::Published,
}

impl Mesh {
    /// Binds the listener.
    ///
    /// # Errors
    /// [`MeshError`], when the address cannot be listened on.
    pub async fn bind(config: MeshConfig) -> Result<Self, MeshError> {
        let instance = Instance::draw()?;
        let refused = |source| MeshError::listen(config.listen, source);
        let listener = TcpListener::bind(config.listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (handle, published) = handle::pair(config.me.clone(), &config.peers);
        Ok(Self { config, listener, address, instance, handle, published })
    }

    /// The address it listens on, with the port that the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// A handle, for any thread.
    pub fn handle(&self) -> MeshHandle {
        self.handle.clone()
    }

    /// Runs until [`MeshHandle::shutdown`], or until the receiver of `events` is dropped. When it
    /// returns, or is dropped, all its tasks have been ended and the port is free.
    pub async fn run(self, events: mpsc::Sender<Event>) {
        run::run(self, events).await;
    }
}

impl MeshError {
    fn listen(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::PortInUse(address),
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::PermissionDenied => {
                Self::NotAllowed(address)
            }
            _ => Self::Listen { address, source },
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_frames_max: 10_240,
            queue_bytes_max: 4 * FRAME_BYTES_MAX,
            handshakes_max: 128,
            sockets_max: 1024,
            handshake_timeout: Duration::from_secs(5),
            frame_timeout: Duration::from_secs(30),
            keepalive_idle: Duration::from_secs(10),
            backoff_min: Duration::from_millis(50),
            backoff_max: Duration::from_secs(5),
            late_dial: Duration::from_secs(10),
            cut_off_for: Duration::from_mins(1),
        }
    }
}

/// The roster in force now, seen by whoever verifies a key.
type PeersWatch = watch::Receiver<Peers>;

#[cfg(test)]
mod tests;
