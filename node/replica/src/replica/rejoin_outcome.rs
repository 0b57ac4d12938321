//! What comes of an operator's wish that this node votes again, for the operator to read.
//!
//! What it guarantees: a refusal says why nothing has changed, and what to do next.

use nemcon_ledger::Height;
use nemcon_ledger::council::join;
use nemcon_ledger::text::Code;

/// How long the other nodes may take to tell what they saw, in milliseconds.
pub const REJOIN_MS: u64 = 10_000;

/// What a node has taken over, and votes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOver {
    /// The height at which it votes again.
    pub height: Height,
    /// The height from which on the node votes by itself; after a restart before it, the node observes
    /// again.
    pub votes_from: Height,
    /// For each other member in roster order: how many messages of this node its node remembers.
    pub seen: Vec<(Code, usize)>,
}

/// Why a node does not rejoin; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRejoin {
    /// The node has not lost track of what it signed.
    #[error("this node votes already: it has not lost track of what it signed")]
    Votes,
    /// The answers are being gathered.
    #[error("this node is rejoining already")]
    UnderWay,
    /// Another machine uses this node's key.
    #[error("another machine runs with this node's key, as {} tell; it could sign what this node does not know", join(.0))]
    KeyElsewhere(Vec<Code>),
    /// Nodes are not connected that may have seen a vote of this node.
    #[error("not connected: {}; each of them may be the one that saw a vote of this node", join(.0))]
    NotConnected(Vec<Code>),
    /// The roster does not name this node.
    #[error("the roster does not name this node")]
    NoSeat,
    /// These members did not tell in time what they saw.
    #[error("no answer from {} within {} s", join(.0), REJOIN_MS / 1000)]
    Silent(Vec<Code>),
    /// Another node has blocks that this one lacks.
    #[error("{member} is at block {} and this node at block {}", .theirs.0, .ours.0)]
    Behind {
        /// The member whose node is ahead.
        member: Code,
        /// The last block of that node.
        theirs: Height,
        /// This node's last block.
        ours: Height,
    },
    /// The council does not stand still.
    #[error("block {} was decided meanwhile: the council does not stand still", .0.0)]
    Decided(Height),
}

impl NoRejoin {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Votes => "votes-already",
            Self::UnderWay => "rejoining",
            Self::KeyElsewhere(_) => "own-key-elsewhere",
            Self::NotConnected(_) => "not-connected",
            Self::NoSeat => "no-seat",
            Self::Silent(_) => "silent",
            Self::Behind { .. } => "behind",
            Self::Decided(_) => "goes-on",
        }
    }

    /// What to do next.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Votes => "nothing is to be done",
            Self::UnderWay => "wait for its answer",
            Self::KeyElsewhere(_) => "stop the other machine first; then try again after a minute",
            Self::NoSeat => "name the key files that the roster asks for",
            Self::NotConnected(_) | Self::Silent(_) => {
                "see to it that every member's node runs and reaches this one, then try again"
            }
            Self::Behind { .. } => "this node is catching up; try again in a moment",
            Self::Decided(_) => {
                "more than two thirds vote without this node; it votes again by itself"
            }
        }
    }
}
