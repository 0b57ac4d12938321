//! The node, as it tells of itself.

use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

use super::operator::{AwaitsView, ClockView, ConditionView};

/// The node and its council.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// The council digest.
    pub council: Digest,
    /// The council's name.
    pub name: String,
    /// Whose node this is.
    pub member: Code,
    /// The node's clock.
    pub now: Time,
    /// The last block.
    pub height: u64,
    /// The last block's time; none before block 1.
    pub block_time: Option<Time>,
    /// The log's size.
    pub size: u64,
    /// The log's root.
    pub root: Digest,
    /// The newest size that every member has sealed.
    pub sealed_size: u64,
    /// Its height.
    pub sealed_height: u64,
    /// The round, while a block is being decided.
    pub round: Option<u32>,
    /// Valid records that wait to be ordered, the first ones of them.
    pub pending: Vec<PendingRecord>,
    /// How many wait.
    pub pending_count: u64,
    /// The members in roster order.
    pub members: Vec<MemberStatus>,
    /// Participants for which nothing is said until all appoint who speaks for them.
    #[serde(default)]
    pub frozen_participants: Vec<Code>,
    /// Open measures that lack this member's ballot; none while it is frozen.
    pub needs_me: Vec<u64>,
    /// Whether the roster does not name this node's member with a key that it holds: it follows what
    /// the others decide, and neither votes nor seals.
    #[serde(default)]
    pub following: bool,
    /// The node and seal keys that the node holds, their public halves; it uses those that the roster
    /// names.
    #[serde(default)]
    pub holds: Vec<PublicKey>,
    /// Whether the node withholds its votes, having lost track of what it signed.
    pub observing: bool,
    /// What members did wrong, counted by kind; under `members` each one's own.
    pub faults: std::collections::BTreeMap<String, u64>,
    /// Connections that the mesh refused, counted by reason: mostly strangers.
    #[serde(default)]
    pub refused: std::collections::BTreeMap<String, u64>,
    /// What is wrong with this node, or with what it sees of others, the most urgent first.
    #[serde(default)]
    pub conditions: Vec<ConditionView>,
    /// Its clock beside the others'; none while no other one is heard.
    #[serde(default)]
    pub clock: Option<ClockView>,
    /// What the block being decided waits for.
    #[serde(default)]
    pub awaits: Option<AwaitsView>,
}

/// A record that waits to be ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingRecord {
    /// Its text hash.
    pub text_hash: Digest,
    /// Its kind.
    pub kind: String,
    /// Who signs it.
    pub by: Code,
    /// The measure that it is about.
    pub measure: Option<u64>,
}

/// A member as this node sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberStatus {
    /// Its code.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// Whether its node is connected to this one; true for the node itself.
    pub connected: bool,
    /// The height up to which this node holds its seals without a gap.
    pub sealed_height: u64,
    /// Whether it is frozen: nothing is said for it until its recovery key ends that.
    #[serde(default)]
    pub frozen: bool,
    /// What it or its connection did wrong, counted by kind.
    #[serde(default)]
    pub faults: std::collections::BTreeMap<String, u64>,
}
