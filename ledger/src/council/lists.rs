//! The indexes of the council's state, for readers that ask for a part of it.

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use super::maps::{Map, Set};
use crate::record::measure_fields::Cited;
use crate::text::{Code, Time};

/// Measures and incidents by other keys than their numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Lists {
    /// Incidents by the hash of their text.
    pub(super) incidents: Map<Digest, u64>,
    /// Incidents with the measures whose text, as it stands, answers them.
    pub(super) answers: Set<(u64, u64)>,
    /// Adopted measures by when they end, if they do.
    pub(super) ends: Set<(Time, u64)>,
    /// The freezes of parties and the departures of members: what was said for them on the measures
    /// that were open then does not stand any more.
    pub(super) voidings: Set<Voiding>,
    /// Measures by when balloting on them ended.
    pub(super) ended: Set<(Time, u64)>,
}

impl Lists {
    /// A measure's text answers these incidents.
    pub(super) fn answer(&mut self, measure: u64, incidents: &[Cited]) {
        for cited in incidents {
            self.answers.insert_mut((cited.number, measure));
        }
    }

    /// A measure's former text answered these incidents; another text stands now.
    pub(super) fn take_back(&mut self, measure: u64, incidents: &[Cited]) {
        for cited in incidents {
            self.answers.remove_mut(&(cited.number, measure));
        }
    }

    /// Balloting on a measure has ended.
    pub(super) fn ended(&mut self, measure: u64, time: Time) {
        self.ended.insert_mut((time, measure));
    }

    /// A measure was adopted that ends at `expires`.
    pub(super) fn adopted(&mut self, measure: u64, expires: Option<Time>) {
        if let Some(expires) = expires {
            self.ends.insert_mut((expires, measure));
        }
    }
}

/// A party that a block froze, or a member that left with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Voiding {
    /// The time of the block.
    pub(super) time: Time,
    /// Whether the member left, after outcomes were judged; a freeze acts before that.
    pub(super) is_departure: bool,
    /// The place among those of the block.
    pub(super) place: usize,
    pub(super) code: Code,
    /// The leaf after the statements of the block.
    pub(super) leaf: LeafIndex,
}
