//! The parts of a draft that are TOML tables with fields of their own.

use nemcon_crypto::Digest;
use nemcon_ledger::record::measure_fields::{Relation, RestsOn};
use nemcon_ledger::text::{Code, Label, Line};
use serde::Deserialize;

/// The predecessor of a measure, by number; the text hash is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a measure before this one: { relation = \"amends\", measure = 4 }"
)]
pub struct DraftPredecessor {
    /// `renews`, `amends` or `repeals`.
    pub relation: Relation,
    /// The predecessor's number.
    pub measure: u64,
}

/// A decision of another council's ledger, which nobody looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a decision of another council: { council = DIGEST, measure = 4, leaf = LEAF-HASH }"
)]
pub struct DraftRestsOn {
    /// The other council's digest.
    pub council: Digest,
    /// The number of the measure there.
    pub measure: u64,
    /// The leaf hash of the decision's record in that council's log.
    pub leaf: Digest,
}

impl From<DraftRestsOn> for RestsOn {
    fn from(DraftRestsOn { council, measure: number, leaf }: DraftRestsOn) -> Self {
        Self { council, number, leaf }
    }
}

/// A target as commitments, which `nemcon commit` makes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a target: { sort = \"person\", who = COMMITMENT, reasons = COMMITMENT }"
)]
pub struct DraftTarget {
    /// The target's sort: `person`, `entity`.
    pub sort: Label,
    /// The commitment to the target's identity.
    pub who: Digest,
    /// The commitment to the statement of reasons.
    pub reasons: Option<Digest>,
}

/// A member's new weight.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "wants a weight: { code = \"BE\", weight = 7 }")]
pub struct DraftWeight {
    /// The member's code.
    pub code: Code,
    /// The member's weight.
    pub weight: u64,
}

/// A rules version that a measure brings in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants rules: { version = 2, release = \"nemcon 0.2.0\" }"
)]
pub struct DraftRules {
    /// The number of the rules version.
    pub version: u32,
    /// The first release that knows this rules version.
    pub release: Line,
}
