//! `nemcon node repair`: rebuilds a damaged journal from its sound prefix and from peers.
//!
//! What it guarantees: while the repair runs, nothing votes and nothing seals. The repaired journal
//! holds everything that this node has signed on, so that the node then starts by the normal path.
//! Until the journal does, the repair tells no peer its height, because that would be lower than the
//! node has shown before. What it does not: it cannot restore a block that no reachable peer has.

use std::time::Duration;

use nemcon_client::config::NodeConfig;
use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_ledger::durable::CommittedBlock;
use nemcon_replica::replica::{Message, SEALS_PER_MESSAGE_MAX};
use tokio::time::Instant;

pub use crate::server::folder::Mended;

use super::addresses::addresses;
use super::error::ServerError;
use super::identity::{founded, identify, mesh_config};
use crate::mesh::{Event, Events, Mesh, MeshHandle, events};
use crate::server::folder::{DiskError, MendError, Mending};

/// The silence after which peers are taken to have nothing more, once everything needed is there.
const QUIET: Duration = Duration::from_secs(2);

/// Why a journal was not repaired. It is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// The node itself could not run.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The journal or its repaired copy cannot be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The reached peers lack blocks that this node has signed on.
    #[error(
        "this node has signed up to block {}, and the other members' nodes that could be reached \
         gave blocks up to {}", .needed.0, .height.0
    )]
    Short {
        /// The height up to which blocks arrived.
        height: Height,
        /// The height up to which blocks are needed.
        needed: Height,
    },
    /// Nothing of the journal is sound, and no peer could say what was in it.
    #[error("the journal is gone, and no other member's node has answered")]
    Alone,
    /// More than two thirds of the members have decided a block that does not follow.
    #[error("block {} was decided by more than two thirds and does not follow: {error}", .height.0)]
    DecidedInvalid {
        /// The height of the block.
        height: Height,
        /// Why the block does not follow.
        error: nemcon_ledger::chain::BlockError,
    },
}

impl From<MendError> for RepairError {
    fn from(error: MendError) -> Self {
        match error {
            MendError::Disk(error) => Self::Disk(error),
            MendError::Invalid { height, error } => Self::DecidedInvalid { height, error },
        }
    }
}

/// Repairs the journal of a node that is not running; `None` if the journal is sound.
///
/// # Errors
/// [`RepairError`]. Then the journal is as it was.
pub fn run(config: &NodeConfig, patience: Duration) -> Result<Option<Mended>, RepairError> {
    let (genesis, _) = founded(config)?;
    let node = identify(config, genesis)?;
    let mut fetching = Fetching {
        mending: Mending::begin(&config.ledger, &node)?,
        heard: Instant::now(),
        is_answered: false,
    };
    if fetching.mending.is_sound() {
        fetching.mending.discard()?;
        return Ok(None);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let fetched = runtime.map_err(ServerError::from)?.block_on(async {
        let rosters = fetching.mending.rosters().clone();
        let settings = mesh_config(config, &node, &rosters, &addresses(config)?);
        let mesh = Mesh::bind(settings).await.map_err(ServerError::from)?;
        let (events_in, events) = events();
        let handle = mesh.handle();
        tokio::select! {
            () = mesh.run(events_in) => Ok(()),
            fetched = fetching.run(&handle, events, patience) => fetched,
        }
    });
    match fetched.and_then(|()| fetching.verify_enough()) {
        Ok(()) => Ok(Some(fetching.mending.finish()?)),
        Err(error) => {
            fetching.mending.discard()?;
            Err(error)
        }
    }
}

/// The exchange with peers.
struct Fetching {
    mending: Mending,
    /// The time when something useful last arrived.
    heard: Instant,
    /// Whether some peer has said that it has nothing more.
    is_answered: bool,
}

impl Fetching {
    /// Checks that the node can run on what has arrived.
    fn verify_enough(&self) -> Result<(), RepairError> {
        let (height, needed) = (self.mending.height(), self.mending.needed());
        if !self.mending.has_enough() {
            return Err(RepairError::Short { height, needed });
        }
        if self.mending.was_empty() && !self.is_answered {
            return Err(RepairError::Alone);
        }
        Ok(())
    }

    /// Takes blocks and seals from peers until nothing more arrives.
    async fn run(
        &mut self,
        mesh: &MeshHandle,
        mut events: Events,
        patience: Duration,
    ) -> Result<(), RepairError> {
        loop {
            let is_ending = self.is_answered && self.mending.has_enough();
            let until = self.heard + if is_ending { QUIET.min(patience) } else { patience };
            tokio::select! {
                () = tokio::time::sleep_until(until) => return Ok(()),
                event = events.recv() => match event {
                    Some(Event::Connected(peer)) => self.ask_blocks(mesh, &peer),
                    Some(Event::Frame(peer, frame)) => self.take(mesh, &peer, &frame)?,
                    Some(Event::Disconnected(..) | Event::Rival(_) | Event::Refused { .. }) => {}
                    None => return Ok(()),
                },
            }
        }
    }

    fn take(
        &mut self,
        mesh: &MeshHandle,
        peer: &PublicKey,
        frame: &[u8],
    ) -> Result<(), RepairError> {
        match Message::decode(frame) {
            Ok(Message::Blocks(blocks)) => {
                let is_news = self.mending.take_blocks(&blocks)? > 0;
                if is_news {
                    self.heard = Instant::now();
                    tracing::info!(event = %"repair-blocks", height = self.mending.height().0, "blocks");
                }
                // Another peer gave these blocks before, but this peer may have more.
                let is_known = |last: &CommittedBlock| last.height <= self.mending.height();
                if is_news || blocks.last().is_some_and(is_known) {
                    self.ask_blocks(mesh, peer);
                } else {
                    self.is_answered = true;
                    self.ask_seals(mesh, peer);
                }
            }
            Ok(Message::Seals(seals)) => {
                if self.mending.take_seals(&seals)? > 0 {
                    self.heard = Instant::now();
                }
                if seals.len() == SEALS_PER_MESSAGE_MAX {
                    self.ask_seals(mesh, peer);
                }
            }
            Ok(Message::Standing(standing)) if standing.height > self.mending.height() => {
                self.ask_blocks(mesh, peer);
            }
            // A peer with no more blocks than are here has none to give; the rest, and what is no
            // message, repairs nothing.
            Ok(
                Message::Standing(_)
                | Message::Pending(_)
                | Message::Announced(_)
                | Message::PendingWanted(_)
                | Message::Consensus(_)
                | Message::BlocksWanted { .. }
                | Message::SeenWanted { .. }
                | Message::Seen { .. }
                | Message::StandingWanted
                | Message::Decided(_)
                | Message::Proposed(_)
                | Message::ClockWanted { .. }
                | Message::Clock { .. }
                | Message::KeyTwice,
            )
            | Err(_) => {}
        }
        Ok(())
    }

    fn ask_blocks(&self, mesh: &MeshHandle, peer: &PublicKey) {
        Self::ask(mesh, peer, &Message::BlocksWanted { from: self.mending.height().next() });
    }

    fn ask_seals(&self, mesh: &MeshHandle, peer: &PublicKey) {
        if self.mending.has_enough() {
            Self::ask(mesh, peer, &Message::Standing(self.mending.standing()));
        }
    }

    fn ask(mesh: &MeshHandle, peer: &PublicKey, message: &Message) {
        // A peer that is gone is asked again when it is back.
        let _ = mesh.send(peer, &std::sync::Arc::from(message.encode()));
    }
}
