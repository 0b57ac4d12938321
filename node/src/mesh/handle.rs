//! The host's side of a running mesh: send, change the roster, read what happened, stop.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::PublicKey;
use tokio::sync::watch;

use super::queue::Outbox;
use super::{Address, FRAME_BYTES_MAX, Peer, Peers, Reason, Refusal};

/// Controls a mesh from any thread; nothing here blocks or needs a runtime.
#[derive(Clone, Debug)]
pub struct MeshHandle {
    me: PublicKey,
    links: watch::Receiver<Links>,
    counters: watch::Receiver<Counters>,
    peers: watch::Sender<Peers>,
    shutdown: watch::Sender<bool>,
}

/// What happened since the mesh was bound, by [`Refusal::label`] and [`Reason::label`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Connections that came to nothing.
    pub refusals: BTreeMap<&'static str, u64>,
    /// Connections that ended.
    pub disconnections: BTreeMap<&'static str, u64>,
    /// Dials that found nobody.
    pub unreachable: u64,
}

/// Why a frame is not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No connection to this peer now.
    #[error("the peer is not connected")]
    NotConnected,
    /// The peer's queue is full: it is being dropped.
    #[error("the peer is too slow and is being dropped")]
    QueueFull,
    /// The frame is over [`FRAME_BYTES_MAX`].
    #[error("a frame of {bytes} bytes is over the limit of {FRAME_BYTES_MAX}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// The live links.
pub(super) type Links = Arc<BTreeMap<PublicKey, Outbox>>;

/// The mesh task's ends of what a handle holds.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) links: watch::Sender<Links>,
    pub(super) counters: watch::Sender<Counters>,
    pub(super) peers: watch::Receiver<Peers>,
    pub(super) shutdown: watch::Receiver<bool>,
}

/// Makes a handle and its other end.
pub(super) fn pair(me: PublicKey, peers: &[Peer]) -> (MeshHandle, Published) {
    let (links_in, links) = watch::channel(Links::default());
    let (counters_in, counters) = watch::channel(Counters::default());
    let (peers, peers_out) = watch::channel(roster(me, peers));
    let (shutdown, shutdown_out) = watch::channel(false);
    let published = Published {
        links: links_in,
        counters: counters_in,
        peers: peers_out,
        shutdown: shutdown_out,
    };
    (MeshHandle { me, links, counters, peers, shutdown }, published)
}

fn roster(me: PublicKey, peers: &[Peer]) -> Peers {
    let others = peers.iter().filter(|peer| peer.key != me);
    Arc::new(others.map(|peer| (peer.key, peer.address.clone())).collect())
}

impl MeshHandle {
    /// Queues `frame` for one peer. Queued is not delivered.
    ///
    /// # Errors
    /// [`SendError`]; a peer whose queue is full is dropped.
    pub fn send(&self, peer: &PublicKey, frame: &Arc<[u8]>) -> Result<(), SendError> {
        check_length(frame)?;
        let links = self.links.borrow();
        links.get(peer).ok_or(SendError::NotConnected)?.push(frame)
    }

    /// Queues `frame` for every connected peer and returns for how many; the others are dropped.
    ///
    /// # Errors
    /// [`SendError::TooLong`].
    pub fn broadcast(&self, frame: &Arc<[u8]>) -> Result<usize, SendError> {
        check_length(frame)?;
        let links = self.links.borrow().clone();
        Ok(links.values().filter(|outbox| outbox.push(frame).is_ok()).count())
    }

    /// Ends the connection to a peer; another with it is refused for [`Limits::cut_off_for`](super::Limits::cut_off_for). True
    /// if there was one.
    pub fn cut_off(&self, peer: &PublicKey) -> bool {
        let links = self.links.borrow();
        let link = links.get(peer);
        link.inspect(|outbox| outbox.stop().stop(Reason::CutOff)).is_some()
    }

    /// The connected peers.
    pub fn connected(&self) -> Vec<PublicKey> {
        self.links.borrow().keys().copied().collect()
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters.borrow().clone()
    }

    /// Puts another roster in force: who has left is disconnected, who is new is dialled. A peer
    /// without an address keeps the one that is known.
    pub fn set_peers(&self, peers: &[Peer]) {
        let mut next = roster(self.me, peers);
        self.peers.send_modify(|known| {
            for (key, address) in Arc::make_mut(&mut next).iter_mut() {
                let was = known.get(key).cloned().flatten();
                *address = address.take().or(was);
            }
            *known = next;
        });
    }

    /// Tells where a peer of the roster listens now. A live connection stays; a dial that waits
    /// starts at once. False if no such peer is in the roster.
    pub fn set_address(&self, peer: &PublicKey, address: Address) -> bool {
        self.peers.send_if_modified(|peers| match Arc::make_mut(peers).get_mut(peer) {
            Some(known) => {
                *known = Some(address);
                true
            }
            None => false,
        })
    }

    /// Ends the mesh; its `run` returns soon after.
    pub fn shutdown(&self) {
        self.shutdown.send_replace(true);
    }
}

impl Counters {
    pub(super) fn refused(&mut self, why: Refusal) {
        *self.refusals.entry(why.label()).or_default() += 1;
    }

    pub(super) fn disconnected(&mut self, reason: Reason) {
        *self.disconnections.entry(reason.label()).or_default() += 1;
    }
}

fn check_length(frame: &[u8]) -> Result<(), SendError> {
    match frame.len() {
        bytes if bytes > FRAME_BYTES_MAX => Err(SendError::TooLong { bytes }),
        _ => Ok(()),
    }
}
