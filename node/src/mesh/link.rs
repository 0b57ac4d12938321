//! One connection: from a bare socket to a proven peer, then frames both ways until it ends.
//!
//! What it guarantees: every wait has a limit, and a link that ends says for which reason.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_replica::replica::Lane;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncWrite, AsyncWriteExt as _, BufWriter, ReadHalf, WriteHalf};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use super::address::Address;
use super::close_reason::{Reason, Refusal};
use super::events::{EventsIn, Inlet};
use super::frame::{flush, read_frame, write_frame};
use super::handle::{Links, Published, Rivals};
use super::hello::{Hello, exchange};
use super::identity::{Admits, Identity, proven_key, refusal_of, server_name};
use super::instance::Instance;
use super::limits::Limits;
use super::outage::Outage;
use super::queue::{Outgoing, Stop};

/// Small frames are gathered up to this size, the most that one TLS record holds.
const WRITE_BUFFER_BYTES: usize = 16 << 10;

/// How many bytes the kernel holds for a peer that it has not sent yet. What stands there is not overtaken.
const UNSENT_BYTES_MAX: u32 = 128 << 10;

/// Probes that a silent peer may leave unanswered.
const KEEPALIVE_PROBES: u32 = 3;

/// How long a link that this node ends may take to say so.
const FAREWELL: Duration = Duration::from_millis(200);

/// What every handshake needs.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) me: PublicKey,
    pub(super) identity: Identity,
    pub(super) server: Arc<rustls::ServerConfig>,
    pub(super) links: watch::Receiver<Links>,
    pub(super) rivals: watch::Receiver<Rivals>,
    pub(super) hello: Hello,
    pub(super) limits: Limits,
    /// A permit for each socket that may be open.
    pub(super) sockets: Arc<Semaphore>,
}

impl Gate {
    /// What handshakes need to show the key `me`.
    pub(super) fn new(
        me: SecretKey,
        published: &Published,
        hello: Hello,
        (limits, sockets): (Limits, Arc<Semaphore>),
    ) -> Self {
        let key = me.public();
        let identity = Identity::new(me);
        let server = identity.server(Admits::Roster(published.peers.clone()));
        let links = published.links_out.clone();
        let rivals = published.rivals.clone();
        Self { me: key, identity, server, links, rivals, hello, limits, sockets }
    }
}

/// A connection to a proven peer of the same council.
#[derive(Debug)]
pub(super) struct Established {
    pub(super) peer: PublicKey,
    pub(super) instance: Instance,
    pub(super) address: SocketAddr,
    stream: Box<TlsStream<TcpStream>>,
    socket: OwnedSemaphorePermit,
}

/// A connection that nobody has spoken on yet, with the other end's address.
pub(super) type Inbound = (TcpStream, SocketAddr, OwnedSemaphorePermit);

/// A connection that came to nothing.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) peer: Option<PublicKey>,
    pub(super) address: SocketAddr,
    pub(super) why: Refusal,
}

/// Why a dial failed.
#[derive(Debug)]
pub(super) struct DialError {
    pub(super) why: Outage,
    /// Who answered, if anybody did.
    pub(super) address: Option<SocketAddr>,
}

impl From<Outage> for DialError {
    fn from(why: Outage) -> Self {
        Self { why, address: None }
    }
}

impl Gate {
    /// Of a pair that is connected only the smaller key may dial again. Where it is another process than
    /// the one that is connected, the key is in two places, or the other one's end was not noticed.
    fn may_dial(&self, key: &PublicKey, instance: Instance) -> Result<(), Refusal> {
        let links = self.links.borrow();
        match links.get(key).filter(|_| *key >= self.me) {
            None => Ok(()),
            Some(link) if link.instance == instance => Err(Refusal::Direction),
            Some(_) => Err(Refusal::Rival { is_proven: self.rivals.borrow().contains(key) }),
        }
    }
}

/// Takes an inbound connection through TLS and hello.
pub(super) async fn accept(
    gate: &Gate,
    (tcp, address, socket): Inbound,
) -> Result<Established, Refused> {
    let mut peer = None;
    let shake = async {
        prepare(&tcp, &gate.limits).map_err(|_| Refusal::Closed)?;
        let acceptor = TlsAcceptor::from(gate.server.clone());
        let mut stream = acceptor.accept(tcp).await.map_err(|e| refusal_of(&e))?;
        let key = proven_key(stream.get_ref().1)?;
        peer = Some(key);
        let may_dial = |instance| gate.may_dial(&key, instance);
        let instance = exchange(&mut stream, &gate.hello, may_dial).await?;
        Ok(Established { peer: key, instance, address, stream: Box::new(stream.into()), socket })
    };
    let result = timeout(gate.limits.handshake_timeout, shake).await;
    result.unwrap_or(Err(Refusal::Timeout)).map_err(|why| Refused { peer, address, why })
}

/// Dials a node whose key `admits` admits, and takes the connection through TLS and hello.
pub(super) async fn dial(
    gate: &Gate,
    admits: Admits,
    at: &Address,
) -> Result<Established, DialError> {
    let limit = gate.limits.handshake_timeout;
    let socket = gate.sockets.clone().try_acquire_owned().map_err(|_| Outage::NoSocket)?;
    let tcp = timeout(limit, connect(at)).await.unwrap_or(Err(Outage::Silent))?;
    let address = tcp.peer_addr().map_err(|error| Outage::Unreachable(error.kind()))?;
    let shake = async {
        prepare(&tcp, &gate.limits).map_err(|_| Refusal::Closed)?;
        let connector = TlsConnector::from(gate.identity.client(admits));
        let stream = connector.connect(server_name(), tcp).await;
        let mut stream = stream.map_err(|e| refusal_of(&e))?;
        let peer = proven_key(stream.get_ref().1)?;
        let instance = exchange(&mut stream, &gate.hello, |_| Ok(())).await?;
        Ok(Established { peer, instance, address, stream: Box::new(stream.into()), socket })
    };
    let result = timeout(limit, shake).await.unwrap_or(Err(Refusal::Timeout));
    result.map_err(|why| DialError { why: Outage::Refused(why), address: Some(address) })
}

/// Looks the name up and tries each of its addresses.
pub(super) async fn connect(at: &Address) -> Result<TcpStream, Outage> {
    let found = lookup_host(at.as_str()).await.map_err(|_| Outage::Unresolved)?;
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return Err(Outage::Unresolved);
    }
    TcpStream::connect(&found[..]).await.map_err(|error| Outage::Unreachable(error.kind()))
}

/// Sets what the kernel is to do: send at once, and notice a dead peer, silent or not.
fn prepare(tcp: &TcpStream, limits: &Limits) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let interval = (limits.keepalive_idle / 2).max(Duration::from_secs(1));
    let keepalive = TcpKeepalive::new()
        .with_time(limits.keepalive_idle)
        .with_interval(interval)
        .with_retries(KEEPALIVE_PROBES);
    let socket = SockRef::from(tcp);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(limits.keepalive_idle + interval * KEEPALIVE_PROBES))?;
    Ok(())
}

/// Carries frames both ways until the link ends; tells `events` of its beginning and its end.
pub(super) async fn serve(
    link: Established,
    mut outgoing: Outgoing,
    stop: Stop,
    events: EventsIn,
    limits: Limits,
) -> Reason {
    let Established { peer, stream, socket: _socket, .. } = link;
    let inlet = events.open(peer, &limits);
    let (reader, writer) = tokio::io::split(*stream);
    let mut writer = BufWriter::with_capacity(WRITE_BUFFER_BYTES, writer);
    let conversation = async {
        tokio::select! {
            reason = read_all(reader, &inlet, &limits) => reason,
            reason = write_all(&mut writer, &mut outgoing, &limits) => reason,
        }
    };
    let reason = tokio::select! {
        biased;
        reason = stop.stopped() => reason,
        reason = conversation => reason,
    };
    // From here on a send to this peer says `NotConnected`.
    drop(outgoing);
    farewell(writer, reason).await;
    inlet.end(reason);
    reason
}

/// Hands every frame to the host; a host that does not take them stops the reading.
async fn read_all(
    mut reader: ReadHalf<TlsStream<TcpStream>>,
    inlet: &Inlet,
    limits: &Limits,
) -> Reason {
    while inlet.room().await {
        match read_frame(&mut reader, limits.frame_timeout).await {
            Ok(frame) => inlet.put(Lane::of(&frame), frame),
            Err(reason) => return reason,
        }
    }
    Reason::Shutdown
}

/// Writes what is queued, and flushes whenever nothing more waits.
async fn write_all<W>(writer: &mut W, outgoing: &mut Outgoing, limits: &Limits) -> Reason
where
    W: AsyncWrite + Unpin,
{
    while let Some((lane, frame)) = outgoing.next().await {
        let written = write_frame(writer, &frame, limits.frame_timeout).await;
        outgoing.has_left(lane, &frame);
        let flushed = match written {
            Ok(()) if outgoing.is_empty() => flush(writer, limits.frame_timeout).await,
            other => other,
        };
        if let Err(reason) = flushed {
            return reason;
        }
    }
    Reason::Shutdown
}

/// Closes TLS in order, where the peer can be expected to listen.
async fn farewell(mut writer: BufWriter<WriteHalf<TlsStream<TcpStream>>>, reason: Reason) {
    if matches!(
        reason,
        Reason::Shutdown
            | Reason::LeftRoster
            | Reason::KeyChanged
            | Reason::CutOff
            | Reason::FrameTooLong { .. }
    ) {
        let _ = timeout(FAREWELL, writer.shutdown()).await;
    }
}
