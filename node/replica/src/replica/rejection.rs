//! Why a record does not wait to be ordered, for the person who submitted it to read.
//!
//! What it guarantees: each reason has a stable name, says what, and says what to do next.

use nemcon_ledger::council::{Law, Refusal};
use nemcon_ledger::record::RecordError;
use nemcon_ledger::text::Code;

use nemcon_ledger::text::span::span;

/// Why a record does not wait here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// It is no statement.
    #[error("{0}")]
    Malformed(RecordError),
    /// The council's law refuses it.
    #[error("{0}")]
    Refused(Refusal),
    /// The law refuses it for the time that it is by this node's clock, which is off.
    #[error("{refusal}; but this node's clock is {}", by_how_much(*ahead_ms))]
    ByClock {
        /// The law that refuses it.
        refusal: Refusal,
        /// How far the clock is ahead of the other nodes' clocks, in milliseconds.
        ahead_ms: i64,
    },
    /// Its signer has as much waiting as may wait.
    #[error("{0} has as many statements waiting as may wait")]
    Full(Code),
    /// The same text waits already, with other signatures.
    #[error("this very text waits already, with other signature lines")]
    OtherSignatures,
    /// This node's member has no seat: from here it would reach nobody.
    #[error(
        "this node follows: the roster names no key of it, and nobody takes statements from it"
    )]
    Following,
}

/// How far a clock is off, in words: `2 h ahead of the clocks of the other nodes`.
pub fn by_how_much(ahead_ms: i64) -> String {
    let which = if ahead_ms < 0 { "behind" } else { "ahead of" };
    format!("{} {which} the clocks of the other nodes", span(ahead_ms.unsigned_abs()))
}

impl Rejection {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Refused(refusal) | Self::ByClock { refusal, .. } => refusal.code(),
            Self::Full(_) => "pending-full",
            Self::OtherSignatures => "already-pending",
            Self::Following => "following",
        }
    }

    /// The law that is broken, if it is the council's.
    pub const fn law(&self) -> Option<&'static Law> {
        match self {
            Self::Refused(refusal) | Self::ByClock { refusal, .. } => Some(refusal.law()),
            Self::Malformed(_) | Self::Full(_) | Self::OtherSignatures | Self::Following => None,
        }
    }

    /// What to do next.
    pub const fn advice(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "Write the statement with this release's own commands.",
            Self::Refused(refusal) => refusal.law().way_out,
            Self::ByClock { .. } => {
                "Set the clock of this node's machine right, then submit it again: `nemcon status` says \
                 how far it is off."
            }
            Self::Full(_) => "Wait until what was submitted before is ordered.",
            Self::OtherSignatures => "Nothing is left to do: it will be ordered as it is.",
            Self::Following => "Submit it at the node of a member that has a seat (`--node URL`).",
        }
    }
}
