//! Measures, as a node tells of them.

use nemcon_crypto::Digest;
use nemcon_ledger::council::Force;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

use super::standing::{MeasureStatus, force_from_words, force_in_words};

/// A measure as a list tells it: without its text, which may be long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureSummary {
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
    pub status: MeasureStatus,
    /// Why: what blocks it, or the decision's or lapse's reason.
    pub reason: Option<String>,
    /// What has become of it since it was adopted: `in force`, `expired at ...`.
    #[serde(default, serialize_with = "force_in_words", deserialize_with = "force_from_words")]
    pub force: Option<Force>,
    /// When it ended.
    pub ended: Option<Time>,
    /// The leaf of its decision or lapse.
    pub outcome_leaf: Option<u64>,
    /// Whether every entitled member has sealed its decision.
    pub is_final: bool,
    /// How many members have a ballot on it.
    pub entitled: u64,
    /// Whose ballots are missing, in roster order.
    pub missing: Vec<Code>,
    /// The numbers of the measures that it is adopted with, its own among them; none without a package.
    pub package: Vec<u64>,
    /// What stands for the party that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyView>,
}

/// What stands on a measure for one party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyView {
    /// Its ballot; none if it has not signed or has retracted.
    pub position: Option<nemcon_ledger::record::Position>,
    /// The mandates that it holds, and the one that it has given.
    pub mandates: Vec<MandateView>,
    /// Its reservations.
    pub reservations: Vec<ReservationView>,
    /// Who signed its ballot under its mandate, if not the party itself.
    #[serde(default)]
    pub cast_by: Option<Code>,
    /// The last revision on which it had a ballot before it was replaced.
    pub signed_before: Option<u32>,
    /// Who had signed that ballot under its mandate, if not the party itself.
    #[serde(default)]
    pub signed_before_by: Option<Code>,
    /// The time of its ballot's block.
    #[serde(default)]
    pub signed: Option<Time>,
    /// What stood for it and stands no more, since its ballot if it has one: the newest ones, the oldest
    /// of them first.
    #[serde(default)]
    pub past: Vec<PastView>,
    /// How the deadline was put off last, if that was after its ballot.
    #[serde(default)]
    pub extension: Option<ExtensionView>,
    /// What it may do beside a ballot: `revise`, `extend`, `close`, `withdraw`.
    #[serde(default)]
    pub may: Vec<String>,
    /// The words that it may attest and has not attested.
    #[serde(default)]
    pub unattested: Vec<String>,
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
    pub status: MeasureStatus,
    /// What has become of it since it was adopted: `in force`, `expired at ...`.
    #[serde(default, serialize_with = "force_in_words", deserialize_with = "force_from_words")]
    pub force: Option<Force>,
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
    /// The texts before this one, the newest ones of them, with what was signed on them; all of that
    /// is void.
    #[serde(default)]
    pub former: Vec<FormerView>,
    /// The place in the log of its first text; `leaf` is that of the text that stands.
    #[serde(default)]
    pub tabled_leaf: u64,
    /// The time of the block with which the text that stands replaced another.
    #[serde(default)]
    pub revised: Option<Time>,
    /// What stood on it and stands no more, the oldest first; what its member took back itself is not
    /// among it.
    #[serde(default)]
    pub past: Vec<PastView>,
    /// How its deadline was put off, the oldest first.
    #[serde(default)]
    pub extensions: Vec<ExtensionView>,
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

impl MeasureSummary {
    /// Whether balloting goes on: it is open, or blocked for now.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }
}

impl Measure {
    /// Whether balloting goes on: it is open, or blocked for now.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }
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
    /// The digest of the formal declaration, with a qualified abstention.
    #[serde(default)]
    pub declaration: Option<Digest>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservationView {
    /// Whose.
    pub code: Code,
    /// Its sort.
    pub sort: String,
    /// Its text; a long one is cut and ends with `…`, and the record has all of it.
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
    /// Where it can be found; cut as a reservation's text is.
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

/// A ballot, a mandate or a reservation that stands no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastView {
    /// On whose ballot, or whose reservation.
    pub code: Code,
    /// `ballot`, `mandate` or `reservation`.
    pub was: String,
    /// The ballot's position, the mandate's holder or the reservation's sort.
    pub said: String,
    /// Who had signed the ballot, if not the member itself.
    pub by: Option<Code>,
    /// Its place in the log.
    pub leaf: u64,
    /// The time of the block with which it ended.
    pub time: Time,
    /// What ended it: `ballot`, `freeze`, `departure` or `revision`.
    pub ended: String,
    /// By which ballot of the member, where that ended it.
    pub ended_leaf: Option<u64>,
    /// Who was frozen or has left, where that ended it.
    pub ended_code: Option<Code>,
    /// Which revision of the text ended it.
    pub ended_revision: Option<u32>,
}

/// A deadline that was put off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionView {
    /// By whom.
    pub by: Code,
    /// Where that stands in the log.
    pub leaf: u64,
    /// The time of its block.
    pub time: Time,
    /// The deadline before.
    pub from: Time,
    /// The deadline since.
    pub to: Time,
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
    /// The ballots on it: whose, and what each said.
    pub signed: std::collections::BTreeMap<Code, nemcon_ledger::record::Position>,
    /// Whose ballots among them were signed under a mandate, and by whom.
    #[serde(default)]
    pub cast_by: std::collections::BTreeMap<Code, Code>,
}
