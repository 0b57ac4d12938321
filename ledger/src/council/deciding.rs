//! How measures end: the records that the state machine derives.
//!
//! What it guarantees: the measures of a package end together, and a decision lists the ballot of every
//! entitled member. What it does not: nothing here says when a measure ends.

use nemcon_crypto::LeafIndex;

use super::frozen::{Entitled, Excluded};
use super::measure::{MeasureState, Successor};
use super::outcome::{Standing, Tally};
use super::state::Council;
use super::status::Status;
use crate::record::derived::{DecisionLine, ExcludedLine, MandateLine};
use crate::record::measure_fields::Predecessor;
use crate::record::{Decision, Lapse, Outcome};
use crate::text::Line;

/// A record that nobody signs: it follows from the records before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derived {
    /// The ballots of all entitled members were in.
    Decision(Decision),
    /// Ballots were missing.
    Lapse(Lapse),
}

impl Derived {
    /// The bytes of the leaf.
    pub fn render(&self) -> Vec<u8> {
        match self {
            Self::Decision(decision) => decision.render().into_bytes(),
            Self::Lapse(lapse) => lapse.render().into_bytes(),
        }
    }
}

impl Council {
    /// Ends a measure, and all measures bound to it, by what their ballots amount to. All are
    /// judged before any of them acts.
    pub(super) fn end(&mut self, number: u64, why: &str) -> Vec<Derived> {
        let state = &self.measures[&number];
        let (bound, hindrance) = (self.bound_to(state), self.hindrance(state));
        bound.into_iter().map(|number| self.end_one(number, why, hindrance)).collect()
    }

    /// Takes a leaf for the record of how a measure ends, where `hindrance` of its package cannot be
    /// adopted.
    fn end_one(&mut self, number: u64, why: &str, hindrance: Option<u64>) -> Derived {
        let leaf = self.next_leaf;
        self.next_leaf.0 += 1;
        let state = &self.measures[&number];
        let tally = state.tally();
        if !tally.is_complete() {
            let lapse = self.lapse(state, &tally, why);
            self.settle(number, Status::Lapsed { lapse: leaf });
            return Derived::Lapse(lapse);
        }
        self.numbers.decisions += 1;
        let decision = self.decide(state, &tally, hindrance);
        self.settle(number, status_of(decision.outcome, leaf));
        if decision.outcome == Outcome::Adopted {
            self.succeed(number);
            self.take_effect(number);
        }
        Derived::Decision(decision)
    }

    /// Whether a measure, and all that are bound to it, can be adopted now.
    pub(super) fn is_adoptable(&self, number: u64) -> bool {
        let state = &self.measures[&number];
        state.standing() == Standing::Adoptable && self.hindrance(state).is_none()
    }

    /// Adopts a measure and all measures bound to it, if this block has room for all of them. If
    /// not, the next block adopts them, unless a ballot is retracted or replaced meanwhile.
    pub(super) fn adopt_if_room(&mut self, number: u64, room: &mut usize) -> Option<Vec<Derived>> {
        let bound = self.bound_to(&self.measures[&number]).len();
        self.is_adopting |= bound > *room;
        *room = room.checked_sub(bound)?;
        Some(self.end(number, "complete"))
    }

    /// The first of the measures bound to this one that cannot be adopted.
    pub(super) fn hindrance(&self, state: &MeasureState) -> Option<u64> {
        let hinders = |number: &u64| {
            self.measures[number].standing() != Standing::Adoptable
                || self.own_lapse_reason(*number).is_some()
        };
        self.bound_to(state).into_iter().find(hinders)
    }

    /// Marks a measure as ended at the block's time.
    pub(super) fn settle(&mut self, number: u64, status: Status) {
        let state = self.measures.get_mut(&number).expect("only measures that exist end");
        state.status = status;
        state.ended = Some(self.page.time);
        // The records of the measure have its text, and what was said on it.
        state.measure = None;
        let said = state.count();
        if matches!(status, Status::Adopted { .. }) {
            self.lists.adopted(number, state.terms.expires);
        }
        self.page.ended.extend(said.map(|said| (number, said)));
        self.lists.ended(number, self.page.time);
        self.open.remove(&number);
    }

    /// An adopted measure does to its predecessor what it says.
    fn succeed(&mut self, number: u64) {
        if let Some(Predecessor { relation, cited }) = self.measures[&number].terms.predecessor {
            self.change(cited.number).successors.push(Successor { relation, number });
        }
    }

    fn decide(&self, state: &MeasureState, tally: &Tally, hindrance: Option<u64>) -> Decision {
        let adoptable = tally.standing(&state.frozen) == Standing::Adoptable;
        let hindrance = hindrance.filter(|_| adoptable);
        let adopted = adoptable && hindrance.is_none();
        let line = |entitled: &Entitled| {
            let ballot = state.ballot(&entitled.code).expect("a complete measure lacks none");
            DecisionLine {
                code: entitled.code.clone(),
                position: ballot.position,
                leaf: ballot.leaf,
                text_hash: ballot.text_hash,
            }
        };
        let mandate = |entitled: &Entitled| {
            let mandate = state.ballot(&entitled.code)?.mandate.as_ref()?;
            Some(MandateLine {
                code: entitled.code.clone(),
                holder: mandate.holder.clone(),
                leaf: mandate.leaf,
                text_hash: mandate.text_hash,
            })
        };
        let excluded =
            |out: &Excluded| ExcludedLine { code: out.code.clone(), why: out.why.clone() };
        let decision = Decision {
            council: self.digest,
            number: self.numbers.decisions,
            measure: state.number,
            revision: state.revision,
            text: state.text_hash,
            title: state.terms.title.clone(),
            rule: state.terms.rule.clone(),
            outcome: if adopted { Outcome::Adopted } else { Outcome::NotAdopted },
            reason: hindrance.map_or_else(
                || tally.reason(&state.frozen, &self.genesis.charter.weight.of),
                |other| {
                    let why = format!("its package cannot be adopted: measure {other} is not");
                    why.parse().expect("words and a number are a line")
                },
            ),
            roster: state.frozen.roster,
            package: state.package,
            votes: None,
            ballots: state.frozen.entitled.iter().map(line).collect(),
            mandates: state.frozen.entitled.iter().filter_map(mandate).collect(),
            excluded: state.frozen.excluded.iter().map(excluded).collect(),
        };
        if !state.frozen.keeps_votes() {
            return decision;
        }
        let cast = state.frozen.entitled.iter().filter_map(|it| state.ballot(&it.code));
        decision.keeping_votes(cast.filter_map(|ballot| ballot.signatures))
    }

    /// Why a measure was decided as it was, where its decision says `said`: a decision that commits to the
    /// votes leaves the telling to whoever has the ballots.
    pub fn reason_of(&self, state: &MeasureState, said: &Line) -> Line {
        let tally = state.tally();
        let tells = match state.status {
            Status::Adopted { .. } => true,
            Status::NotAdopted { .. } => tally.standing(&state.frozen) != Standing::Adoptable,
            Status::Open | Status::Lapsed { .. } | Status::Withdrawn => false,
        };
        if tells && state.frozen.keeps_votes() {
            tally.reason(&state.frozen, &self.genesis.charter.weight.of)
        } else {
            said.clone()
        }
    }

    pub(super) fn lapse(&self, state: &MeasureState, tally: &Tally, why: &str) -> Lapse {
        let missing = tally.missing.len();
        let entitled = state.frozen.entitled.len();
        let reason = format!("{why} with {} of {entitled} ballots in", entitled - missing);
        Lapse {
            council: self.digest,
            measure: state.number,
            revision: state.revision,
            text: state.text_hash,
            title: state.terms.title.clone(),
            reason: reason.parse().expect("words and numbers are a line"),
            missing: tally.missing.clone(),
        }
    }
}

const fn status_of(outcome: Outcome, decision: LeafIndex) -> Status {
    match outcome {
        Outcome::Adopted => Status::Adopted { decision },
        Outcome::NotAdopted => Status::NotAdopted { decision },
    }
}
