//! What a node tells its operator: what is wrong, its clock, what a block waits for.

use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

/// Something that an operator should know of; `docs/operating.md` lists all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionView {
    /// Its stable name: `clock-off`.
    pub name: String,
    /// Whom it is about: this node's own member, or another one.
    pub about: Code,
    /// Since when it holds, by this node's clock.
    pub since: Time,
    /// What is the case, and what follows from it.
    pub means: String,
    /// What to do next.
    pub advice: String,
}

/// This node's clock beside the others'.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    /// How far it is ahead of the median of the clocks of the connected members, in milliseconds; behind,
    /// if negative.
    pub ahead_ms: i64,
    /// How many members' clocks that is the median of.
    pub heard: usize,
}

/// What the block being decided waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitsView {
    /// `proposal`, `prevotes` or `precommits`.
    pub step: String,
    /// Who proposes in this round.
    pub proposer: Code,
    /// The members whose votes of this round have not come.
    pub silent: Vec<Code>,
    /// In how many milliseconds the step ends, if it does by itself.
    pub ends_in_ms: Option<u64>,
}
