//! What was said on a measure, as a node reports it.

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema;
use super::standing::{PastCause, PastKind};

/// An entitled member and its ballot, if it has one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BallotView {
    /// The member's code.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The member's name.
    pub name: String,
    /// The member's weight when the measure was tabled.
    pub weight: u64,
    /// The ballot's position; `None` if the member has not signed one or has retracted it.
    #[schema(value_type = Option<schema::Position>)]
    pub position: Option<nemcon_ledger::record::Position>,
    /// The code of the member that signed the ballot under a mandate.
    #[serde(default)]
    #[schema(value_type = Option<schema::Code>)]
    pub cast_by: Option<Code>,
    /// Whether the ballot was signed by a standing instruction.
    #[serde(default)]
    pub tacit: bool,
    /// The digest of the formal declaration that goes with a qualified abstention.
    #[serde(default)]
    #[schema(value_type = Option<schema::Digest>)]
    pub declaration: Option<Digest>,
    /// The time of the block that ordered the ballot.
    #[schema(value_type = Option<schema::Time>)]
    pub time: Option<Time>,
    /// The leaf index of the ballot in the log.
    pub leaf: Option<u64>,
    /// Whether a valid ballot of the member is pending: not yet ordered, and not counted.
    pub pending: bool,
}

/// A member that is not entitled to a ballot on the measure.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ExcludedView {
    /// The member's code.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The reason why the member is not entitled.
    pub why: String,
}

/// A mandate in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MandateView {
    /// The code of the member that gave the mandate.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The code of the member that may cast the ballot.
    #[schema(value_type = schema::Code)]
    pub holder: Code,
    /// The hash of the mandate's text, which the ballot names.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index of the mandate in the log.
    pub leaf: u64,
    /// Whether the holder has cast a ballot under the mandate.
    pub used: bool,
}

/// A reservation that has not been lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReservationView {
    /// The code of the member that placed the reservation.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The reservation's sort, in a word of the charter.
    pub sort: String,
    /// The reservation's text. A long text is cut and ends with `…`; the record has all of it.
    pub reason: Option<String>,
    /// The commitment to the reservation's text, if the text stays off the ledger.
    #[schema(value_type = Option<schema::Digest>)]
    pub digest: Option<Digest>,
    /// The time of the block that ordered the reservation.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The leaf index of the reservation in the log.
    pub leaf: u64,
}

/// A participant's attestation about the measure.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttestationView {
    /// The code of the participant that attests.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The attested word, one of the charter's.
    pub attests: String,
    /// The place where the attested document can be found. A long one is cut and ends with `…`.
    pub reference: Option<String>,
    /// The time of the block that ordered the attestation.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The leaf index of the attestation in the log.
    pub leaf: u64,
}

/// A package: measures that are adopted together or not at all.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PackageView {
    /// The hash of the package's text, which ballots repeat.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The package's text.
    pub text: String,
    /// The numbers of the measures in the package.
    pub measures: Vec<u64>,
}

/// A ballot, a mandate or a reservation that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PastView {
    /// The code of the member whose ballot, mandate or reservation it was.
    #[schema(value_type = schema::Code)]
    pub code: Code,
    /// The sort of what has ended.
    pub was: PastKind,
    /// The ballot's position, the mandate's holder, or the reservation's sort.
    pub said: String,
    /// The code of the member that had signed the ballot under a mandate.
    #[schema(value_type = Option<schema::Code>)]
    pub by: Option<Code>,
    /// The leaf index in the log of what has ended.
    pub leaf: u64,
    /// The time of the block that ended it.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The cause of the end.
    pub ended: PastCause,
    /// For the cause `ballot`: the leaf index of the member's later ballot.
    pub ended_leaf: Option<u64>,
    /// For the causes `freeze` and `departure`: the code of the member that was frozen or has left.
    #[schema(value_type = Option<schema::Code>)]
    pub ended_code: Option<Code>,
    /// For the cause `revision`: the revision of the text that replaced the former one.
    pub ended_revision: Option<u32>,
}

/// An extension of the deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExtensionView {
    /// The code of the party that extended the deadline.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The leaf index of the extension in the log.
    pub leaf: u64,
    /// The time of the block that ordered the extension.
    #[schema(value_type = schema::Time)]
    pub time: Time,
    /// The deadline before the extension.
    #[schema(value_type = schema::Time)]
    pub from: Time,
    /// The deadline after the extension.
    #[schema(value_type = schema::Time)]
    pub to: Time,
}

/// A text that a revision has replaced.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FormerView {
    /// The revision of the former text.
    pub revision: u32,
    /// The hash of the former text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index in the log of the record that holds the former text.
    pub leaf: u64,
    /// The time of the block in which the text was replaced.
    #[schema(value_type = schema::Time)]
    pub replaced: Time,
    /// The ballots on the former text, by member.
    #[schema(value_type = std::collections::BTreeMap<schema::Code, schema::Position>)]
    pub signed: std::collections::BTreeMap<Code, nemcon_ledger::record::Position>,
    /// The ballots among them that were signed under a mandate: from the member to the mandate's holder.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<schema::Code, schema::Code>)]
    pub cast_by: std::collections::BTreeMap<Code, Code>,
}
