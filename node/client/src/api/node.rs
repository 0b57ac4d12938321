//! The state of a node, as the node reports it.

use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

use super::operator::{AwaitsView, ClockView, ConditionView, FilesView};

/// The state of the node and of its council.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The council digest.
    #[schema(value_type = schema::Digest)]
    pub council: Digest,
    /// The council's name.
    pub name: String,
    /// The code of the member whose node this is.
    #[schema(value_type = schema::Code)]
    pub member: Code,
    /// The time by the node's clock.
    #[schema(value_type = schema::Time)]
    pub now: Time,
    /// The height of the last block.
    pub height: u64,
    /// The time of the last block; `None` before block 1.
    #[schema(value_type = Option<schema::Time>)]
    pub block_time: Option<Time>,
    /// The number of leaves in the log.
    pub size: u64,
    /// The root of the log's tree.
    #[schema(value_type = schema::Digest)]
    pub root: Digest,
    /// The newest size that every member has sealed.
    pub sealed_size: u64,
    /// The height of the block that ends at that size.
    pub sealed_height: u64,
    /// The consensus round, while a block is being decided.
    pub round: Option<u32>,
    /// The valid records that wait to be ordered; only the first ones if there are many.
    pub pending: Vec<PendingRecord>,
    /// The number of valid records that wait to be ordered.
    pub pending_count: u64,
    /// The members in roster order.
    pub members: Vec<MemberStatus>,
    /// The codes of the frozen participants. The node accepts no statement of theirs until all
    /// members appoint new officers for them.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Code>)]
    pub frozen_participants: Vec<Code>,
    /// The numbers of the open measures that lack this member's ballot; empty while the member is frozen.
    pub needs_me: Vec<u64>,
    /// Whether the node only follows: the roster does not name its member with keys that the node
    /// holds, so the node takes over blocks and neither votes nor seals.
    #[serde(default)]
    pub following: bool,
    /// The public halves of the node and seal keys that the node holds. It uses those that
    /// the roster names.
    #[serde(default)]
    #[schema(value_type = Vec<schema::PublicKey>)]
    pub holds: Vec<PublicKey>,
    /// Whether the node observes: it has lost track of what it signed and withholds its votes.
    pub observing: bool,
    /// The faults of all members together, counted by kind; `members` has each member's own.
    pub faults: std::collections::BTreeMap<String, u64>,
    /// The connections that the mesh refused, counted by reason. Most come from strangers.
    #[serde(default)]
    pub refused: std::collections::BTreeMap<String, u64>,
    /// What is wrong with this node or with what it sees of others, most urgent first.
    #[serde(default)]
    pub conditions: Vec<ConditionView>,
    /// The node's clock compared with the other members'; `None` while no other node is connected.
    #[serde(default)]
    pub clock: Option<ClockView>,
    /// What the block being decided waits for.
    #[serde(default)]
    pub awaits: Option<AwaitsView>,
    /// How many files the node's process may have open, and how many it needs.
    #[serde(default)]
    pub files: Option<FilesView>,
    /// The ledger folder that was read, if no node answers: then nothing is said about connections, conditions and
    /// the clock, and nothing waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<FolderView>,
}

/// A ledger folder that was read without its node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FolderView {
    /// The path of the folder.
    pub path: String,
    /// Why what is told ends before the journal does; `None` if all of the journal was read.
    pub ends: Option<String>,
}

/// A record that waits to be ordered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PendingRecord {
    /// The hash of the record's text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The record's kind.
    pub kind: String,
    /// The code of the party that signed the record.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The number of the measure that the record is about.
    pub measure: Option<u64>,
}

/// A member as this node sees it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberStatus {
    /// The member's code.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The member's name.
    pub name: String,
    /// Whether the member's node is connected to this one; true for this node itself.
    pub connected: bool,
    /// The height up to which this node has the member's seals without a gap.
    pub sealed_height: u64,
    /// The height that the member's node has told since it connected, if it has.
    #[serde(default)]
    pub height: Option<u64>,
    /// The time since which the member's node is connected, by this node's clock; `None` for this node itself.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub since: Option<Time>,
    /// Whether the member is frozen: its statements are refused until its recovery key ends the freeze.
    #[serde(default)]
    pub frozen: bool,
    /// The faults of the member and of its connection, counted by kind.
    #[serde(default)]
    pub faults: std::collections::BTreeMap<String, u64>,
}
