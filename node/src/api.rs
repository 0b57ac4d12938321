//! What a node tells over its loopback HTTP interface: JSON, the same types at both ends.
//!
//! ```text
//! POST /v1/records             Submission -> Answer       waits until ordered, or says "not yet"
//! GET  /v1/status              Status
//! GET  /v1/measures            [Measure]
//! GET  /v1/measures/N          Measure
//! GET  /v1/records?from=&limit= Records                   leaves of the log as text
//! GET  /v1/checkpoint          CheckpointView             the newest sealed by all, as a signed note
//! GET  /v1/genesis             text/plain                 the genesis with the founders' signatures
//! ```

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

/// A record to be ordered: the whole signed note.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submission {
    /// The note.
    pub record: String,
    /// How long to wait for it to be ordered, in milliseconds; the node caps it.
    pub wait_ms: u64,
}

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// Its block is durable on the answering node.
    Ordered {
        /// The record's text hash.
        text_hash: Digest,
        /// The block's height.
        height: u64,
        /// The block's time.
        time: Time,
        /// The record's place in the log.
        leaf: u64,
    },
    /// It is valid and passed on, but NOT yet ordered: it counts for nothing so far.
    Pending {
        /// The record's text hash.
        text_hash: Digest,
    },
    /// It is not let in; nothing has changed.
    Refused {
        /// A stable name: `wrong-after`, `malformed`, `pending-full`.
        code: String,
        /// What is wrong.
        message: String,
        /// What to do next.
        advice: String,
    },
}

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
    /// Valid records that wait to be ordered.
    pub pending: Vec<PendingRecord>,
    /// The members in roster order.
    pub members: Vec<MemberStatus>,
    /// Open measures that lack this member's ballot.
    pub needs_me: Vec<u64>,
    /// Whether the node withholds its votes, having lost track of what it signed.
    pub observing: bool,
    /// What members did wrong, counted by kind; under `members` each one's own.
    pub faults: std::collections::BTreeMap<String, u64>,
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
    /// What it or its connection did wrong, counted by kind.
    #[serde(default)]
    pub faults: std::collections::BTreeMap<String, u64>,
}

/// A measure with its ballots.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measure {
    /// Its number.
    pub number: u64,
    /// Its revision.
    pub revision: u32,
    /// The hash of its text.
    pub text_hash: Digest,
    /// Its place in the log.
    pub leaf: u64,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its rule.
    pub rule: String,
    /// Its proposer.
    pub by: Code,
    /// When it was tabled.
    pub tabled: Time,
    /// When balloting opens, if not at once.
    pub opens: Option<Time>,
    /// When balloting ends.
    pub closes: Time,
    /// `open`, `blocked`, `adopted`, `not adopted`, `lapsed`, `withdrawn`.
    pub status: String,
    /// Why: what blocks it, or the decision's or lapse's reason.
    pub reason: Option<String>,
    /// When it ended.
    pub ended: Option<Time>,
    /// The leaf of its decision or lapse.
    pub outcome_leaf: Option<u64>,
    /// Whether every entitled member has sealed its decision.
    pub is_final: bool,
    /// The entitled members' ballots in roster order.
    pub ballots: Vec<BallotView>,
    /// Whose ballots are missing, in roster order.
    pub missing: Vec<Code>,
    /// The text that was tabled.
    pub text: String,
    /// The last statement of each party on this measure, pending ones included: what the next one
    /// must follow.
    pub last: std::collections::BTreeMap<Code, Digest>,
}

/// An entitled member's ballot, if it has one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotView {
    /// Whose.
    pub code: Code,
    /// Its name.
    pub name: String,
    /// What it says; none if it has not signed or has retracted.
    pub position: Option<nemcon_ledger::record::Position>,
    /// The time of its block.
    pub time: Option<Time>,
    /// Its place in the log.
    pub leaf: Option<u64>,
    /// Whether a valid ballot of this member waits to be ordered: not counted yet.
    pub pending: bool,
}

/// Leaves of the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Records {
    /// The first one's index.
    pub first: u64,
    /// The leaves.
    pub records: Vec<String>,
    /// The log's size.
    pub size: u64,
}

/// The newest tree head that every member has sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckpointView {
    /// Its size; 0 if there is none yet.
    pub size: u64,
    /// The block at whose end it stands.
    pub height: u64,
    /// The signed note, with this node's log signature and all seals; none before the first.
    pub note: Option<String>,
}
