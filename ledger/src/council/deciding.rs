//! How measures end: the records that the state machine derives.

use std::sync::Arc;

use nemcon_crypto::LeafIndex;

use super::Council;
use super::measure::{MeasureState, Status};
use super::outcome::{Standing, Tally};
use crate::record::derived::DecisionLine;
use crate::record::{Decision, Lapse, Outcome};

/// A record that no one signs: it follows from those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Derived {
    /// All ballots were in.
    Decision(Decision),
    /// They were not.
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
    /// Ends a measure by what its ballots amount to, and takes a leaf for the record of it.
    pub(super) fn end(&mut self, number: u64, why: &str) -> Derived {
        let leaf = self.next_leaf;
        self.next_leaf.0 += 1;
        let state = &self.measures[&number];
        let tally = state.tally();
        if !tally.is_complete() {
            let lapse = self.lapse(state, &tally, why);
            self.settle(number, Status::Lapsed { lapse: leaf });
            return Derived::Lapse(lapse);
        }
        self.decisions += 1;
        let decision = self.decide(state, &tally);
        self.settle(number, status_of(decision.outcome, leaf));
        Derived::Decision(decision)
    }

    /// Marks a measure as ended at the block's time.
    pub(super) fn settle(&mut self, number: u64, status: Status) {
        let state = self.measures.get_mut(&number).expect("only measures that exist end");
        let state = Arc::make_mut(state);
        state.status = status;
        state.ended = Some(self.time);
        self.open.remove(&number);
    }

    fn decide(&self, state: &MeasureState, tally: &Tally) -> Decision {
        let adopted = tally.standing(&state.frozen) == Standing::Adoptable;
        let line = |entitled: &super::measure::Entitled| {
            let ballot = state.ballot(&entitled.code).expect("a complete measure lacks none");
            DecisionLine {
                code: entitled.code.clone(),
                position: ballot.position,
                leaf: ballot.leaf,
                text_hash: ballot.text_hash,
            }
        };
        Decision {
            council: self.digest,
            number: self.decisions,
            measure: state.number,
            revision: state.revision,
            text: state.text_hash,
            title: state.measure.title.clone(),
            rule: state.measure.rule.clone(),
            outcome: if adopted { Outcome::Adopted } else { Outcome::NotAdopted },
            reason: tally.reason(&state.frozen, &self.genesis.charter.weight.of),
            roster: state.frozen.roster,
            ballots: state.frozen.entitled.iter().map(line).collect(),
        }
    }

    fn lapse(&self, state: &MeasureState, tally: &Tally, why: &str) -> Lapse {
        let missing = tally.missing.len();
        let entitled = state.frozen.entitled.len();
        let reason = format!("{why} with {} of {entitled} ballots in", entitled - missing);
        Lapse {
            council: self.digest,
            measure: state.number,
            revision: state.revision,
            text: state.text_hash,
            title: state.measure.title.clone(),
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
