//! The replica's thread: takes inputs one by one and does their effects in order.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_ledger::store::StoreError;
use nemcon_ledger::text::{Code, Time};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Addresses;
use super::lines::Lines;
use super::operator::Operator;
use super::outsiders::Outsiders;
use super::peers::{Peers, admitted};
use super::requests::{Rejoined, Request};
use super::turns::{Next, Turns};
use crate::api;
use crate::consensus::TimerId;
use crate::folder::{DiskError, Folder, Found, Identity};
use crate::keyring::Keyring;
use crate::mesh::{Event, FRAME_BYTES_MAX, MeshHandle, Refusal, Told as Refused};
use crate::replica::{
    self, Effect, Halt, Input, MESSAGE_BYTES_MAX, Message, Notice, Outcome, Replica, Ticket,
};

/// Every message of the replica fits into one frame of the mesh.
const _: () = assert!(MESSAGE_BYTES_MAX <= FRAME_BYTES_MAX);
/// A client that asks for a rejoin waits as long as the replica does.
const _: () = assert!(api::REJOIN_MS == replica::REJOIN_MS);

/// Why the replica's thread has stopped.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// A write or a sync failed: what rests on it was not said.
    #[error("stopped, because the disk failed: {0}")]
    Disk(#[from] DiskError),
    /// Going on would not be safe.
    #[error("stopped for safety: {0}")]
    Halt(#[from] Halt),
    /// No runtime for timers.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}

/// The replica and what its effects act on.
pub(super) struct Worker {
    pub(super) replica: Replica,
    pub(super) folder: Folder,
    pub(super) mesh: MeshHandle,
    pub(super) peers: Peers,
    pub(super) outsiders: Outsiders,
    pub(super) lines: Lines,
    pub(super) operator: Operator,
    keys: Keyring,
    has_new_roster: bool,
    timers: BTreeMap<TimerId, Instant>,
    wake: Option<Time>,
    pub(super) waiting: BTreeMap<Ticket, mpsc::Sender<Outcome>>,
    pub(super) rejoins: BTreeMap<Ticket, Rejoined>,
    pub(super) next_ticket: u64,
}

/// The clock, as consensus and seals see it.
pub(super) fn clock() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let ms = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Time::from_ms(ms).unwrap_or_default()
}

impl Worker {
    pub(super) fn new(
        node: &Identity,
        disk: (Folder, Found),
        mesh: MeshHandle,
        addresses: Addresses,
        operator: Operator,
    ) -> Self {
        let (folder, found) = disk;
        let replica = Replica::restore(found.restored(node));
        Self {
            replica,
            folder,
            mesh,
            peers: Peers::new(node.me.clone(), addresses),
            outsiders: Outsiders::new(clock()),
            lines: Lines::default(),
            operator,
            keys: node.keys.clone(),
            has_new_roster: false,
            timers: BTreeMap::new(),
            wake: None,
            waiting: BTreeMap::new(),
            rejoins: BTreeMap::new(),
            next_ticket: 0,
        }
    }

    /// Works until `stop`, or until going on would not be safe.
    pub(super) fn run(
        mut self,
        mut events: mpsc::Receiver<Event>,
        mut requests: mpsc::Receiver<Request>,
        mut stop: oneshot::Receiver<()>,
    ) -> Result<(), WorkerError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let mut turns = Turns::default();
        self.follow_roster()?;
        self.take(Input::Begin)?;
        runtime.block_on(async {
            loop {
                let due = self.next_due();
                let next = tokio::select! {
                    biased;
                    _ = &mut stop => Next::Stop,
                    () = tokio::time::sleep_until(due) => Next::Timer,
                    next = turns.next(&mut events, &mut requests) => next,
                };
                match next {
                    Next::Stop => return Ok(()),
                    Next::Timer => {
                        self.timers_due()?;
                        self.look_if_due()?;
                    }
                    Next::Request(request) => self.answer(request)?,
                    Next::Event(event) => self.heard(event)?,
                }
            }
        })
    }

    /// One step of the replica, then its effects.
    pub(super) fn take(&mut self, input: Input) -> Result<(), WorkerError> {
        let before = self.replica.chain().height();
        for effect in self.replica.step(clock(), input)? {
            self.execute(effect)?;
        }
        if core::mem::take(&mut self.has_new_roster) {
            self.follow_roster()?;
        }
        if self.replica.chain().height() > before {
            self.tell_outsiders();
        }
        Ok(())
    }

    /// Brings the links in line with the roster in force: whom the mesh admits, which key it shows,
    /// and which links are members'.
    fn follow_roster(&mut self) -> Result<(), WorkerError> {
        let chain = self.replica.chain();
        let roster = chain.council().roster();
        let entering = self.replica.entering();
        self.mesh.set_identity(self.keys.shown(roster, self.replica.me()));
        self.mesh.set_peers(&admitted(chain.rosters(), &entering, &self.peers.addresses));
        for input in self.peers.follow(roster) {
            self.take(input)?;
        }
        Ok(())
    }

    /// The configuration was read again: other addresses, and perhaps new keys.
    pub(super) fn reload(
        &mut self,
        addresses: Addresses,
        keys: Keyring,
    ) -> Result<(), WorkerError> {
        self.operator.reload(&addresses);
        self.peers.addresses = addresses;
        self.keys = keys.clone();
        self.take(Input::Keys(keys))?;
        self.follow_roster()
    }

    fn execute(&mut self, effect: Effect) -> Result<(), WorkerError> {
        match effect {
            Effect::Disk(write) => self.folder.write(&write, self.replica.chain().council())?,
            Effect::Send(code, frame) => self.send(&code, &frame),
            Effect::Broadcast(frame) => {
                for key in self.peers.members() {
                    let _ = self.mesh.send(key, &frame);
                }
            }
            Effect::SendBlocks(code, from) => {
                self.send_blocks(&code, from).map_err(DiskError::from)?;
            }
            Effect::Disconnect(code) => {
                if let Some(key) = self.peers.key_of(&code) {
                    self.mesh.cut_off(key);
                }
            }
            Effect::Schedule(timer, after) => {
                self.timers.insert(timer, Instant::now() + after);
            }
            Effect::Cancel(timer) => {
                self.timers.remove(&timer);
            }
            Effect::WakeAt(time) => self.wake = time,
            Effect::Answer(ticket, outcome) => self.reply(ticket, outcome),
            Effect::Rejoin(ticket, outcome) => {
                if let Some(to) = self.rejoins.remove(&ticket) {
                    let _ = to.send(outcome);
                }
            }
            Effect::Notice(notice) => log(&notice),
            Effect::Roster => self.has_new_roster = true,
            Effect::Stop(halt) => return Err(halt.into()),
        }
        Ok(())
    }

    fn send(&self, code: &Code, frame: &std::sync::Arc<[u8]>) {
        if let Some(key) = self.peers.key_of(code) {
            // A peer that is gone or too slow learns it again when it comes back.
            let _ = self.mesh.send(key, frame);
        }
    }

    fn send_blocks(&self, code: &Code, from: Height) -> Result<(), StoreError> {
        let blocks = self.folder.blocks_for_peer(from)?;
        self.send(code, &std::sync::Arc::from(Message::Blocks(blocks).encode()));
        Ok(())
    }

    fn reply(&mut self, ticket: Ticket, outcome: Outcome) {
        let is_last = !matches!(outcome, Outcome::Accepted { .. });
        if let Some(reply) = self.waiting.get(&ticket) {
            let _ = reply.try_send(outcome);
        }
        if is_last {
            self.waiting.remove(&ticket);
        }
    }

    fn heard(&mut self, event: Event) -> Result<(), WorkerError> {
        let input = match event {
            Event::Connected(key) => return self.connected(key),
            Event::Frame(key, frame) => match self.peers.member(&key) {
                Some(code) => Some(Input::Frame(code.clone(), frame)),
                None => return self.take_outside(&key, frame),
            },
            Event::Disconnected(key, reason) => {
                tracing::debug!(member = ?self.peers.member(&key), ?reason, "disconnected");
                self.outsiders.forget(&key);
                self.peers.disconnected(&key)
            }
            Event::Rival(rival) => return self.rival(rival),
            Event::Refused { peer, address, why } => {
                if self.lines.have_room(Instant::now()) {
                    tracing::warn!(?peer, %address, %why, "connection refused");
                }
                let is_told = why == Refusal::ByPeer(Refused::Rival);
                let member = peer.filter(|_| is_told).and_then(|key| self.peers.member(&key));
                member.cloned().map(Input::ToldOfRival)
            }
        };
        input.map_or(Ok(()), |input| self.take(input))
    }

    /// A link has begun: the replica hears of a member's, and its clock is asked for.
    fn connected(&mut self, key: PublicKey) -> Result<(), WorkerError> {
        let Some(input) = self.peers.connected(key) else {
            self.meet(&key);
            return Ok(());
        };
        self.take(input)?;
        let member = self.peers.member(&key).cloned();
        member.map_or(Ok(()), |member| self.take(Input::AskClock(member)))
    }

    fn timers_due(&mut self) -> Result<(), WorkerError> {
        let now = Instant::now();
        let due: Vec<_> =
            self.timers.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for timer in due {
            if self.timers.remove(&timer).is_some() {
                self.take(Input::TimerElapsed(timer))?;
            }
        }
        if self.wake.is_some_and(|wake| wake <= clock()) {
            self.wake = None;
            self.take(Input::Woken)?;
        }
        self.grant_outsiders()
    }

    /// When the next timer is due, or far away.
    fn next_due(&self) -> Instant {
        let timer = self.timers.values().min().copied();
        let wake = self.wake.into_iter().chain(self.outsiders.due()).min();
        let wake = wake.map(|wake| {
            let ms = wake.as_ms().saturating_sub(clock().as_ms());
            // Looked at again at least once an hour, whatever the clock does meanwhile.
            Instant::now() + core::time::Duration::from_millis(ms.clamp(1, 3_600_000))
        });
        let far = Instant::now() + core::time::Duration::from_hours(1);
        [timer, wake].into_iter().flatten().min().unwrap_or(far).min(self.operator.next_look())
    }

    /// When a timer ends.
    pub(super) fn timer_ends(&self, timer: TimerId) -> Option<Instant> {
        self.timers.get(&timer).copied()
    }
}

fn log(notice: &Notice) {
    match notice {
        Notice::Block { height, size, caught_up } => {
            tracing::info!(height = height.0, size, caught_up, "block");
        }
        Notice::SealedByAll(height) => tracing::info!(height = height.0, "sealed by all"),
        Notice::Observing => {
            tracing::error!("this node has lost track of what it signed: it withholds its votes");
        }
        Notice::Rejoined(height) => tracing::warn!(height = height.0, "rejoined: votes again"),
        Notice::Roster(height) => tracing::info!(height = height.0, "another roster from there on"),
        Notice::Confirmed => tracing::info!("the others agree with the change of the roster"),
        Notice::VotesFrom(height) => tracing::warn!(height = height.0, "votes again from there on"),
        Notice::Fault(member, misdeed) => tracing::warn!(%member, %misdeed, "a peer's fault"),
    }
}
