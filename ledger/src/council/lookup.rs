//! Reading parts of the council's state, each from a number or a time on.

use nemcon_crypto::Digest;

use super::balloted::Balloting;
use super::incident::IncidentState;
use super::measure::MeasureState;
use super::state::Council;
use crate::text::Time;

impl Council {
    /// The measures from this number on.
    pub fn measures_from(&self, number: u64) -> impl Iterator<Item = &MeasureState> {
        self.measures.range(number..).map(|(_, state)| state)
    }

    /// The measures from this number on that are open.
    pub fn open_from(&self, number: u64) -> impl Iterator<Item = &MeasureState> {
        self.open.range(number..).map(|number| &self.measures[number])
    }

    /// The measures that were adopted and end after one time, and not after another, in that order.
    pub fn ending(&self, after: Time, until: Time) -> impl Iterator<Item = &MeasureState> {
        let ends = self.lists.ends.range((after, u64::MAX)..=(until.max(after), u64::MAX));
        ends.map(|(_, number)| &self.measures[number])
    }

    /// The measures on which balloting has ended at a time or after it, in that order.
    pub fn ended_since(&self, time: Time) -> impl Iterator<Item = &MeasureState> {
        self.lists.ended.range((time, 0)..).map(|(_, number)| &self.measures[number])
    }

    /// What was said on the measures that the last block has ended, by their numbers.
    pub fn just_ended(&self) -> impl Iterator<Item = (u64, &Balloting)> {
        self.page.ended.iter().map(|(number, said)| (*number, said.as_ref()))
    }

    /// The incidents from this number on.
    pub fn incidents_from(&self, number: u64) -> impl Iterator<Item = &IncidentState> {
        self.incidents.range(number..).map(|(_, state)| state)
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
