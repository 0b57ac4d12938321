//! Where a measure stands in its life.

use core::fmt;

use nemcon_crypto::LeafIndex;
use serde::{Deserialize, Serialize};

/// Where a measure stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Ballots count.
    Open,
    /// Decided in favour.
    Adopted {
        /// The decision's leaf.
        decision: LeafIndex,
    },
    /// Decided, the rule not met.
    NotAdopted {
        /// The decision's leaf.
        decision: LeafIndex,
    },
    /// Ended without a decision.
    Lapsed {
        /// The lapse's leaf.
        lapse: LeafIndex,
    },
    /// Taken back by its proposer.
    Withdrawn,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "open",
            Self::Adopted { .. } => "adopted",
            Self::NotAdopted { .. } => "not adopted",
            Self::Lapsed { .. } => "lapsed",
            Self::Withdrawn => "withdrawn",
        })
    }
}
