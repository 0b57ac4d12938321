//! What the replica's thread tells of itself when it is asked for its numbers.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::quorum::quorum;
use nemcon_ledger::text::{Code, Time};

use super::super::condition::{Disk, KINDS, Kind, day_bytes_max};
use super::super::worker::Worker;

/// The state of a node in numbers, at one moment.
#[derive(Clone, Debug)]
pub(in crate::server) struct Observed {
    /// The height of the last block here.
    pub(super) height: u64,
    /// The greatest height that more than f members tell of.
    pub(super) height_of_others: u64,
    /// The height up to which every member has sealed.
    pub(super) sealed: u64,
    /// The number of leaves in the log.
    pub(super) size: u64,
    /// The time of the last block.
    pub(super) block_time: Time,
    /// The round of the block that is being decided; 0 while none is.
    pub(super) round: u64,
    /// The number of statements that wait to be ordered.
    pub(super) pending: u64,
    /// How many blocks lack each member's seal, and whether its node is connected.
    pub(super) members: BTreeMap<Code, (u64, bool)>,
    /// How many members a block takes.
    pub(super) quorum: u64,
    /// What no correct node sends, by kind.
    pub(super) faults: BTreeMap<String, u64>,
    /// The connections that came to nothing, by reason.
    pub(super) refused: BTreeMap<&'static str, u64>,
    /// Room on the file system of the ledger, if the system tells.
    pub(super) disk: Option<Disk>,
    /// How far this clock is ahead of the median of the others', in milliseconds.
    pub(super) clock_ahead_ms: Option<i64>,
    /// About how many members each condition is told.
    pub(super) conditions: BTreeMap<Kind, u64>,
    /// Whether the node takes part.
    pub(super) is_ready: bool,
}

impl Worker {
    /// The state of this node in numbers.
    pub(in crate::server) fn observed(&mut self) -> Observed {
        self.look();
        let (replica, chain) = (&self.replica, self.replica.chain());
        let (height, members) = (chain.height().0, &chain.council().roster().members);
        let connected: BTreeSet<&Code> = replica.connected_members().collect();
        let sealed = replica.sealed_heights();
        let of_member = |code: &Code| {
            let lag = height.saturating_sub(sealed.get(code).map_or(0, |sealed| sealed.0));
            (lag, code == replica.me() || connected.contains(code))
        };
        let mut conditions: BTreeMap<_, _> = KINDS.into_iter().map(|kind| (kind, 0)).collect();
        for told in self.operator.watch.told() {
            *conditions.entry(told.condition.kind()).or_default() += 1;
        }
        Observed {
            height,
            height_of_others: replica.height_of_others().0,
            sealed: replica.sealed_by_all().0.0,
            size: chain.size().0,
            block_time: chain.time(),
            round: replica.round().map_or(0, u64::from),
            pending: replica.waiting().len() as u64,
            members: members.iter().map(|it| (it.code.clone(), of_member(&it.code))).collect(),
            quorum: quorum(members.len()) as u64,
            faults: replica.faults().clone(),
            refused: self.mesh.counters().refusals,
            disk: self.room_on_disk().map(|(free_bytes, _)| Disk {
                free_bytes,
                day_bytes: day_bytes_max(chain.council()),
            }),
            clock_ahead_ms: self.clock_view().map(|clock| clock.ahead_ms),
            conditions,
            is_ready: self.operator.is_ready(),
        }
    }
}
