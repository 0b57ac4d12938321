//! Incidents, as a node reports them.

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;

/// An incident in a list: without its text, which may be long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IncidentSummary {
    /// The incident's number.
    pub number: u64,
    /// The hash of the incident's text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index of the incident in the log.
    pub leaf: u64,
    /// The incident's title.
    pub title: String,
    /// The code of the party that reported the incident.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The time of the block that ordered the incident.
    #[schema(value_type = schema::Time)]
    pub reported: Time,
    /// The number of members that have attributed the incident.
    pub attributions: u64,
    /// The numbers of the measures that answer the incident; only the first ones if there are many.
    pub measures: Vec<u64>,
}

/// An incident with the members' attributions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Incident {
    /// The incident's number.
    pub number: u64,
    /// The hash of the incident's text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index of the incident in the log.
    pub leaf: u64,
    /// The incident's title.
    pub title: String,
    /// The code of the party that reported the incident.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The time of the block that ordered the incident.
    #[schema(value_type = schema::Time)]
    pub reported: Time,
    /// The incident's text.
    pub text: String,
    /// The current attributions, one a member.
    pub attributions: Vec<AttributionView>,
    /// The numbers of the measures that answer the incident; only the first ones if there are many.
    pub measures: Vec<u64>,
    /// The leaf hash of each member's last statement on the incident, pending statements included.
    #[schema(value_type = std::collections::BTreeMap<schema::Code, schema::Digest>)]
    pub last: std::collections::BTreeMap<Code, Digest>,
}

/// A member's current attribution of an incident.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttributionView {
    /// The code of the member that attributes.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The finding: `none`, `actor`, `group`, `state`, or another word of the charter.
    pub finding: String,
    /// The name of the attributed actor. A long name is cut and ends with `…`; the record has all of it.
    pub who: Option<String>,
    /// The commitment to the attributed actor's name, if the name stays off the ledger.
    #[schema(value_type = Option<schema::Digest>)]
    pub digest: Option<Digest>,
    /// The member's confidence, in a word of the charter.
    pub confidence: String,
    /// `alone` or `joint`: whether the member attributes by itself or together with others.
    pub manner: String,
    /// Whether the member makes the attribution public.
    pub public: bool,
    /// The time of the block that ordered the attribution.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The leaf index of the attribution in the log.
    pub leaf: u64,
}
