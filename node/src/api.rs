//! What a node tells over its loopback HTTP interface: JSON, the same types at both ends.
//!
//! ```text
//! POST /v1/records             Submission -> Answer       waits until ordered, or says "not yet"
//! POST /v1/foresight           Texts -> Foresight         what would follow, were they signed
//! POST /v1/rejoin              -> RejoinAnswer            the node votes again, or says why not
//! GET  /v1/status              Status
//! GET  /v1/measures            [Measure]
//! GET  /v1/measures/N          Measure
//! GET  /v1/incidents           [Incident]
//! GET  /v1/incidents/N         Incident
//! GET  /v1/records?from=&limit= Records                   leaves of the log as text
//! GET  /v1/seats               seats::Seats               the members with their keys
//! GET  /v1/checkpoint          CheckpointView             the newest sealed by all, as a signed note
//! GET  /v1/genesis             text/plain                 the genesis with the founders' signatures
//! ```

mod operator;

use nemcon_crypto::Digest;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

pub use operator::{AwaitsView, ClockView, ConditionView};

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
        /// The rule that is broken; for what the council's law refuses.
        #[serde(default)]
        rule: Option<String>,
        /// Its matter: a section of `docs/law.md`, and the key of the charter's source for it.
        #[serde(default)]
        topic: Option<String>,
        /// What to do next.
        advice: String,
    },
}

/// Texts of statements that nobody has signed, in the order in which they would be said.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Texts {
    /// The texts.
    pub texts: Vec<String>,
}

/// What would follow from statements, were they signed and ordered now, behind what waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "foresight", rename_all = "kebab-case")]
pub enum Foresight {
    /// All of them would be let in.
    Follows {
        /// What would follow, by the council's law run on a copy of the council.
        consequences: Vec<Consequence>,
    },
    /// One of them would not be let in.
    Refused {
        /// Which, from 0.
        at: usize,
        /// As its submission would be answered.
        answer: Answer,
    },
}

/// What became of the wish that a node that observes votes again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum RejoinAnswer {
    /// It has taken over what all others saw it sign, and votes.
    Rejoined {
        /// At this height.
        height: u64,
        /// Restarted before this height, it would observe again.
        votes_from: u64,
        /// What was taken over, and from whom.
        seen: Vec<SeenBy>,
    },
    /// Nothing has changed.
    Refused {
        /// A stable name: `not-connected`, `votes-already`.
        code: String,
        /// What is wrong, and who is missing.
        message: String,
        /// What to do next.
        advice: String,
    },
}

/// What another member's node remembers of this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenBy {
    /// Whose node.
    pub code: Code,
    /// How many votes and proposals of the height under way, or later ones, it saw.
    pub messages: usize,
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
    /// Participants for which nothing is said until all appoint who speaks for them.
    #[serde(default)]
    pub frozen_participants: Vec<Code>,
    /// Open measures that lack this member's ballot.
    pub needs_me: Vec<u64>,
    /// Whether the roster does not name this node's member with a key that it holds: it follows what
    /// the others decide, and neither votes nor seals.
    #[serde(default)]
    pub following: bool,
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
    /// What has become of it since it was adopted: `in force`, `expired at ...`.
    #[serde(default)]
    pub force: Option<String>,
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
    /// How many members the council had when it was tabled: fractions are taken of them.
    pub members: u64,
    /// What they weighed together.
    pub total_weight: u64,
    /// Who has no ballot, and why.
    #[serde(default)]
    pub excluded: Vec<ExcludedView>,
    /// Mandates that stand, by whose ballot they are about.
    #[serde(default)]
    pub mandates: Vec<MandateView>,
    /// Reservations that stand.
    #[serde(default)]
    pub reservations: Vec<ReservationView>,
    /// What participants attest.
    #[serde(default)]
    pub attestations: Vec<AttestationView>,
    /// The package that it is adopted in.
    #[serde(default)]
    pub package: Option<PackageView>,
    /// The texts before this one, with what was signed on them; all of that is void.
    #[serde(default)]
    pub former: Vec<FormerView>,
    /// Fields that the charter asks for and that the text does not state.
    #[serde(default)]
    pub unstated: Vec<String>,
    /// Where the rule comes from, as the charter says.
    #[serde(default)]
    pub source: Option<String>,
    /// The text: a measure's, or a revision's from the second on.
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
    /// Its weight when the measure was tabled.
    pub weight: u64,
    /// What it says; none if it has not signed or has retracted.
    pub position: Option<nemcon_ledger::record::Position>,
    /// Who signed it under a mandate, if not the member itself.
    #[serde(default)]
    pub cast_by: Option<Code>,
    /// Whether a standing instruction signed it.
    #[serde(default)]
    pub tacit: bool,
    /// The time of its block.
    pub time: Option<Time>,
    /// Its place in the log.
    pub leaf: Option<u64>,
    /// Whether a valid ballot of this member waits to be ordered: not counted yet.
    pub pending: bool,
}

/// A member without a ballot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExcludedView {
    /// Who.
    pub code: Code,
    /// Why.
    pub why: String,
}

/// A mandate that stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MandateView {
    /// Whose ballot.
    pub code: Code,
    /// Who may cast it.
    pub holder: Code,
    /// The hash of the mandate's text, which the ballot names.
    pub text_hash: Digest,
    /// Its place in the log.
    pub leaf: u64,
    /// Whether its holder has cast a ballot by it.
    pub used: bool,
}

/// A reservation that stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReservationView {
    /// Whose.
    pub code: Code,
    /// Its sort.
    pub sort: String,
    /// Its text.
    pub reason: Option<String>,
    /// The commitment to its text.
    pub digest: Option<Digest>,
    /// The time of its block.
    pub time: Time,
    /// Its place in the log.
    pub leaf: u64,
}

/// What a participant attests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttestationView {
    /// Who.
    pub code: Code,
    /// What.
    pub attests: String,
    /// Where it can be found.
    pub reference: Option<String>,
    /// The time of its block.
    pub time: Time,
    /// Its place in the log.
    pub leaf: u64,
}

/// Measures that are adopted together or not at all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PackageView {
    /// The hash of its text, which ballots repeat.
    pub text_hash: Digest,
    /// Its text.
    pub text: String,
    /// The numbers of its measures.
    pub measures: Vec<u64>,
}

/// A text that a revision has replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FormerView {
    /// Its revision.
    pub revision: u32,
    /// Its hash.
    pub text_hash: Digest,
    /// Its place in the log, where its text is.
    pub leaf: u64,
    /// When it was replaced.
    pub replaced: Time,
    /// Who had signed what on it.
    pub signed: std::collections::BTreeMap<Code, nemcon_ledger::record::Position>,
}

/// An incident with what members say of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// Its number.
    pub number: u64,
    /// The hash of its text.
    pub text_hash: Digest,
    /// Its place in the log.
    pub leaf: u64,
    /// Its title.
    pub title: String,
    /// Who reported it.
    pub by: Code,
    /// When.
    pub reported: Time,
    /// Its text.
    pub text: String,
    /// Attributions as they stand, by member.
    pub attributions: Vec<AttributionView>,
    /// The measures that answer it.
    pub measures: Vec<u64>,
    /// The last statement of each member on this incident, pending ones included.
    pub last: std::collections::BTreeMap<Code, Digest>,
}

/// A member's attribution as it stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttributionView {
    /// Whose.
    pub code: Code,
    /// `none`, `actor`, `group`, `state`, or what the charter says.
    pub finding: String,
    /// Who, in words.
    pub who: Option<String>,
    /// The commitment to who.
    pub digest: Option<Digest>,
    /// How confident the member is.
    pub confidence: String,
    /// `alone` or `joint`.
    pub manner: String,
    /// Whether the member makes it public.
    pub public: bool,
    /// The time of its block.
    pub time: Time,
    /// Its place in the log.
    pub leaf: u64,
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
