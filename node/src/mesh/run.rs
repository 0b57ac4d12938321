//! The task that owns the mesh: which nodes are connected, which are dialled, which are in their handshake.
//!
//! What it guarantees: each node has at most one link and one dial; whatever ends is counted.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use nemcon_crypto::PublicKey;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::backoff::Backoff;
use super::bound::Mesh;
use super::close_reason::{Reason, Refusal};
use super::event::Event;
use super::events::EventsIn;
use super::eviction::gives_way;
use super::handle::{Link, MeshHandle, Published};
use super::hello::Hello;
use super::identity::Admits;
use super::instance::Rival;
use super::link::{self, DialError, Established, Gate, Inbound, Refused};
use super::outage::Outage;
use super::queue::queue;
use super::slot::{Live, Slot};

/// How long the links may take to end when the mesh stops.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(1);

/// The wait after a failed `accept`: the process is out of files, and trying again at once is idle.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// What a task of the mesh came to.
enum Done {
    Accepted(Result<Established, Refused>),
    Dialled(PublicKey, Result<Established, DialError>),
    Ended(PublicKey, Reason),
}

struct Core {
    gate: Arc<Gate>,
    published: Published,
    events: EventsIn,
    slots: BTreeMap<PublicKey, Slot>,
    /// Inbound connections without a proven key, in the order of their coming.
    handshakes: BTreeMap<u64, (AbortHandle, SocketAddr)>,
    accepted: u64,
    tasks: JoinSet<Done>,
    /// Keeps the channels of `published` open.
    _handle: MeshHandle,
}

impl Mesh {
    /// Runs until [`MeshHandle::shutdown`], or until the receiver of `events` is dropped. When it
    /// returns, or is dropped, all its tasks have been ended and the port is free.
    pub async fn run(self, events: EventsIn) {
        run(self, events).await;
    }
}

/// Runs a bound mesh until it is told to stop.
async fn run(mesh: Mesh, events: EventsIn) {
    let (mut core, listener) = Core::new(mesh, events);
    let mut shutdown = core.published.shutdown.clone();
    let (events, sockets) = (core.events.clone(), core.gate.sockets.clone());
    core.follow_roster();
    loop {
        tokio::select! {
            inbound = accept(&listener, &sockets) => core.inbound(inbound),
            Some(done) = core.tasks.join_next_with_id() => core.done(done),
            Ok(()) = core.published.peers.changed() => core.follow_roster(),
            Ok(()) = core.published.identity.changed() => core.change_key(),
            _ = shutdown.wait_for(|stop| *stop) => break,
            () = events.closed() => break,
        }
    }
    drop(listener);
    core.finish().await;
}

/// The next connection, once there is room for its socket.
async fn accept(listener: &TcpListener, sockets: &Arc<Semaphore>) -> Inbound {
    let socket = sockets.clone().acquire_owned().await.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((tcp, address)) => return (tcp, address, socket),
            Err(_) => sleep(ACCEPT_RETRY).await,
        }
    }
}

impl Core {
    fn new(mesh: Mesh, events: EventsIn) -> (Self, TcpListener) {
        let Mesh { config, listener, instance, handle, published, .. } = mesh;
        let hello = Hello::new(config.council, instance);
        let sockets = Arc::new(Semaphore::new(config.limits.sockets_max));
        let gate = Arc::new(Gate::new(config.me, &published, hello, (config.limits, sockets)));
        let core = Self {
            gate,
            published,
            events,
            slots: BTreeMap::new(),
            handshakes: BTreeMap::new(),
            accepted: 0,
            tasks: JoinSet::new(),
            _handle: handle,
        };
        (core, listener)
    }

    /// Starts the handshake of an inbound connection; another gives way where there are too many,
    /// so that strangers who say nothing cannot keep the peers out.
    fn inbound(&mut self, inbound: Inbound) {
        if self.handshakes.len() >= self.gate.limits.handshakes_max.max(1) {
            let waiting = self.handshakes.iter().map(|(at, (_, address))| (*at, address.ip()));
            let crowding = gives_way(waiting).and_then(|at| self.handshakes.remove(&at));
            let (task, address) = crowding.expect("at least one is under way");
            task.abort();
            self.refused(&Refused { peer: None, address, why: Refusal::Crowded });
        }
        let (gate, address) = (self.gate.clone(), inbound.1);
        let shake = async move { Done::Accepted(link::accept(&gate, inbound).await) };
        let task = self.tasks.spawn(shake);
        self.handshakes.insert(self.accepted, (task, address));
        self.accepted += 1;
    }

    fn done(&mut self, done: Result<(Id, Done), JoinError>) {
        match done {
            Ok((id, Done::Accepted(result))) => self.handshake_over(id, result),
            Ok((id, Done::Dialled(peer, result))) => self.dial_over(id, peer, result),
            Ok((_, Done::Ended(peer, reason))) => self.link_over(peer, reason),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => (),
        }
    }

    fn handshake_over(&mut self, id: Id, result: Result<Established, Refused>) {
        let number = self.handshakes.iter().find(|(_, (task, _))| task.id() == id);
        let Some(number) = number.map(|(number, _)| *number) else {
            return; // It had given way, and is counted.
        };
        self.handshakes.remove(&number);
        match result {
            Ok(link) => self.admit(link),
            Err(refused) => self.refused(&refused),
        }
    }

    fn dial_over(&mut self, id: Id, peer: PublicKey, result: Result<Established, DialError>) {
        let Some(slot) = self.slots.get_mut(&peer) else { return };
        if slot.dial.as_ref().map(AbortHandle::id) != Some(id) {
            return; // Another dial, to another address, has taken its place.
        }
        slot.dial = None;
        match result {
            Ok(link) if link.peer != peer => return self.admit_unknown(peer, link),
            Ok(link) => return self.admit(link),
            Err(error) => self.dial_failed(peer, &error),
        }
        self.dial_again(peer);
    }

    fn dial_failed(&mut self, peer: PublicKey, error: &DialError) {
        let &DialError { why, address } = error;
        let slot = self.slots.get_mut(&peer).expect("dialled from its slot");
        slot.outage = Some(why);
        match (why, address) {
            (Outage::Refused(why), Some(address)) => {
                slot.is_elsewhere = why == Refusal::Stranger;
                self.refused(&Refused { peer: Some(peer), address, why });
            }
            _ => self.published.counters.send_modify(|counters| counters.unreachable += 1),
        }
        self.publish_outages();
    }

    /// Tells why those that are dialled are not connected, where that has changed.
    fn publish_outages(&self) {
        let outages = self.slots.iter().filter_map(|(key, slot)| Some((*key, slot.outage?)));
        self.published.tell_outages(outages.collect());
    }

    fn link_over(&mut self, peer: PublicKey, reason: Reason) {
        self.published.counters.send_modify(|counters| counters.disconnected(reason));
        let slot = self.slots.get_mut(&peer).expect("a slot outlives its link");
        let live = slot.live.take().expect("one link a slot");
        if live.since.elapsed() >= self.gate.limits.backoff_max {
            slot.failures = 0;
        }
        let mut successor = slot.successor.take();
        if reason == Reason::CutOff {
            slot.cut_off_until = Some(Instant::now() + self.gate.limits.cut_off_for);
            successor = None;
        }
        let reached_by = slot.reached_by;
        self.publish_links();
        match (successor, reached_by) {
            (Some(link), _) => self.begin(link),
            (None, None) => self.dial_again(peer),
            (None, Some(dialled)) => {
                self.slots.remove(&peer);
                if let Some(slot) = self.slots.get_mut(&dialled) {
                    slot.unknown = None;
                    self.dial_again(dialled);
                }
            }
        }
    }

    /// Keeps a link to a key that nobody here knows, where `dialled` was looked for.
    fn admit_unknown(&mut self, dialled: PublicKey, link: Established) {
        let unknown = link.peer;
        let is_known = self.published.peers.borrow().contains_key(&unknown);
        if is_known || unknown == self.gate.me || self.slots.contains_key(&unknown) {
            let Established { peer, address, .. } = link;
            self.refused(&Refused { peer: Some(peer), address, why: Refusal::Stranger });
            return self.dial_again(dialled);
        }
        let mut slot = Slot::new(&self.gate, unknown);
        slot.reached_by = Some(dialled);
        self.slots.insert(unknown, slot);
        if let Some(slot) = self.slots.get_mut(&dialled) {
            slot.unknown = Some(unknown);
        }
        self.begin(link);
    }

    /// Takes a proven peer in; the roster may have changed since it proved its key.
    fn admit(&mut self, link: Established) {
        let in_roster = self.published.peers.borrow().contains_key(&link.peer);
        let Some(slot) = self.slots.get_mut(&link.peer).filter(|_| in_roster) else {
            let Established { peer, address, .. } = link;
            return self.refused(&Refused { peer: Some(peer), address, why: Refusal::Stranger });
        };
        if slot.cut_off_left() > Duration::ZERO {
            let Established { peer, address, .. } = link;
            return self.refused(&Refused { peer: Some(peer), address, why: Refusal::TooSoon });
        }
        if slot.instances.note(link.instance) {
            self.events.notice(Event::Rival(Rival::Alternates(link.peer)));
        }
        match &slot.live {
            Some(old) => {
                old.outbox.stop().stop(Reason::Replaced);
                slot.successor = Some(link);
            }
            None => self.begin(link),
        }
    }

    /// Puts a link to work: published first, so that who hears of it can send.
    fn begin(&mut self, link: Established) {
        let (peer, instance) = (link.peer, link.instance);
        let limits = self.gate.limits;
        let (outbox, outgoing) = queue(&limits, self.published.left_out.clone());
        let stop = outbox.stop().clone();
        let slot = self.slots.get_mut(&peer).expect("admitted to its slot");
        slot.live = Some(Live { outbox, instance, since: Instant::now() });
        slot.abort_dial();
        slot.is_elsewhere = false;
        slot.outage = None;
        self.publish_links();
        self.publish_outages();
        let events = self.events.clone();
        self.tasks.spawn(async move {
            Done::Ended(peer, link::serve(link, outgoing, stop, events, limits).await)
        });
    }

    fn publish_links(&self) {
        let live = |(key, slot): (&PublicKey, &Slot)| {
            let live = slot.live.as_ref()?;
            Some((*key, Link { outbox: live.outbox.clone(), instance: live.instance }))
        };
        let links = self.slots.iter().filter_map(live).collect();
        self.published.links.send_replace(Arc::new(links));
    }

    fn dial_again(&mut self, peer: PublicKey) {
        let slot = self.slots.get_mut(&peer).expect("dialled from its slot");
        let delay = slot.backoff.delay(slot.failures);
        slot.failures = slot.failures.saturating_add(1);
        self.dial(peer, delay);
    }

    /// Dials after `delay`, if it is known where. The larger key of a pair gives the smaller time:
    /// it may know this node by another key.
    fn dial(&mut self, peer: PublicKey, delay: Duration) {
        let slot = self.slots.get_mut(&peer).expect("dialled from its slot");
        let idle = slot.live.is_none() && slot.dial.is_none() && slot.unknown.is_none();
        let Some(address) = slot.address.clone().filter(|_| idle) else { return };
        let wait = if self.gate.me < peer { Duration::ZERO } else { self.gate.limits.late_dial };
        let delay = delay.max(slot.cut_off_left()).max(wait);
        let admits = if slot.is_elsewhere {
            Admits::Unknown(peer, self.published.peers.clone())
        } else {
            Admits::Only(peer)
        };
        let gate = self.gate.clone();
        slot.dial = Some(self.tasks.spawn(async move {
            sleep(delay).await;
            Done::Dialled(peer, link::dial(&gate, admits, &address).await)
        }));
    }

    /// Shows another key: every link is made anew, and who dials whom is another question.
    fn change_key(&mut self) {
        let me = self.published.identity.borrow_and_update().clone();
        let Gate { hello, limits, .. } = *self.gate;
        let sockets = self.gate.sockets.clone();
        self.gate = Arc::new(Gate::new(me, &self.published, hello, (limits, sockets)));
        for (peer, slot) in &mut self.slots {
            slot.abort_dial();
            slot.successor = None;
            slot.backoff = Backoff::new(&limits, &self.gate.me, peer);
            if let Some(live) = &slot.live {
                live.outbox.stop().stop(Reason::KeyChanged);
            }
        }
        for peer in self.slots.keys().copied().collect::<Vec<_>>() {
            self.dial(peer, Duration::ZERO);
        }
    }

    /// Brings the slots in line with the roster in force.
    fn follow_roster(&mut self) {
        let peers = self.published.peers.borrow_and_update().clone();
        self.slots.retain(|key, slot| match (peers.contains_key(key), slot.reached_by) {
            (true, _) => {
                slot.reached_by = None;
                true
            }
            (false, None) => slot.leave(),
            (false, Some(_)) => true,
        });
        for (&peer, address) in peers.iter() {
            let (gate, new) = (&self.gate, address.clone());
            let slot = self.slots.entry(peer).or_insert_with(|| Slot::new(gate, peer));
            if slot.address != new {
                slot.address = new;
                slot.failures = 0;
                slot.outage = None;
                slot.abort_dial();
            }
            self.dial(peer, Duration::ZERO);
        }
        self.publish_outages();
    }

    fn refused(&self, refused: &Refused) {
        let &Refused { peer, address, why } = refused;
        self.published.counters.send_modify(|counters| counters.refused(why));
        if let (Some(peer), Refusal::Rival { .. }) = (peer, why) {
            self.events.notice(Event::Rival(Rival::Appears(peer)));
        }
        self.events.notice(Event::Refused { peer, address, why });
    }

    async fn finish(mut self) {
        for (task, _) in self.handshakes.values() {
            task.abort();
        }
        for slot in self.slots.values_mut() {
            slot.abort_dial();
            slot.successor = None;
            if let Some(live) = &slot.live {
                live.outbox.stop().stop(Reason::Shutdown);
            }
        }
        let _ = timeout(SHUTDOWN_GRACE, self.links_over()).await;
        self.tasks.shutdown().await;
        self.published.links.send_replace(Arc::default());
    }

    async fn links_over(&mut self) {
        while let Some(done) = self.tasks.join_next().await {
            if let Ok(Done::Ended(_, reason)) = done {
                self.published.counters.send_modify(|counters| counters.disconnected(reason));
            }
        }
    }
}
