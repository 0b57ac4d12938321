//! `nemcon node repair`: a damaged journal is rebuilt from its sound prefix and from peers.
//!
//! The node is not running meanwhile: nothing votes and nothing seals before the journal holds all
//! that this node has signed on, so that afterwards it starts by the normal path. Until then it
//! tells no peer where it stands either, for that would be less than it has shown before.

use std::time::Duration;

use nemcon_client::config::NodeConfig;
use nemcon_crypto::PublicKey;
use nemcon_ledger::Height;
use nemcon_ledger::durable::CommittedBlock;
use nemcon_replica::replica::{Message, SEALS_PER_MESSAGE_MAX};
use tokio::sync::mpsc;
use tokio::time::Instant;

pub use crate::server::folder::Mended;

use super::addresses::addresses;
use super::error::ServerError;
use super::identity::{founded, identify, mesh_config};
use crate::mesh::{Event, Mesh, MeshHandle};
use crate::server::folder::{DiskError, MendError, Mending};

/// Events of the mesh that wait to be taken in.
const EVENTS_MAX: usize = 64;
/// So long without news, once all is there that must be, means that peers have no more.
const QUIET: Duration = Duration::from_secs(2);

/// Why a journal is not repaired; then it is as it was.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// What a node needs to run at all.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The peers that were reached do not have what this node has signed on.
    #[error(
        "this node has signed up to block {}, and the other members' nodes that could be reached \
         gave blocks up to {}", .needed.0, .height.0
    )]
    Short {
        /// Up to where blocks came.
        height: Height,
        /// Up to where they must.
        needed: Height,
    },
    /// Nothing was left of the journal, and nobody was there to tell what was in it.
    #[error("the journal is gone, and no other member's node has answered")]
    Alone,
    /// More than two thirds decided a block that does not follow.
    #[error("block {} was decided by more than two thirds and does not follow: {error}", .height.0)]
    DecidedInvalid {
        /// Its height.
        height: Height,
        /// Why it does not follow.
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

/// Repairs the journal of a node that is not running; `None` if it is sound.
///
/// # Errors
/// [`RepairError`]; then the journal is as it was.
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
        let (events_in, events) = mpsc::channel(EVENTS_MAX);
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
    /// When something useful came last.
    heard: Instant,
    /// Some peer has said that it has no more.
    is_answered: bool,
}

impl Fetching {
    /// Whether what came does for the node to run on.
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

    /// Takes what peers give until nothing more comes.
    async fn run(
        &mut self,
        mesh: &MeshHandle,
        mut events: mpsc::Receiver<Event>,
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
                    tracing::info!(height = self.mending.height().0, "blocks");
                }
                // Blocks that another peer gave before: this one may have more.
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
            _ => {}
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
