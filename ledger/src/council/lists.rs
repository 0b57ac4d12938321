//! What is on the council's lists: looked up from where a reader asks on, and never walked as a whole.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::Digest;

use super::Council;
use super::incidents::IncidentState;
use super::measure::MeasureState;
use crate::record::parts::Cited;
use crate::text::Time;

/// By what else than its number something is looked up.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Incidents by the hash of their text.
    pub(super) incidents: BTreeMap<Digest, u64>,
    /// Incidents with the measures whose text, as it stands, answers them.
    answers: BTreeSet<(u64, u64)>,
    /// Adopted measures by when they end, if they do.
    ends: BTreeSet<(Time, u64)>,
    /// Measures by when balloting on them ended.
    ended: BTreeSet<(Time, u64)>,
}

impl Lists {
    /// A measure's text answers these incidents.
    pub(super) fn answer(&mut self, measure: u64, incidents: &[Cited]) {
        self.answers.extend(incidents.iter().map(|cited| (cited.number, measure)));
    }

    /// It answers them no more: another text stands.
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

impl Council {
    /// The measures from this number on.
    pub fn measures_from(&self, number: u64) -> impl Iterator<Item = &MeasureState> {
        self.measures.range(number..).map(|(_, state)| state.as_ref())
    }

    /// The measures from this number on that are open.
    pub fn open_from(&self, number: u64) -> impl Iterator<Item = &MeasureState> {
        self.open.range(number..).map(|number| self.measures[number].as_ref())
    }

    /// The measures that were adopted and end after one time, and not after another, in that order.
    pub fn ending(&self, after: Time, until: Time) -> impl Iterator<Item = &MeasureState> {
        let ends = self.lists.ends.range((after, u64::MAX)..=(until.max(after), u64::MAX));
        ends.map(|(_, number)| self.measures[number].as_ref())
    }

    /// The measures on which balloting has ended at a time or after it, in that order.
    pub fn ended_since(&self, time: Time) -> impl Iterator<Item = &MeasureState> {
        self.lists.ended.range((time, 0)..).map(|(_, number)| self.measures[number].as_ref())
    }

    /// The incidents from this number on.
    pub fn incidents_from(&self, number: u64) -> impl Iterator<Item = &IncidentState> {
        self.incidents.range(number..).map(|(_, state)| state.as_ref())
    }

    /// The number of the incident with this text.
    pub fn incident_by_text(&self, text_hash: &Digest) -> Option<u64> {
        self.lists.incidents.get(text_hash).copied()
    }

    /// The measures that answer an incident, by the texts that stand.
    pub fn answering(&self, incident: u64) -> impl Iterator<Item = u64> {
        self.lists.answers.range((incident, 0)..=(incident, u64::MAX)).map(|(_, measure)| *measure)
    }
}
