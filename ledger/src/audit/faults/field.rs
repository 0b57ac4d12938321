//! The fields of a block record in which a log may be wrong.

use core::fmt;

use super::rules::{self, FaultRule};

/// A field of a block record that follows from the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The council's digest.
    Council,
    /// The block's number.
    Height,
    /// The block record before.
    Previous,
    /// Who proposed it.
    Proposer,
    /// The roster that decides it.
    Roster,
    /// The tree's size before it.
    Size,
    /// The tree's root before it.
    Root,
}

impl Field {
    pub(super) const fn rule(self) -> (&'static str, &'static FaultRule) {
        match self {
            Self::Council => ("council", &rules::BLOCK_COUNCIL),
            Self::Height => ("height", &rules::BLOCK_HEIGHT),
            Self::Previous => ("previous", &rules::BLOCK_PREVIOUS),
            Self::Proposer => ("proposer", &rules::BLOCK_PROPOSER),
            Self::Roster => ("roster", &rules::BLOCK_ROSTER),
            Self::Size => ("size", &rules::BLOCK_SIZE),
            Self::Root => ("root", &rules::BLOCK_ROOT),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.rule().0)
    }
}
