//! What a node tells over its loopback HTTP interface: JSON, the same types at both ends.
//!
//! ```text
//! POST /v1/records             Submission -> Answer       waits until ordered, or says "not yet"
//! POST /v1/foresight           Texts -> Foresight         what would follow, were they signed
//! POST /v1/rejoin              -> RejoinAnswer            the node votes again, or says why not
//! GET  /v1/status              Status
//! GET  /v1/measures            Page of MeasureSummary     ?from= &limit= &state= &text= &party=
//! GET  /v1/measures/N          Measure
//! GET  /v1/incidents           Page of IncidentSummary    ?from= &limit= &text=
//! GET  /v1/incidents/N         Incident
//! GET  /v1/records             Records                    ?from= &limit= or ?text=: leaves as text
//! GET  /v1/seats               seats::Seats               the members with their keys
//! GET  /v1/checkpoint          CheckpointView             the newest sealed by all, as a signed note
//! GET  /v1/genesis             text/plain                 the genesis with the founders' signatures
//! ```

mod incident;
mod measure;
mod node;
mod operator;
mod standing;

use nemcon_crypto::Digest;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

pub use incident::{AttributionView, Incident, IncidentSummary};
pub use measure::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, MandateView, Measure,
    MeasureSummary, PackageView, PartyView, PastView, ReservationView,
};
pub use node::{MemberStatus, PendingRecord, Status};
pub use operator::{AwaitsView, ClockView, ConditionView};
pub use standing::{MeasureStatus, force_in_words};

/// How long a node that is to vote again waits for the answers of its peers, in milliseconds; a
/// client waits as long, and then for the answer itself.
pub const REJOIN_MS: u64 = 10_000;

/// One page of a list: as much as one answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// What is on it, in the order of numbers.
    pub items: Vec<T>,
    /// From where the next page goes on; none if this is the last one.
    pub next: Option<u64>,
}

/// For how many days what has ended is told as recent.
pub const RECENT_DAYS: u64 = 14;

/// Which measures are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    /// Those that are open, blocked ones too.
    Open,
    /// Those that have ended.
    Ended,
    /// Those on which balloting has ended within the last [`RECENT_DAYS`] days.
    Recent,
    /// Those that are in force, and not for longer than the days in which the charter reminds of it.
    Expiring,
}

impl Life {
    /// Its written form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Recent => "recent",
            Self::Expiring => "expiring",
        }
    }
}

/// A record to be ordered: the whole signed note.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Submission {
    /// The note.
    pub record: String,
    /// How long to wait for it to be ordered, in milliseconds; the node caps it.
    #[serde(default)]
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

/// Leaves of the log: as many as one answer holds.
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
    /// The signed note, with all seals, and this node's log signature where its party had a seat then;
    /// none before the first.
    pub note: Option<String>,
}
