//! Open measures that nothing can decide any more.
//!
//! A measure rests on a notice, on free codes and keys, on who sits in the council. Where that is
//! gone, no ballot can decide the measure, and the next block ends it with a lapse.

use super::deciding::Derived;
use super::measure::MeasureState;
use super::state::Council;
use super::status::Status;
use crate::record::Member;
use crate::record::charter::Authority;
use crate::record::council_change::{CouncilChange, Weights};
use crate::text::Code;

impl Council {
    /// Ends a measure that cannot be decided any more, whatever ballots are in, and all measures
    /// bound to it. Does nothing where the measure can be decided.
    pub(super) fn lapse_undecidable(&mut self, number: u64) -> Vec<Derived> {
        let bound = self.bound_to(&self.measures[&number]).into_iter();
        // The reasons of all are found before the first of them ends.
        let lost: Vec<_> = bound.filter_map(|it| Some((it, self.lapse_reason(it)?))).collect();
        lost.into_iter().map(|(number, why)| self.lapse_one(number, &why)).collect()
    }

    fn lapse_one(&mut self, number: u64, why: &str) -> Derived {
        let lapse = self.next_leaf;
        self.next_leaf.0 += 1;
        let state = &self.measures[&number];
        let record = self.lapse(state, &state.tally(), &format!("{why},"));
        self.settle(number, Status::Lapsed { lapse });
        Derived::Lapse(record)
    }

    /// Finds the open measures that cannot be decided any more; the next block ends them.
    pub(super) fn find_undecidable(&mut self) {
        let was = core::mem::take(&mut self.undecidable);
        let is_asked = |number: &u64| {
            self.page.shakes_measures
                || self.page.changed_measures.contains(number)
                || was.contains(number)
        };
        let open = self.open.iter().copied().filter(is_asked);
        self.undecidable = open.filter(|number| self.lapse_reason(*number).is_some()).collect();
    }

    /// Why an open measure, or one that is bound to it, cannot be decided any more, if it cannot.
    pub(super) fn lapse_reason(&self, number: u64) -> Option<String> {
        let bound = || self.bound_to(&self.measures[&number]);
        self.own_lapse_reason(number).or_else(|| {
            let lost = |other| Some((other, self.own_lapse_reason(other)?));
            let (other, why) = bound().into_iter().find_map(lost)?;
            Some(format!("measure {other} of its package is lost: {why}"))
        })
    }

    /// Why this measure itself, without those bound to it, cannot be decided any more, if it cannot.
    pub(super) fn own_lapse_reason(&self, number: u64) -> Option<String> {
        let state = &self.measures[&number];
        self.lost_reason(state).or_else(|| self.lost_ballot(state))
    }

    /// What is gone of that on which a measure's matter, or its reduced entitled set, rests.
    fn lost_reason(&self, state: &MeasureState) -> Option<String> {
        let fallen = |code: &Code| format!("the notice of {code} stands no more");
        let lost = match &state.terms.council_change {
            CouncilChange::Departure(code) => (!self.is_departing(code)).then(|| fallen(code)),
            CouncilChange::Accession(entrant) => self.lost_accession(state, entrant),
            CouncilChange::Appointment(participant) => self.lost_appointment(participant),
            CouncilChange::Weights(_) if !self.sits_as_asked(state) => {
                Some("other members sit than it was tabled for".to_owned())
            }
            CouncilChange::Weights(weights) => self.lost_sum(state, weights),
            CouncilChange::None | CouncilChange::Participation(_) | CouncilChange::Rules(_) => None,
        };
        lost.or_else(|| {
            let left_out = state.left_out_by_notice()?;
            // A member that has left owes no ballot: its notice need not stand any more.
            let stands = self.is_departing(left_out) || !self.is_member(left_out);
            (!stands).then(|| fallen(left_out))
        })
    }

    /// Why the members would weigh too much by these weights, if they act after the weights of the
    /// package's measures before this one.
    fn lost_sum(&self, state: &MeasureState, weights: &Weights) -> Option<String> {
        let before = self.bound_before(state).filter_map(|council_change| {
            if let CouncilChange::Weights(weights) = council_change { Some(weights) } else { None }
        });
        self.verify_sum(before.chain([weights]), weights.total).err().map(|why| why.to_string())
    }

    /// Why this entrant could not enter any more.
    fn lost_accession(&self, state: &MeasureState, entrant: &Member) -> Option<String> {
        self.lost_keys(entrant, self.bound_before(state).filter_map(CouncilChange::entrant))
    }

    /// Why this entrant could not enter, if those before it are admitted first.
    pub(super) fn lost_keys<'a>(
        &self,
        entrant: &Member,
        before: impl Iterator<Item = &'a Member>,
    ) -> Option<String> {
        if self.is_taken(&entrant.code) {
            return Some(format!("{} is a party of this council", entrant.code));
        }
        let vkeys = entrant.vkeys(&self.genesis.origin, &self.log_origin());
        let used = self.verify_new_keys(&entrant.code, &vkeys);
        let used = used.and_then(|()| self.verify_not_theirs(before, &entrant.code, &vkeys));
        used.err().map(|key| format!("the key {key} was used before"))
    }

    /// The matters of the open measures that are bound to this one and have smaller numbers.
    fn bound_before(&self, state: &MeasureState) -> impl Iterator<Item = &CouncilChange> {
        let number = state.number;
        let before = self.bound_to(state).into_iter().take_while(move |it| *it < number);
        let before = before.map(|number| &self.measures[&number]);
        before.filter(|it| it.status == Status::Open).map(|it| &it.terms.council_change)
    }

    fn lost_ballot(&self, state: &MeasureState) -> Option<String> {
        let said = state.balloting()?;
        let is_lost = |code: &Code| said.ballot(code).is_none() && !self.is_member(code);
        let lost = state.frozen.entitled.iter().find(|entitled| is_lost(&entitled.code))?;
        Some(format!("it cannot be completed: {} has left", lost.code))
    }

    /// Whether the members are those whose ballots a measure of all members asks for.
    fn sits_as_asked(&self, state: &MeasureState) -> bool {
        let asked = state.frozen.entitled.iter().map(|entitled| &entitled.code);
        self.roster.members.iter().map(|member| &member.code).eq(asked)
    }
}

impl MeasureState {
    /// The member that has no ballot here because of its own notice.
    fn left_out_by_notice(&self) -> Option<&Code> {
        let way = self.frozen.kind.decided_by(&self.frozen.rule.name)?;
        self.terms.concerns.as_ref().filter(|_| way.authority == Some(Authority::Notice))
    }
}
