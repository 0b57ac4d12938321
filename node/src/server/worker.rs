//! The replica's thread: handles inputs one by one and carries out their effects in order.

use super::clock::clock;
use super::error::WorkerError;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::JoinHandle;

use nemcon_client::api;
use nemcon_crypto::PublicKey;
use nemcon_disk::store::StoreError;
use nemcon_ledger::Height;
use nemcon_ledger::durable::Entry;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::consensus::TimerId;
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{
    self, Effect, Input, MESSAGE_BYTES_MAX, Message, Notice, Outcome, Replica, Ticket, Write,
};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::addresses::Addresses;
use super::events::Events;
use super::log_quota::LogQuota;
use super::meter::Meters;
use super::news::News;
use super::non_members::NonMembers;
use super::operator::Operator;
use super::peers::{Peers, admitted};
use super::requests::Rejoined;
use crate::mesh::{FRAME_BYTES_MAX, MeshHandle};
use crate::server::folder::{DiskError, Folder, Found, Identity, SNAPSHOT_RECORD_BYTES};

/// Every message of the replica must fit into one frame of the mesh.
const _: () = assert!(MESSAGE_BYTES_MAX <= FRAME_BYTES_MAX);
/// A client's wait for a rejoin must be as long as the replica's.
const _: () = assert!(api::REJOIN_MS == replica::REJOIN_MS);

/// The replica, and what its effects act on.
pub(super) struct Worker {
    pub(super) replica: Replica,
    pub(super) folder: Folder,
    pub(super) mesh: MeshHandle,
    pub(super) peers: Peers,
    pub(super) non_members: NonMembers,
    pub(super) log_quota: LogQuota,
    pub(super) operator: Operator,
    pub(super) meters: Meters,
    pub(super) events: Events,
    pub(super) keys: Keyring,
    pub(super) has_new_roster: bool,
    pub(super) timers: BTreeMap<TimerId, Instant>,
    pub(super) wake: Option<Time>,
    /// Who waits for the outcome of a submission, and since when.
    pub(super) waiting: BTreeMap<Ticket, (mpsc::Sender<Outcome>, Instant)>,
    pub(super) rejoins: BTreeMap<Ticket, Rejoined>,
    pub(super) next_ticket: u64,
    /// What is new, for whoever follows the node.
    pub(super) news: watch::Sender<News>,
    /// The thread that writes a snapshot, or has written the last one.
    pub(super) snapshot: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn new(
        node: &Identity,
        disk: (Folder, Found),
        mesh: MeshHandle,
        addresses: Addresses,
        (operator, meters): (Operator, Meters),
        news: watch::Sender<News>,
    ) -> Self {
        let (folder, found) = disk;
        let replica = Replica::restore(found.restored(node));
        let events = Events::new(&replica);
        Self {
            replica,
            folder,
            mesh,
            peers: Peers::new(node.me.clone(), addresses),
            non_members: NonMembers::new(clock()),
            log_quota: LogQuota::default(),
            operator,
            meters,
            events,
            keys: node.keys.clone(),
            has_new_roster: false,
            timers: BTreeMap::new(),
            wake: None,
            waiting: BTreeMap::new(),
            rejoins: BTreeMap::new(),
            next_ticket: 0,
            news,
            snapshot: None,
        }
    }

    /// Gives the replica one input and carries out the effects.
    pub(super) fn take(&mut self, input: Input) -> Result<(), WorkerError> {
        let before = self.replica.chain().height();
        for effect in self.replica.step(clock(), input)? {
            self.execute(effect)?;
        }
        if core::mem::take(&mut self.has_new_roster) {
            self.follow_roster()?;
        }
        if self.replica.chain().height() > before {
            self.tell_non_members();
            self.write_snapshot_if_due();
        }
        self.tell_size();
        Ok(())
    }

    /// Has a snapshot written where one is due, while the node goes on. A node works without: a failure is
    /// logged, and the next one is due after as many records.
    pub(super) fn write_snapshot_if_due(&mut self) {
        if self.snapshot.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let chain = self.replica.shared_chain();
        let Some(due) = self.folder.due_snapshot(&chain, SNAPSHOT_RECORD_BYTES) else { return };
        let write = move || match due.write() {
            Ok(()) => tracing::debug!(height = chain.height().0, "snapshot written"),
            Err(error) => tracing::warn!(event = %"no-snapshot", %error, "no snapshot is written"),
        };
        let thread = std::thread::Builder::new().name("snapshot".to_owned()).spawn(write);
        self.snapshot = thread
            .inspect_err(
                |error| tracing::warn!(event = %"no-snapshot", %error, "no snapshot is written"),
            )
            .ok();
    }

    /// Follows a change of the roster: which keys the mesh admits, which key it shows, and which
    /// links are members'.
    pub(super) fn follow_roster(&mut self) -> Result<(), WorkerError> {
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

    /// Takes in a configuration that was read again: other addresses, and perhaps new keys.
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
            Effect::Disk(write) => self.write(&write)?,
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
            Effect::Notice(notice) => self.note(&notice),
            Effect::Roster => self.has_new_roster = true,
            Effect::Stop(halt) => return Err(halt.into()),
        }
        Ok(())
    }

    fn write(&mut self, write: &Write) -> Result<(), DiskError> {
        if let Write::Journal(Entry::Block(block)) = write {
            self.events.written(block);
        }
        let began = Instant::now();
        self.folder.write(write)?;
        if matches!(write, Write::SyncJournal | Write::SyncSigned) {
            self.meters.synced(began.elapsed());
        }
        Ok(())
    }

    /// Measures and tells what the replica has noted.
    fn note(&mut self, notice: &Notice) {
        match *notice {
            Notice::Block { height, size, caught_up } => {
                if !caught_up {
                    self.meters.ordered(height, Instant::now());
                }
                self.events.durable(&self.replica, (height, size), caught_up);
            }
            Notice::SealedByAll(height) => {
                self.meters.sealed_by_all(height, Instant::now());
                self.events.tell_final(&self.replica);
            }
            Notice::Fault(..)
            | Notice::Observing
            | Notice::VotesFrom(_)
            | Notice::Rejoined(_)
            | Notice::Roster(_)
            | Notice::Confirmed => {}
        }
        log(notice);
    }

    fn send(&self, code: &Code, frame: &Arc<[u8]>) {
        if let Some(key) = self.peers.key_of(code) {
            // If the peer is gone or too slow, it learns the same when it connects again.
            let _ = self.mesh.send(key, frame);
        }
    }

    fn send_blocks(&self, code: &Code, from: Height) -> Result<(), StoreError> {
        let blocks = self.folder.blocks_for_peer(from)?;
        self.send(code, &Arc::from(Message::Blocks(blocks).encode()));
        Ok(())
    }

    fn reply(&mut self, ticket: Ticket, outcome: Outcome) {
        let is_last = !matches!(outcome, Outcome::Accepted { .. });
        if let Some((reply, since)) = self.waiting.get(&ticket) {
            match &outcome {
                Outcome::Ordered { .. } => self.meters.handed_in(Some(since.elapsed())),
                Outcome::Refused(_) => self.meters.handed_in(None),
                Outcome::Accepted { .. } => {}
            }
            let _ = reply.try_send(outcome);
        }
        if is_last {
            self.waiting.remove(&ticket);
        }
    }

    /// The time at which a timer ends.
    pub(super) fn timer_ends(&self, timer: TimerId) -> Option<Instant> {
        self.timers.get(&timer).copied()
    }

    /// Tells non-members that the ledger has grown, so that those that follow it ask for the new blocks.
    pub(super) fn tell_non_members(&self) {
        let mut non_members = self.peers.non_members().peekable();
        if non_members.peek().is_none() {
            return;
        }
        let standing = self.replica.where_it_stands();
        for key in non_members {
            self.tell(key, &standing);
        }
    }

    /// Sends a message and returns its length in bytes.
    pub(super) fn tell(&self, key: &PublicKey, message: &Message) -> u64 {
        let frame: Arc<[u8]> = Arc::from(message.encode());
        let bytes = frame.len() as u64;
        // A peer that is gone asks again when it is back.
        let _ = self.mesh.send(key, &frame);
        bytes
    }
}

fn log(notice: &Notice) {
    match notice {
        Notice::Block { .. } => {}
        Notice::SealedByAll(height) => {
            tracing::debug!(event = %"sealed", height = height.0, "sealed by all");
        }
        Notice::Observing => {
            tracing::error!(
                event = %"votes-withheld",
                "this node has lost track of what it signed: it withholds its votes"
            );
        }
        Notice::Rejoined(height) => {
            tracing::warn!(event = %"rejoined", height = height.0, "rejoined: votes again");
        }
        Notice::Roster(height) => {
            let height = height.0;
            tracing::info!(event = %"roster-changed", height, "another roster from there on");
        }
        Notice::Confirmed => {
            tracing::info!(
                event = %"roster-confirmed",
                "the others agree with the change of the roster"
            );
        }
        Notice::VotesFrom(height) => {
            tracing::warn!(event = %"votes-again", height = height.0, "votes again from there on");
        }
        Notice::Fault(member, misdeed) => {
            tracing::warn!(event = %"peer-fault", %member, %misdeed, "a peer's fault");
        }
    }
}
