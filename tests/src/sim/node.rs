//! One member's node in the simulation: the replica and the folder that ship, on a simulated disk.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use nemcon_ledger::durable::CommittedBlock;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Chain, Height};
use nemcon_node::server::folder::{DiskError, Folder, Found, Identity, Trust};
use nemcon_replica::consensus::TimerId;
use nemcon_replica::replica::{Replica, Write};

use super::adversaries::Adversary;
use super::seats;
use super::storage::{Image, SimDisk};
use crate::fixture::START_MS;

/// The folder of every node, on its own disk.
const FOLDER: &str = "ledger";

/// The replica and the folder, while a node is up.
pub struct Running {
    /// The replica.
    pub replica: Replica,
    /// Its folder.
    pub folder: Folder<SimDisk>,
}

/// One member's node.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct SimNode {
    /// Who it is.
    pub identity: Identity,
    /// Its disk.
    pub disk: SimDisk,
    /// An older state of the disk.
    pub image: Option<Image>,
    /// One to set the whole disk back to, and the last block on it.
    pub snapshot: Option<(Image, Height)>,
    /// Its chain some blocks ago, by whose roster its shell verifies what comes.
    pub proving_chain: Option<Arc<Chain>>,
    /// The snapshot of its state before the last one.
    pub older_snapshot: Option<Vec<u8>>,
    /// It was set back, and has not noticed yet.
    pub is_unaware: bool,
    /// It was set back, and does not vote again yet.
    pub is_set_back: bool,
    /// Its operator has made its ledger, which is done once.
    pub is_made: bool,
    /// What runs, while the node is up.
    pub running: Option<Running>,
    /// How often it was started.
    pub boots: u64,
    /// Timers that have been asked for.
    pub timers: BTreeSet<TimerId>,
    /// When it wants to be woken, by its own clock.
    pub wake: Option<Time>,
    /// By how much its clock is ahead, in milliseconds.
    pub skew_ms: i64,
    /// It does nothing before this time.
    pub stalled_until: u64,
    /// It stays down until this time.
    pub down_until: u64,
    /// Blocks that it has appended since its disk was last synced.
    pub unsynced: Vec<CommittedBlock>,
    /// It dies when it has done so many more effects.
    pub dies_after: Option<u64>,
    /// Twists what it sends; a node without is honest, unless a control put it there.
    pub twist: Option<Box<dyn Adversary>>,
    /// Whether the checks hold for it.
    pub is_honest: bool,
    /// Whether its operator has started it; that of an entrant does once it is admitted.
    pub is_expected: bool,
    /// The peers that its replica knows as connected members.
    pub members: BTreeSet<usize>,
}

impl SimNode {
    /// A node that was never started.
    pub fn new(genesis: &Genesis, me: &Code) -> Self {
        let identity = Identity {
            me: me.clone(),
            council: genesis.digest(),
            genesis: genesis.clone(),
            keys: seats::keyring(me),
        };
        Self {
            identity,
            disk: SimDisk::default(),
            image: None,
            snapshot: None,
            proving_chain: None,
            older_snapshot: None,
            is_unaware: false,
            is_set_back: false,
            is_made: false,
            running: None,
            boots: 0,
            timers: BTreeSet::new(),
            wake: None,
            skew_ms: 0,
            stalled_until: 0,
            down_until: 0,
            unsynced: Vec::new(),
            dies_after: None,
            twist: None,
            is_honest: true,
            is_expected: true,
            members: BTreeSet::new(),
        }
    }

    /// Its clock, `now_ms` after the start.
    pub fn clock(&self, now_ms: u64) -> Time {
        let ms = (START_MS + now_ms).saturating_add_signed(self.skew_ms);
        Time::from_ms(ms).expect("simulations end in this age")
    }

    /// Makes its folder, whatever is there.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn remake(&self) -> Result<(), DiskError> {
        Folder::init_in(self.disk.clone(), Path::new(FOLDER), &self.identity.genesis)
    }

    /// Makes its folder, if that was not done yet.
    ///
    /// # Errors
    /// [`DiskError`]: it is not made, and may be made again.
    pub fn make(&mut self) -> Result<(), DiskError> {
        if !self.is_made {
            match self.remake() {
                // It was done the last time, though the disk said otherwise.
                Ok(()) | Err(DiskError::Taken(_)) => self.is_made = true,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Opens its folder.
    ///
    /// # Errors
    /// [`DiskError`]: it refuses to start.
    pub fn open(&self) -> Result<(Folder<SimDisk>, Found), DiskError> {
        Folder::open_in(&self.disk, Path::new(FOLDER), &self.identity, Trust::OwnPast)
    }

    /// Ends it; the disk is left as it is.
    pub fn end(&mut self) {
        self.running = None;
        self.proving_chain = None;
        self.timers.clear();
        self.members.clear();
        self.wake = None;
        self.unsynced.clear();
        self.dies_after = None;
    }

    /// Does one operation on its disk.
    ///
    /// # Errors
    /// [`DiskError`]: the node stops.
    pub fn write(&mut self, write: &Write) -> Result<(), DiskError> {
        let Some(Running { folder, .. }) = &mut self.running else { return Ok(()) };
        folder.write(write)
    }

    /// The replica, while the node is up.
    pub fn replica(&self) -> Option<&Replica> {
        self.running.as_ref().map(|running| &running.replica)
    }
}
