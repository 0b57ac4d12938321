//! Incidents, as a node tells of them.

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

/// An incident as a list tells it: without its text, which may be long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSummary {
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
    /// How many members say whom they hold to stand behind it.
    pub attributions: u64,
    /// The measures that answer it, the first ones of them.
    pub measures: Vec<u64>,
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
    /// The measures that answer it, the first ones of them.
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
    /// Who, in words; long ones are cut and end with `…`, and the record has all of them.
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
