//! What a node reports to its operator: faults, its clock, and what a block waits for.

use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// A condition that the operator should know of; `docs/operating.md` lists all conditions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConditionView {
    /// The condition's stable name, such as `clock-off`.
    pub name: String,
    /// The code of the member that the condition is about: this node's own or another one.
    #[schema(value_type = schema::Code)]
    pub about: Code,
    /// The time since which the condition holds, by this node's clock.
    #[schema(value_type = schema::Time)]
    pub since: Time,
    /// What the condition is, and what follows from it.
    pub means: String,
    /// What the operator can do next.
    pub advice: String,
}

/// This node's clock compared with those of the other members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockView {
    /// The lead of this node's clock over the median clock of the connected members, in
    /// milliseconds; negative if it is behind.
    pub ahead_ms: i64,
    /// The number of members' clocks of which the median is taken.
    pub heard: usize,
}

/// The open files of a process: how many it may have, and how many a node needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesView {
    /// The limit.
    pub limit: u64,
    /// The number without which a node does not start.
    pub needed: u64,
    /// The number with which the node lets in as many connections as it can use.
    pub wanted: u64,
}

/// What the block being decided waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AwaitsView {
    /// The step that consensus is in: `proposal`, `prevotes` or `precommits`.
    pub step: String,
    /// The code of the member that proposes in this round.
    #[schema(value_type = schema::Code)]
    pub proposer: Code,
    /// The codes of the members whose votes of this round have not arrived.
    #[schema(value_type = Vec<schema::Code>)]
    pub silent: Vec<Code>,
    /// The milliseconds until the step times out; `None` if it has no timeout.
    pub ends_in_ms: Option<u64>,
}
