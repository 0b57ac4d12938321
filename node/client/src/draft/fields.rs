//! The tables of a draft that have fields of their own.

use nemcon_crypto::Digest;
use nemcon_ledger::record::parts::Relation;
use nemcon_ledger::text::{Code, Label, Line};
use serde::Deserialize;

/// A measure's predecessor, by number; the text hash is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a measure before this one: { relation = \"amends\", measure = 4 }"
)]
pub struct DraftPredecessor {
    /// `renews`, `amends` or `repeals`.
    pub relation: Relation,
    /// Its number.
    pub measure: u64,
}

/// A target: commitments that `nemcon commit` makes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a target: { sort = \"person\", who = COMMITMENT, reasons = COMMITMENT }"
)]
pub struct DraftTarget {
    /// `person`, `entity`.
    pub sort: Label,
    /// The commitment to who it is.
    pub who: Digest,
    /// The commitment to the statement of reasons.
    pub reasons: Option<Digest>,
}

/// A member's new weight.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "wants a weight: { code = \"BE\", weight = 7 }")]
pub struct DraftWeight {
    /// Whose.
    pub code: Code,
    /// What it weighs.
    pub weight: u64,
}

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants rules: { version = 2, release = \"nemcon 0.2.0\" }"
)]
pub struct DraftRules {
    /// The version.
    pub version: u32,
    /// The first release that knows it.
    pub release: Line,
}
