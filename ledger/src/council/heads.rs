//! The last statement of each code on one measure.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use super::frozen::Frozen;
use crate::text::Code;

/// The leaf hash of the last statement for each code on a measure. The codes of the entitled stand in
/// the measure's law, once for all measures that share it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Heads {
    /// By the place among the entitled; empty before the first statement.
    entitled: Vec<Option<Digest>>,
    others: BTreeMap<Code, Digest>,
}

impl Heads {
    pub(super) fn get(&self, law: &Frozen, code: &Code) -> Option<Digest> {
        match law.place_of(code) {
            Some(at) => self.entitled.get(at).copied().flatten(),
            None => self.others.get(code).copied(),
        }
    }

    pub(super) fn set(&mut self, law: &Frozen, code: &Code, last: Option<Digest>) {
        match (law.place_of(code), last) {
            (Some(at), last) => {
                if self.entitled.is_empty() {
                    self.entitled = vec![None; law.entitled.len()];
                }
                self.entitled[at] = last;
            }
            (None, Some(last)) => drop(self.others.insert(code.clone(), last)),
            (None, None) => drop(self.others.remove(code)),
        }
    }

    /// Whether there is a place for each of the entitled, or none was needed yet.
    pub(super) fn fit(&self, law: &Frozen) -> bool {
        self.entitled.is_empty() || self.entitled.len() == law.entitled.len()
    }

    pub(super) fn all(&self, law: &Frozen) -> BTreeMap<Code, Digest> {
        let entitled = law.entitled.iter().zip(&self.entitled);
        let entitled = entitled.filter_map(|(it, last)| Some((it.code.clone(), (*last)?)));
        entitled.chain(self.others.iter().map(|(code, last)| (code.clone(), *last))).collect()
    }
}
