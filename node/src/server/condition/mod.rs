//! What is wrong with a node, or with what it sees of others: named conditions for its operator.
//!
//! What it guarantees: each sentence is derived from the state at hand, so that none is said that the state
//! makes false; a condition has one name, in the status, in the log and in `docs/operating.md`; it is told
//! when it begins and when it ends. What it does not: nothing is decided by a condition, and what rests on
//! the word of other nodes says so.
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

pub use disk::day_bytes_max;
pub use facts::{Disk, Facts, Observes, Off, Stops, Stranger, Voting, Way};
pub use judge::{Candidate, conditions};
pub use stop::after_stop;
pub use watch::{Change, Told, Watch, patience};

/// The conditions by name, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The node stops, for safety.
    Stopped,
    /// Another machine uses a node's key.
    OwnKeyElsewhere,
    /// The ledger's file system has little room.
    DiskNearlyFull,
    /// A clock is off.
    ClockOff,
    /// Too few members' nodes are connected to decide a block.
    TooFewConnected,
    /// A block takes long.
    OrderingStalled,
    /// The node withholds its votes.
    Observing,
    /// The node says nothing yet after its start.
    Listening,
    /// The node awaits that others confirm a change of the roster.
    RosterUnconfirmed,
    /// The roster names no key of this node.
    Following,
    /// Blocks are missing here.
    Behind,
    /// A member's seals are missing.
    SealLate,
    /// A peer's host name has no address.
    PeerNameUnresolved,
    /// A member's node is not reached.
    PeerUnreachable,
    /// The configuration names a peer that is no member.
    PeerNotInRoster,
}

/// Every kind.
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
    /// Its stable name.
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

/// A condition, of a node or of what it sees of another member's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Whom it is about: this node's own member, or another one.
    pub about: Code,
    /// Whether that is this node's own member.
    pub is_own: bool,
    /// What is the case.
    pub state: State,
}

/// What is the case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// See [`Kind::Stopped`].
    Stopped {
        /// When.
        at: Time,
        /// Why.
        why: String,
        /// What to do then.
        next: &'static str,
    },
    /// See [`Kind::OwnKeyElsewhere`].
    OwnKeyElsewhere {
        /// Who tells so; nobody where this node has seen it itself.
        told_by: Vec<Code>,
    },
    /// See [`Kind::DiskNearlyFull`].
    DiskNearlyFull(Disk),
    /// See [`Kind::ClockOff`].
    ClockOff {
        /// How far it is ahead, in milliseconds; behind, if negative.
        ahead_ms: i64,
    },
    /// See [`Kind::TooFewConnected`].
    TooFewConnected {
        /// How many are connected, this node counted.
        connected: usize,
        /// How many members there are.
        members: usize,
        /// How many decide a block.
        needed: usize,
        /// Who is not connected.
        absent: Vec<Code>,
    },
    /// See [`Kind::OrderingStalled`].
    OrderingStalled {
        /// The block.
        height: Height,
        /// Whose votes have not come, or who is not connected.
        lacks: Vec<Code>,
        /// Whether this node observes, so that more than f may.
        is_observing: bool,
    },
    /// See [`Kind::Observing`].
    Observing {
        /// From which block on it votes, if that is known.
        votes_from: Option<Height>,
        /// Whether it was shown something since its start that its own key has signed and that it does
        /// not remember.
        was_shown: bool,
        /// Whether another machine is known to use its key.
        is_elsewhere: bool,
    },
    /// See [`Kind::Listening`].
    Listening {
        /// Who has not told yet.
        silent: Vec<Code>,
    },
    /// See [`Kind::RosterUnconfirmed`].
    RosterUnconfirmed {
        /// The block from which on the other roster decides.
        height: Height,
        /// Who has not confirmed it.
        silent: Vec<Code>,
    },
    /// See [`Kind::Following`].
    Following,
    /// See [`Kind::Behind`].
    Behind {
        /// This node's last block.
        here: Height,
        /// What others tell.
        there: Height,
    },
    /// See [`Kind::SealLate`].
    SealLate {
        /// Up to which block its seals are here.
        sealed: Height,
        /// How many blocks lack its seal.
        blocks: u64,
        /// Whether its node is connected; true for this node itself.
        is_connected: bool,
        /// Whether it is this node, and lacks the blocks too.
        is_behind: bool,
    },
    /// See [`Kind::PeerNameUnresolved`].
    PeerNameUnresolved {
        /// Its address in the configuration.
        address: Address,
    },
    /// See [`Kind::PeerUnreachable`].
    PeerUnreachable {
        /// Its address in the configuration, and what the last attempt came to. None: no address is known.
        dialled: Option<(Address, Option<Outage>)>,
    },
    /// See [`Kind::PeerNotInRoster`].
    PeerNotInRoster {
        /// Members whose codes may have been meant.
        nearest: Vec<Code>,
        /// Whether it was a member.
        has_left: bool,
    },
}

impl Condition {
    /// Which it is.
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
