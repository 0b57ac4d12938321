//! Measures, as a node reports them.

use nemcon_crypto::Digest;
use nemcon_ledger::council::{Force, Publicity};
use nemcon_ledger::record::charter::Difference;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::said::{
    AttestationView, BallotView, ExcludedView, ExtensionView, FormerView, MandateView, PackageView,
    PastView, ReservationView,
};
use super::schema;

use super::remark::RemarkView;
use super::standing::{MeasureStatus, force_from_words, force_in_words};

/// A measure in a list: without its text, which may be long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeasureSummary {
    /// The measure's number.
    pub number: u64,
    /// The revision of the current text; the first text is revision 1.
    pub revision: u32,
    /// The hash of the current text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index of the current text in the log.
    pub leaf: u64,
    /// The measure's title.
    pub title: String,
    /// The measure's kind, in a word of the charter.
    pub kind: String,
    /// The rule by which the measure is decided.
    pub rule: String,
    /// The code of the party that proposed the measure.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The time at which the measure was tabled.
    #[schema(value_type = schema::Time)]
    pub tabled: Time,
    /// The time at which balloting opens, if not at once.
    #[schema(value_type = Option<schema::Time>)]
    pub opens: Option<Time>,
    /// The time at which balloting ends.
    #[schema(value_type = schema::Time)]
    pub closes: Time,
    /// `open`, `blocked`, `adopted`, `not adopted`, `lapsed` or `withdrawn`.
    pub status: MeasureStatus,
    /// The reason for the status: what blocks the measure, or the reason in its decision or lapse.
    pub reason: Option<String>,
    /// Whether an adopted measure is in force: `in force`, `expired at ...`.
    #[serde(default, serialize_with = "force_in_words", deserialize_with = "force_from_words")]
    #[schema(value_type = Option<String>)]
    pub force: Option<Force>,
    /// The time at which the measure ended.
    #[schema(value_type = Option<schema::Time>)]
    pub ended: Option<Time>,
    /// The leaf index of the measure's decision or lapse.
    pub outcome_leaf: Option<u64>,
    /// Whether every entitled member has sealed the decision.
    pub is_final: bool,
    /// The number of members that are entitled to a ballot.
    pub entitled: u64,
    /// The codes of the entitled members without a ballot, in roster order.
    #[schema(value_type = Vec<schema::Code>)]
    pub missing: Vec<Code>,
    /// The numbers of the measures in the package, the measure's own included; empty without a package.
    pub package: Vec<u64>,
    /// The time at which what was decided enters into force, if not when it is adopted.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub enters: Option<Time>,
    /// The time at which what was decided is reviewed.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub reviews: Option<Time>,
    /// The time at which what was decided ends.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub expires: Option<Time>,
    /// The measure that this one renews, amends or repeals.
    #[serde(default)]
    pub predecessor: Option<PredecessorView>,
    /// Who may see it, if the charter says what is public.
    #[serde(default)]
    pub publication: Option<PublicationView>,
    /// The position of the party that the request named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyView>,
}

/// What another measure becomes by a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PredecessorView {
    /// `renews`, `amends` or `repeals`.
    pub relation: String,
    /// The number of the other measure.
    pub number: u64,
}

/// What one party has done on a measure and may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PartyView {
    /// The party's ballot; `None` if it has not signed one or has retracted it.
    #[schema(value_type = Option<schema::Position>)]
    pub position: Option<nemcon_ledger::record::Position>,
    /// The mandates that the party holds, and the one that it has given.
    pub mandates: Vec<MandateView>,
    /// The party's reservations.
    pub reservations: Vec<ReservationView>,
    /// The code of the member that signed the party's ballot under its mandate.
    #[serde(default)]
    #[schema(value_type = Option<schema::Code>)]
    pub cast_by: Option<Code>,
    /// The last earlier revision on which the party had a ballot.
    pub signed_before: Option<u32>,
    /// The code of the member that had signed that earlier ballot under a mandate.
    #[serde(default)]
    #[schema(value_type = Option<schema::Code>)]
    pub signed_before_by: Option<Code>,
    /// The time of the block that ordered the party's ballot.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub signed: Option<Time>,
    /// The party's ballots, mandates and reservations that have ended since its current ballot, or
    /// ever if it has none. Only the newest are listed, in the order in which they ended.
    #[serde(default)]
    pub past: Vec<PastView>,
    /// The last extension of the deadline, if it came after the party's ballot.
    #[serde(default)]
    pub extension: Option<ExtensionView>,
    /// The acts beside a ballot that are open to the party: `revise`, `extend`, `close`, `withdraw`.
    #[serde(default)]
    pub may: Vec<String>,
    /// The words that the party may attest and has not attested yet.
    #[serde(default)]
    pub unattested: Vec<String>,
}

/// Who may see a measure, under a charter that says what is public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicationView {
    /// How what only members see is marked.
    pub marking: String,
    /// Who may see the measure's text, that it was decided, what is attested of it, and remarks that their
    /// parties make public.
    #[schema(value_type = schema::Publicity)]
    pub act: Publicity,
    /// Who may see what was said on it: ballots, mandates, reservations.
    #[schema(value_type = schema::Publicity)]
    pub votes: Publicity,
}

/// A measure with its ballots.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Measure {
    /// The measure's number.
    pub number: u64,
    /// The revision of the current text; the first text is revision 1.
    pub revision: u32,
    /// The hash of the current text.
    #[schema(value_type = schema::Digest)]
    pub text_hash: Digest,
    /// The leaf index of the current text in the log.
    pub leaf: u64,
    /// The measure's title.
    pub title: String,
    /// The measure's kind, in a word of the charter.
    pub kind: String,
    /// The rule by which the measure is decided.
    pub rule: String,
    /// The code of the party that proposed the measure.
    #[schema(value_type = schema::Code)]
    pub by: Code,
    /// The time at which the measure was tabled.
    #[schema(value_type = schema::Time)]
    pub tabled: Time,
    /// The time at which balloting opens, if not at once.
    #[schema(value_type = Option<schema::Time>)]
    pub opens: Option<Time>,
    /// The time at which balloting ends.
    #[schema(value_type = schema::Time)]
    pub closes: Time,
    /// `open`, `blocked`, `adopted`, `not adopted`, `lapsed` or `withdrawn`.
    pub status: MeasureStatus,
    /// Whether an adopted measure is in force: `in force`, `expired at ...`.
    #[serde(default, serialize_with = "force_in_words", deserialize_with = "force_from_words")]
    #[schema(value_type = Option<String>)]
    pub force: Option<Force>,
    /// The reason for the status: what blocks the measure, or the reason in its decision or lapse.
    pub reason: Option<String>,
    /// Who may see it, if the charter says what is public.
    #[serde(default)]
    pub publication: Option<PublicationView>,
    /// The time at which the measure ended.
    #[schema(value_type = Option<schema::Time>)]
    pub ended: Option<Time>,
    /// The leaf index of the measure's decision or lapse.
    pub outcome_leaf: Option<u64>,
    /// Whether every entitled member has sealed the decision.
    pub is_final: bool,
    /// The ballots of the entitled members, in roster order.
    pub ballots: Vec<BallotView>,
    /// The codes of the entitled members without a ballot, in roster order.
    #[schema(value_type = Vec<schema::Code>)]
    pub missing: Vec<Code>,
    /// The number of members in the roster when the measure was tabled, of which fractions are taken.
    pub members: u64,
    /// The sum of these members' weights.
    pub total_weight: u64,
    /// The members that are not entitled to a ballot, each with the reason.
    #[serde(default)]
    pub excluded: Vec<ExcludedView>,
    /// The mandates in force, by the member that gave them.
    #[serde(default)]
    pub mandates: Vec<MandateView>,
    /// The reservations that have not been lifted.
    #[serde(default)]
    pub reservations: Vec<ReservationView>,
    /// The attestations of participants.
    #[serde(default)]
    pub attestations: Vec<AttestationView>,
    /// The statements that parties have made on the current text, in the order of the log.
    #[serde(default)]
    pub remarks: Vec<RemarkView>,
    /// The package that the measure belongs to.
    #[serde(default)]
    pub package: Option<PackageView>,
    /// The former texts with the ballots on them, which are all void. Only the newest are listed.
    #[serde(default)]
    pub former: Vec<FormerView>,
    /// The leaf index of the first text; `leaf` is that of the current text.
    #[serde(default)]
    pub tabled_leaf: u64,
    /// The time of the block in which the current text replaced another one.
    #[serde(default)]
    #[schema(value_type = Option<schema::Time>)]
    pub revised: Option<Time>,
    /// The ballots, mandates and reservations that have ended, oldest first, without those that
    /// their own member took back.
    #[serde(default)]
    pub past: Vec<PastView>,
    /// The extensions of the deadline, oldest first.
    #[serde(default)]
    pub extensions: Vec<ExtensionView>,
    /// The fields that the charter asks for and that the text does not state.
    #[serde(default)]
    pub unstated: Vec<String>,
    /// The source of the rule, as the charter names it.
    #[serde(default)]
    pub source: Option<String>,
    /// Where the charter is unlike the law that it models, as far as that is about measures of this kind.
    #[serde(default)]
    #[schema(value_type = Vec<schema::Difference>)]
    pub differences: Vec<Difference>,
    /// The current text: the measure's, or that of its latest revision.
    pub text: String,
    /// The leaf hash of each party's last statement on the measure, pending statements included.
    /// The party's next statement names it as `after`.
    #[schema(value_type = std::collections::BTreeMap<schema::Code, schema::Digest>)]
    pub last: std::collections::BTreeMap<Code, Digest>,
}

impl MeasureSummary {
    /// Whether balloting goes on: the measure is open, or blocked for now.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }
}

impl Measure {
    /// Whether balloting goes on: the measure is open, or blocked for now.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }
}
