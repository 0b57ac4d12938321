//! Conditions: what is wrong with a node, or with what it sees of others, by name, for its operator.
//!
//! What it guarantees: each sentence is derived from the current facts, so none contradicts them. A
//! condition has one name in the status, in the log and in `docs/operating.md`. It is reported when it begins
//! and when it ends. What it does not: no condition decides anything, and a sentence that rests on the word
//! of other nodes says so.
//!
//! ```text
//! replica, mesh, disk ─▶ Facts ─judge─▶ conditions ─▶ Watch ─▶ status; log: begins, is over
//! ```

mod advice;
mod disk;
mod facts;
mod judge;
mod stop;
mod watch;
mod words;

use core::fmt;

use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use crate::mesh::{Address, Outage};

pub use disk::{day_bytes_max, day_bytes_of};
pub use facts::{Disk, Facts, Observes, Off, Stops, Stranger, Voting, Way};
pub use judge::{Candidate, conditions};
pub use nemcon_replica::replica::CLOCK_OFF_MS;
pub use stop::after_stop;
pub use watch::{Change, StandingCondition, Watch, patience};

/// The conditions by name, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The node stops, for safety.
    Stopped,
    /// Another machine uses a node's key.
    OwnKeyElsewhere,
    /// The file system of the ledger has little room.
    DiskNearlyFull,
    /// A clock deviates from the others.
    ClockOff,
    /// Too few members' nodes are connected to decide a block.
    TooFewConnected,
    /// A block takes long to be decided.
    OrderingStalled,
    /// The node observes: it withholds its votes.
    Observing,
    /// The node listens after its start and sends nothing yet.
    Listening,
    /// The node waits for other members to confirm a change of the roster.
    RosterUnconfirmed,
    /// The node follows: the roster names no key of it.
    Following,
    /// The node lacks blocks that others have.
    Behind,
    /// The seals of a member are missing.
    SealLate,
    /// The host name of a peer cannot be resolved.
    PeerNameUnresolved,
    /// The node of a member cannot be reached.
    PeerUnreachable,
    /// The configuration names a peer that is no member.
    PeerNotInRoster,
}

/// All conditions, most urgent first.
pub const KINDS: [Kind; 15] = [
    Kind::Stopped,
    Kind::OwnKeyElsewhere,
    Kind::DiskNearlyFull,
    Kind::ClockOff,
    Kind::TooFewConnected,
    Kind::OrderingStalled,
    Kind::Observing,
    Kind::Listening,
    Kind::RosterUnconfirmed,
    Kind::Following,
    Kind::Behind,
    Kind::SealLate,
    Kind::PeerNameUnresolved,
    Kind::PeerUnreachable,
    Kind::PeerNotInRoster,
];

impl Kind {
    /// The condition's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::OwnKeyElsewhere => "own-key-elsewhere",
            Self::DiskNearlyFull => "disk-nearly-full",
            Self::ClockOff => "clock-off",
            Self::TooFewConnected => "too-few-connected",
            Self::OrderingStalled => "ordering-stalled",
            Self::Observing => "observing",
            Self::Listening => "listening",
            Self::RosterUnconfirmed => "roster-unconfirmed",
            Self::Following => "following",
            Self::Behind => "behind",
            Self::SealLate => "seal-late",
            Self::PeerNameUnresolved => "peer-name-unresolved",
            Self::PeerUnreachable => "peer-unreachable",
            Self::PeerNotInRoster => "peer-not-in-roster",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A condition, with the member that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The code of the member that the condition is about: this node's own or another one.
    pub about: Code,
    /// Whether that member is this node's own.
    pub is_own: bool,
    /// The facts of the condition.
    pub state: State,
}

/// The facts of each condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// See [`Kind::Stopped`].
    Stopped {
        /// The time of the stop.
        at: Time,
        /// The reason of the stop.
        why: String,
        /// What the operator does after the stop.
        next: &'static str,
    },
    /// See [`Kind::OwnKeyElsewhere`].
    OwnKeyElsewhere {
        /// The members that report it; empty if this node has seen it itself.
        told_by: Vec<Code>,
    },
    /// See [`Kind::DiskNearlyFull`].
    DiskNearlyFull(Disk),
    /// See [`Kind::ClockOff`].
    ClockOff {
        /// The clock's lead over the median of the others, in milliseconds; negative if it is behind.
        ahead_ms: i64,
    },
    /// See [`Kind::TooFewConnected`].
    TooFewConnected {
        /// The number of connected members, this node's included.
        connected: usize,
        /// The number of members.
        members: usize,
        /// The number of members that a block needs.
        needed: usize,
        /// The codes of the members that are not connected.
        absent: Vec<Code>,
    },
    /// See [`Kind::OrderingStalled`].
    OrderingStalled {
        /// The height of the block.
        height: Height,
        /// The codes of the members whose votes have not arrived or that are not connected.
        lacks: Vec<Code>,
        /// Whether this node observes, in which case more than f nodes may observe.
        is_observing: bool,
    },
    /// See [`Kind::Observing`].
    Observing {
        /// The height from which on the node votes, if that is known.
        votes_from: Option<Height>,
        /// Whether another node has shown it, since its start, something that its key signed and
        /// that it does not remember.
        was_shown: bool,
        /// Whether another machine is known to use the node's key.
        is_elsewhere: bool,
    },
    /// See [`Kind::Listening`].
    Listening {
        /// The codes of the members that have not answered yet.
        silent: Vec<Code>,
    },
    /// See [`Kind::RosterUnconfirmed`].
    RosterUnconfirmed {
        /// The height from which on the changed roster decides.
        height: Height,
        /// The codes of the members that have not confirmed the change.
        silent: Vec<Code>,
    },
    /// See [`Kind::Following`].
    Following,
    /// See [`Kind::Behind`].
    Behind {
        /// The height of this node's last block.
        here: Height,
        /// The height that other nodes claim.
        there: Height,
    },
    /// See [`Kind::SealLate`].
    SealLate {
        /// The height up to which this node has the member's seals.
        sealed: Height,
        /// The number of blocks that lack the member's seal.
        blocks: u64,
        /// Whether the member's node is connected; true for this node itself.
        is_connected: bool,
        /// Whether the member is this node's own and its node lacks the blocks too.
        is_behind: bool,
    },
    /// See [`Kind::PeerNameUnresolved`].
    PeerNameUnresolved {
        /// The peer's address in the configuration.
        address: Address,
    },
    /// See [`Kind::PeerUnreachable`].
    PeerUnreachable {
        /// The member's address in the configuration, with the failure of the last attempt; `None`
        /// if no address is known.
        dialled: Option<(Address, Option<Outage>)>,
    },
    /// See [`Kind::PeerNotInRoster`].
    PeerNotInRoster {
        /// The members whose code was probably meant.
        nearest: Vec<Code>,
        /// Whether the peer was a member before.
        has_left: bool,
    },
}

impl Condition {
    /// The name of the condition.
    pub const fn kind(&self) -> Kind {
        match self.state {
            State::Stopped { .. } => Kind::Stopped,
            State::OwnKeyElsewhere { .. } => Kind::OwnKeyElsewhere,
            State::DiskNearlyFull(_) => Kind::DiskNearlyFull,
            State::ClockOff { .. } => Kind::ClockOff,
            State::TooFewConnected { .. } => Kind::TooFewConnected,
            State::OrderingStalled { .. } => Kind::OrderingStalled,
            State::Observing { .. } => Kind::Observing,
            State::Listening { .. } => Kind::Listening,
            State::RosterUnconfirmed { .. } => Kind::RosterUnconfirmed,
            State::Following => Kind::Following,
            State::Behind { .. } => Kind::Behind,
            State::SealLate { .. } => Kind::SealLate,
            State::PeerNameUnresolved { .. } => Kind::PeerNameUnresolved,
            State::PeerUnreachable { .. } => Kind::PeerUnreachable,
            State::PeerNotInRoster { .. } => Kind::PeerNotInRoster,
        }
    }
}

#[cfg(test)]
mod tests;
