//! A mesh that listens and does not run yet.
//!
//! What it guarantees: a connection that comes before the mesh runs waits in the system's queue.

use std::io;
use std::net::SocketAddr;

use nemcon_crypto::{Digest, SecretKey};
use tokio::net::TcpListener;

use super::handle::{MeshHandle, Published, pair};
use super::instance::Instance;
use super::limits::Limits;
use super::peers::Peer;

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
    pub(super) config: MeshConfig,
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) instance: Instance,
    pub(super) handle: MeshHandle,
    pub(super) published: Published,
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
        let (handle, published) = pair(config.me.clone(), &config.peers);
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
