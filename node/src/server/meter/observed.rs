//! What the replica's thread tells of itself when it is asked for its numbers.

use std::collections::BTreeMap;

use nemcon_ledger::text::{Code, Time};

use super::super::condition::{Disk, Kind};

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
