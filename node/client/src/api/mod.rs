//! The types of a node's HTTP interface: JSON, the same types in the node and in the client.
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
//! GET  /v1/measures/N/records  Page of FiledRecord        ?from= &limit=: all that is about it
//! GET  /v1/parties/C/records   Page of FiledRecord        ?from= &limit=: all that it has signed
//! GET  /v1/seats               seats::Seats               the members with their keys
//! GET  /v1/checkpoint          CheckpointView             the newest sealed by all, as a signed note
//! GET  /v1/genesis             text/plain                 the genesis with the founders' signatures
//! GET  /v1/events              text/event-stream          what changes: each event an Event
//! GET  /v1/openapi.json        OpenAPI 3.1                this interface, for programs
//! ```

mod event;
mod incident;
mod measure;
mod node;
mod operator;
mod problem;
mod remark;
mod said;
pub mod schema;
mod standing;

use nemcon_crypto::Digest;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use event::{Event, EventKind, EventPlace, EventPlaceError};
pub use incident::{AttributionView, Incident, IncidentSummary};
pub use measure::{Measure, MeasureSummary, PartyView, PredecessorView, PublicationView};
pub use node::{FolderView, MemberStatus, PendingRecord, Status};
pub use operator::{AwaitsView, ClockView, ConditionView, FilesView};
pub use problem::{PROBLEM_JSON, Problem, ProblemKind};
pub use remark::RemarkView;
pub use said::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, MandateView, PackageView,
    PastView, ReservationView,
};
pub use standing::{MeasureStatus, PastCause, PastKind, force_in_words};

/// How long a node that is to vote again waits for its peers' answers, in milliseconds. A client
/// waits that long and then for the node's own answer.
pub const REJOIN_MS: u64 = 10_000;

/// One page of a list, with as much as one answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items on this page, in the order of their numbers.
    pub items: Vec<T>,
    /// The number to ask for as `from` to get the next page; `None` on the last page.
    pub next: Option<u64>,
}

/// The number of days for which a measure that has ended is listed as recent.
pub const RECENT_DAYS: u64 = 14;

/// Which measures a list is to hold, by their state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Life {
    /// The open measures, blocked ones included.
    Open,
    /// The measures that have ended.
    Ended,
    /// The measures on which balloting has ended within the last [`RECENT_DAYS`] days.
    Recent,
    /// The measures in force that expire within the number of days in which the charter reminds of it.
    Expiring,
    /// The open measures, and the adopted ones that enter into force, are reviewed or end at a time
    /// to come.
    Ahead,
}

impl Life {
    /// The written form, as in the query `state=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Ended => "ended",
            Self::Recent => "recent",
            Self::Expiring => "expiring",
            Self::Ahead => "ahead",
        }
    }
}

/// A record that a client submits to be ordered: the whole signed note.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Submission {
    /// The text of the signed note.
    pub record: String,
    /// How long the node is to wait for the record to be ordered, in milliseconds. The node caps it.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_u64)]
    pub wait_ms: u64,
}

/// The greatest number in a request: 2^53 - 1, up to which JSON means the same to every program [RFC 8259 6].
pub const REQUEST_NUMBER_MAX: u64 = 9_007_199_254_740_991;

/// Reads a whole number, which some programs write with a fraction of zero: `10000.0`.
fn whole<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let text = serde_json::Number::deserialize(from)?.to_string();
    let number = text.strip_suffix(".0").unwrap_or(&text).parse().ok();
    let fits = number.filter(|number| *number <= REQUEST_NUMBER_MAX);
    fits.ok_or_else(|| serde::de::Error::custom("wants a whole number from 0 to 2^53 - 1"))
}

/// The node's answer to a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// The record is ordered, and its block is durable on the answering node.
    Ordered {
        /// The hash of the record's text.
        #[schema(value_type = schema::Digest)]
        text_hash: Digest,
        /// The height of the block.
        height: u64,
        /// The time of the block.
        #[schema(value_type = schema::Time)]
        time: Time,
        /// The leaf index of the record in the log.
        leaf: u64,
    },
    /// The record is valid and the node gossips it, but it is NOT ordered: so far it counts for nothing.
    Pending {
        /// The hash of the record's text.
        #[schema(value_type = schema::Digest)]
        text_hash: Digest,
    },
    /// The record is refused. Nothing has changed.
    Refused {
        /// A stable name of the refusal: `wrong-after`, `malformed`, `pending-full`.
        code: String,
        /// What is wrong with the record.
        message: String,
        /// The broken rule, if the council's law refuses the record.
        #[serde(default)]
        rule: Option<String>,
        /// The rule's topic: a section of `docs/law.md`, and the key of the charter's source for it.
        #[serde(default)]
        topic: Option<String>,
        /// What the submitter can do next.
        advice: String,
    },
}

/// The texts of statements that nobody has signed yet, in the order in which they would be ordered.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Texts {
    /// The statements' texts.
    #[schema(max_items = 17)]
    pub texts: Vec<String>,
}

/// What would follow if statements were signed now and ordered after the pending records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "foresight", rename_all = "kebab-case")]
pub enum Foresight {
    /// All statements would be accepted.
    Follows {
        /// What would follow, found by running the council's law on a copy of the council.
        #[schema(value_type = Vec<schema::Consequence>)]
        consequences: Vec<Consequence>,
    },
    /// One of the statements would be refused.
    Refused {
        /// The index of the refused statement, from 0.
        at: usize,
        /// The answer that a submission of the statement would get.
        answer: Answer,
    },
}

/// The node's answer to a request to vote again, which a node gets while it observes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum RejoinAnswer {
    /// The node votes: it has taken over what the nodes of all other members saw it sign.
    Rejoined {
        /// The height from which the node votes now.
        height: u64,
        /// The height below which the node would observe again if it restarted.
        votes_from: u64,
        /// What was taken over, by the member whose node saw it.
        seen: Vec<SeenBy>,
    },
    /// The node does not vote. Nothing has changed.
    Refused {
        /// A stable name of the refusal: `not-connected`, `votes-already`.
        code: String,
        /// What is wrong, and which members are missing.
        message: String,
        /// What the operator can do next.
        advice: String,
    },
}

/// What another member's node saw this node sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SeenBy {
    /// The code of that other member.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The number of votes and proposals that it saw, of the current height and later ones.
    pub messages: usize,
}

/// Leaves of the log, as many as one answer holds.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Records {
    /// The leaf index of the first record.
    pub first: u64,
    /// The records as text, in the order of the log.
    pub records: Vec<String>,
    /// The number of leaves in the log.
    pub size: u64,
}

/// A leaf of the log with its place, on a list of those of one measure or party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FiledRecord {
    /// The leaf index.
    pub leaf: u64,
    /// The record as text.
    pub record: String,
}

/// The newest tree head that every member has sealed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CheckpointView {
    /// The size of the tree head; 0 if there is none yet.
    pub size: u64,
    /// The height of the block that ends at this size.
    pub height: u64,
    /// The tree head as a signed note with all seals, and with this node's log signature if its
    /// member had a seat then; `None` before the first.
    pub note: Option<String>,
}
