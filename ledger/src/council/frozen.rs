//! The law that a measure was tabled under: it decides the measure whatever changes after.

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use crate::record::charter::{Kind, QualifiedBlock, Rule};
use crate::text::{Code, Line};

/// A member without a ballot on a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// The code of the member.
    pub code: Code,
    /// Why the member has no ballot, as the charter or a decision says.
    pub why: Line,
}

/// A member whose ballot the measure needs, and its weight, frozen when it was tabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entitled {
    /// The code of the member.
    pub code: Code,
    /// Its weight then.
    pub weight: u64,
}

/// The law that a measure was tabled under, frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The kind of the measure, as the charter had it then.
    pub kind: Kind,
    /// The rule that decides it.
    pub rule: Rule,
    /// The blocking share of qualified abstentions.
    pub qualified: Option<QualifiedBlock>,
    /// The number of members of the whole roster.
    pub members: u64,
    /// The whole weight.
    pub total_weight: u64,
    /// The roster's digest.
    pub roster: Digest,
    /// The entitled members in roster order.
    pub entitled: Vec<Entitled>,
    /// The members without a ballot, in roster order.
    pub excluded: Vec<Excluded>,
}
