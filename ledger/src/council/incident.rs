//! What the council knows of one incident.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use crate::record::Attribution;
use crate::text::{Code, Line, Time};

/// A member's attribution as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributionState {
    /// What it says.
    pub attribution: Attribution,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// Its text hash.
    pub text_hash: Digest,
    /// The time of its block.
    pub time: Time,
}

/// One incident with what members say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentState {
    /// Its number, from 1.
    pub number: u64,
    /// The hash of its text.
    pub text_hash: Digest,
    /// Its title.
    pub title: Line,
    /// Who reported it.
    pub by: Code,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub reported: Time,
    /// Attributions by member.
    pub attributions: BTreeMap<Code, AttributionState>,
    /// The text hash of each member's last attribution.
    pub chain: BTreeMap<Code, Digest>,
}
