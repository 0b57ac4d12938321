//! The host's side of a running mesh: send, change the roster, read what happened, stop.
//!
//! What it guarantees: no call blocks, and each may be made from any thread.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_replica::replica::Lane;
use tokio::sync::watch;

use super::address::Address;
use super::close_reason::{Reason, Refusal};
use super::frame::FRAME_BYTES_MAX;
use super::instance::Instance;
use super::outage::{Outage, Outages};
use super::peers::{Peer, Peers};
use super::queue::{Outbox, SendError};

/// Controls a mesh from any thread; nothing here blocks or needs a runtime.
#[derive(Clone, Debug)]
pub struct MeshHandle {
    pub(super) links: watch::Receiver<Links>,
    counters: watch::Receiver<Counters>,
    left_out: Arc<AtomicU64>,
    pub(super) outages: watch::Receiver<Outages>,
    rivals: watch::Sender<Rivals>,
    peers: watch::Sender<Peers>,
    identity: watch::Sender<SecretKey>,
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
    /// Bulk frames that were left out because a peer's bulk lane was full.
    pub left_out: u64,
}

/// A live link, and the process at its other end.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) outbox: Outbox,
    pub(super) instance: Instance,
}

/// The live links.
pub(super) type Links = Arc<BTreeMap<PublicKey, Link>>;

/// The keys that two running processes are known to show.
pub(super) type Rivals = Arc<BTreeSet<PublicKey>>;

/// The mesh task's ends of what a handle holds.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) links: watch::Sender<Links>,
    pub(super) counters: watch::Sender<Counters>,
    /// Counts the bulk frames that are left out.
    pub(super) left_out: Arc<AtomicU64>,
    pub(super) outages: watch::Sender<Outages>,
    pub(super) rivals: watch::Receiver<Rivals>,
    pub(super) peers: watch::Receiver<Peers>,
    pub(super) identity: watch::Receiver<SecretKey>,
    pub(super) links_out: watch::Receiver<Links>,
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Published {
    /// Tells why those that are dialled are not connected, where that has changed.
    pub(super) fn tell_outages(&self, outages: BTreeMap<PublicKey, Outage>) {
        self.outages.send_if_modified(|known| {
            let is_new = **known != outages;
            if is_new {
                *known = Arc::new(outages);
            }
            is_new
        });
    }
}

/// Makes a handle and its other end.
pub(super) fn pair(me: SecretKey, peers: &[Peer]) -> (MeshHandle, Published) {
    let (links_in, links) = watch::channel(Links::default());
    let (counters_in, counters) = watch::channel(Counters::default());
    let left_out = Arc::<AtomicU64>::default();
    let (outages_in, outages) = watch::channel(Outages::default());
    let (rivals, rivals_out) = watch::channel(Rivals::default());
    let (peers, peers_out) = watch::channel(admitted(&me.public(), peers));
    let (identity, identity_out) = watch::channel(me);
    let (shutdown, shutdown_out) = watch::channel(false);
    let published = Published {
        links: links_in,
        counters: counters_in,
        left_out: Arc::clone(&left_out),
        outages: outages_in,
        rivals: rivals_out,
        peers: peers_out,
        identity: identity_out,
        links_out: links.clone(),
        shutdown: shutdown_out,
    };
    (
        MeshHandle { links, counters, left_out, outages, rivals, peers, identity, shutdown },
        published,
    )
}

fn admitted(me: &PublicKey, peers: &[Peer]) -> Peers {
    let others = peers.iter().filter(|peer| peer.key != *me);
    Arc::new(others.map(|peer| (peer.key, peer.address.clone())).collect())
}

impl MeshHandle {
    /// Queues `frame` for one peer, in its lane. Queued is not delivered.
    ///
    /// # Errors
    /// [`SendError`]; a peer whose urgent lane is full is dropped.
    pub fn send(&self, peer: &PublicKey, frame: &Arc<[u8]>) -> Result<(), SendError> {
        check_length(frame)?;
        let links = self.links.borrow();
        links.get(peer).ok_or(SendError::NotConnected)?.outbox.push(Lane::of(frame), frame)
    }

    /// Queues `frame` for every connected peer, in its lane, and returns for how many. Of the others, those
    /// whose urgent lane is full are dropped.
    ///
    /// # Errors
    /// [`SendError::TooLong`].
    pub fn broadcast(&self, frame: &Arc<[u8]>) -> Result<usize, SendError> {
        check_length(frame)?;
        let links = self.links.borrow().clone();
        let lane = Lane::of(frame);
        Ok(links.values().filter(|link| link.outbox.push(lane, frame).is_ok()).count())
    }

    /// Ends the connection to a peer; another with it is refused for [`Limits::cut_off_for`](super::Limits::cut_off_for). True
    /// if there was one.
    pub fn cut_off(&self, peer: &PublicKey) -> bool {
        let links = self.links.borrow();
        let link = links.get(peer);
        link.inspect(|link| link.outbox.stop().stop(Reason::CutOff)).is_some()
    }

    /// The connected peers.
    pub fn connected(&self) -> Vec<PublicKey> {
        self.links.borrow().keys().copied().collect()
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        let left_out = self.left_out.load(Ordering::Relaxed);
        Counters { left_out, ..self.counters.borrow().clone() }
    }

    /// Why those that are dialled and not connected are not: what the last attempt came to.
    pub fn outages(&self) -> Outages {
        self.outages.borrow().clone()
    }

    /// Tells which keys two running processes show: the one that is refused learns it.
    pub fn set_rivals(&self, keys: BTreeSet<PublicKey>) {
        self.rivals.send_if_modified(|rivals| {
            let is_new = **rivals != keys;
            if is_new {
                *rivals = Arc::new(keys);
            }
            is_new
        });
    }

    /// Admits others from now on: who is not among them is disconnected, who is new is dialled.
    pub fn set_peers(&self, peers: &[Peer]) {
        let me = self.identity.borrow().public();
        self.peers.send_replace(admitted(&me, peers));
    }

    /// Shows another key from now on. All links end, for they were made with the other one.
    pub fn set_identity(&self, me: &SecretKey) {
        self.identity.send_if_modified(|shown| {
            let is_new = shown.public() != me.public();
            if is_new {
                *shown = me.clone();
            }
            is_new
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
    let bytes = frame.len();
    if bytes > FRAME_BYTES_MAX { Err(SendError::TooLong { bytes }) } else { Ok(()) }
}
