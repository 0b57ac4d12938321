//! The indexes of the council's state, for readers that ask for a part of it.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;
use serde::{Deserialize, Serialize};

use crate::record::measure_fields::Cited;
use crate::text::Time;

/// Measures and incidents by other keys than their numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Lists {
    /// Incidents by the hash of their text.
    pub(super) incidents: BTreeMap<Digest, u64>,
    /// Incidents with the measures whose text, as it stands, answers them.
    pub(super) answers: BTreeSet<(u64, u64)>,
    /// Adopted measures by when they end, if they do.
    pub(super) ends: BTreeSet<(Time, u64)>,
    /// Measures by when balloting on them ended.
    pub(super) ended: BTreeSet<(Time, u64)>,
}

impl Lists {
    /// A measure's text answers these incidents.
    pub(super) fn answer(&mut self, measure: u64, incidents: &[Cited]) {
        self.answers.extend(incidents.iter().map(|cited| (cited.number, measure)));
    }

    /// A measure's former text answered these incidents; another text stands now.
    pub(super) fn take_back(&mut self, measure: u64, incidents: &[Cited]) {
        for cited in incidents {
            self.answers.remove(&(cited.number, measure));
        }
    }

    /// Balloting on a measure has ended.
    pub(super) fn ended(&mut self, measure: u64, time: Time) {
        self.ended.insert((time, measure));
    }

    /// A measure was adopted that ends at `expires`.
    pub(super) fn adopted(&mut self, measure: u64, expires: Option<Time>) {
        self.ends.extend(expires.map(|expires| (expires, measure)));
    }
}
