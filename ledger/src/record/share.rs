//! The shares of a block and of a day that a party has, one for each sort of statement.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Which share of its party a statement is charged to. A block takes statements in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Share {
    /// Freezes: what stops a thief.
    Freezes,
    /// Who signs for a member.
    Officers,
    /// A member's node, its notice, its entry.
    Seats,
    /// Ballots, retractions among them.
    Ballots,
    /// All else.
    Rest,
}

impl Share {
    /// Whether it is of statements by which a party changes itself.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Freezes | Self::Officers | Self::Seats)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Freezes => "freezes",
            Self::Officers => "changes of its officers",
            Self::Seats => "changes of its node or its membership",
            Self::Ballots => "ballots",
            Self::Rest => "statements",
        })
    }
}
