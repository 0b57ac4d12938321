//! What an audit could not judge, and because of which record.

use std::collections::BTreeMap;

use nemcon_crypto::{LeafIndex, TreeSize};

use super::faults::{Place, Wrong};

/// How many records because of which something went unjudged are named.
const CAUSES_NAMED_MAX: usize = 100;

/// What could not be judged.
#[derive(Clone, Debug, Default)]
pub struct Unjudged {
    /// Differences that may follow from a record that was refused, by that record.
    pub following: BTreeMap<LeafIndex, Following>,
    /// How many more records there are because of which something went unjudged.
    pub more: u64,
    /// Whether the founders' signatures could not be read.
    pub founders: bool,
    /// The rest of the log.
    pub rest: Option<Rest>,
    /// The seals and the policies, and why.
    pub seals: Option<String>,
}

/// What differs from the law and may follow from one refused record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    /// What, by kind, and how often.
    pub kinds: BTreeMap<&'static str, u64>,
    /// The first record that differs.
    pub first: LeafIndex,
    /// The last one.
    pub last: LeafIndex,
}

/// What of a log was not judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// The first record that was not.
    pub from: LeafIndex,
    /// Why nothing from there on was judged.
    pub why: String,
}

impl Rest {
    pub(super) fn new(from: TreeSize, why: impl Into<String>) -> Self {
        Self { from: LeafIndex(from.0), why: why.into() }
    }
}

impl Unjudged {
    /// Whether everything was judged.
    pub fn is_nothing(&self) -> bool {
        self.following.is_empty() && !self.founders && self.rest.is_none() && self.seals.is_none()
    }

    /// Notes a difference that may follow from the record `because`.
    pub(super) fn follow(&mut self, because: LeafIndex, wrong: &Wrong, place: &Place) {
        let leaf = place.record.unwrap_or(LeafIndex(0));
        if !self.following.contains_key(&because) && self.following.len() >= CAUSES_NAMED_MAX {
            self.more += 1;
            return;
        }
        let new = || Following { kinds: BTreeMap::new(), first: leaf, last: leaf };
        let following = self.following.entry(because).or_insert_with(new);
        *following.kinds.entry(wrong.subject()).or_default() += 1;
        following.first = following.first.min(leaf);
        following.last = following.last.max(leaf);
    }
}
