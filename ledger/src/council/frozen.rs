//! The law that a measure was tabled under: it decides the measure whatever changes after.

use std::sync::Arc;

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use crate::record::Statement;
use crate::record::charter::{EntitledSet, Kind, QualifiedBlock, Rule, Votes};
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
    /// Whether the charter says what is public: then its adoption is.
    pub is_published: bool,
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

/// The law of a measure that is read from a snapshot, until its own is put in that place.
pub(super) fn no_law() -> Arc<Frozen> {
    let name = || "none".parse().expect("a label");
    let (decided, asks, requires) = (Vec::new(), Vec::new(), Vec::new());
    Arc::new(Frozen {
        kind: Kind {
            name: name(),
            qualified: false,
            source: None,
            may_table: None,
            votes: None,
            effect: None,
            decided,
            asks,
            requires,
        },
        is_published: false,
        rule: Rule {
            name: name(),
            entitled: EntitledSet::All,
            abstention: false,
            mandates: false,
            minimum: None,
        },
        qualified: None,
        members: 0,
        total_weight: 0,
        roster: Digest::from_bytes([0; 32]),
        entitled: Vec::new(),
        excluded: Vec::new(),
    })
}

/// Whether a decision on a kind commits to its votes, in a council that says what is public or in one that does not.
pub(crate) fn keeps_votes(is_published: bool, kind: &Kind) -> bool {
    is_published && kind.votes != Some(Votes::Public)
}

impl Frozen {
    /// Whether the decision commits to the votes instead of telling them, because it can be public before
    /// they are.
    pub fn keeps_votes(&self) -> bool {
        keeps_votes(self.is_published, &self.kind)
    }

    /// Whether its votes are public, or can become so.
    pub(super) fn opens_votes(&self) -> bool {
        matches!(self.kind.votes, Some(Votes::Public | Votes::Released))
    }

    /// The hash of a ballot's signatures, where the decision commits to the votes.
    pub(super) fn signatures_for_votes(&self, ballot: &Statement) -> Option<Digest> {
        self.keeps_votes().then(|| ballot.signatures_hash())
    }

    /// Where the code stands among the entitled.
    pub(super) fn place_of(&self, code: &Code) -> Option<usize> {
        self.entitled.iter().position(|entitled| entitled.code == *code)
    }
}
