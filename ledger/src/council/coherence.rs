//! Whether the parts of a council's state agree: what a snapshot says was derived by nobody who reads it.
//!
//! What it guarantees: every number, hash and place in the state leads to what it names, so that no step of
//! the law meets a reference to nothing. What it does not: a state that agrees with itself may still be
//! another one than the log leads to. Only the law, applied from block 1 on, tells.

use std::collections::{BTreeMap, BTreeSet};

use super::balloted::Balloting;
use super::limits::REMARKS_MAX;
use super::measure::MeasureState;
use super::state::Council;
use super::status::Status;
use crate::record::measure_fields::Cited;

/// The parts of a state do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Incoherent(pub(crate) &'static str);

/// What is wrong, and the check that it is not so.
pub(crate) type Check<T> = (&'static str, fn(&T) -> bool);

/// Checks all of these, in their order.
pub(crate) fn verify_all<T>(it: &T, checks: &[Check<T>]) -> Result<(), Incoherent> {
    match checks.iter().find(|(_, holds)| !holds(it)) {
        None => Ok(()),
        Some((what, _)) => Err(Incoherent(what)),
    }
}

const CHECKS: [Check<Council>; 10] = [
    ("a digest is not that of its genesis or roster", Council::has_its_digests),
    ("measures, incidents or decisions are not numbered from 1 on", Council::is_numbered),
    ("the open measures are not those that are listed as open", Council::lists_what_is_open),
    ("a measure is open and ended at a time", |it| it.measures().all(MeasureState::is_whole)),
    ("a measure names what is not there", |it| {
        it.measures().all(|state| it.has_what_it_names(state))
    }),
    ("a measure stands after the end of the log", |it| {
        it.measures().all(|state| it.is_past(state))
    }),
    ("a party has more remarks on a measure than the law lets in, or none", |it| {
        it.measures().all(MeasureState::has_counted_remarks)
    }),
    ("a package is not that of its measures", Council::has_whole_packages),
    ("a list does not hold the measures and incidents that it is of", Council::has_whole_lists),
    ("an admission names another entrant, or no measure", Council::has_whole_admissions),
];

impl Council {
    /// Checks that the parts of the state agree.
    ///
    /// # Errors
    /// [`Incoherent`], by the first check that fails.
    pub(crate) fn verify(&self) -> Result<(), Incoherent> {
        verify_all(self, &CHECKS)
    }

    fn has_its_digests(&self) -> bool {
        self.digest == self.genesis.digest() && self.roster_digest == self.roster.digest()
    }

    fn is_numbered(&self) -> bool {
        let is_decided = |state: &&MeasureState| {
            matches!(state.status, Status::Adopted { .. } | Status::NotAdopted { .. })
        };
        self.measures().map(|state| state.number).eq(1..=self.numbers.measures)
            && self.incidents().map(|state| state.number).eq(1..=self.numbers.incidents)
            && self.incidents.iter().all(|(number, state)| *number == state.number)
            && self.measures().filter(is_decided).count() as u64 == self.numbers.decisions
    }

    fn lists_what_is_open(&self) -> bool {
        let open = self.measures().filter(|state| state.status == Status::Open);
        open.map(|state| state.number).eq(self.open.iter().copied())
            && self.undecidable.is_subset(&self.open)
    }

    fn has_what_it_names(&self, state: &MeasureState) -> bool {
        let MeasureState { terms, successors, .. } = state;
        let package = state.package.map(|hash| self.packages.get(&hash));
        let is_in_package = package.is_none_or(|package| {
            package
                .is_some_and(|package| package.measures.iter().any(|it| it.number == state.number))
        });
        is_in_package
            && self.measure_by_text(&state.text_hash) == Some(state.number)
            && terms.predecessor.is_none_or(|it| self.has_measure(&it.cited))
            && successors.iter().all(|it| self.measures.contains_key(&it.number))
            && terms.incidents.iter().all(|it| self.incidents.contains_key(&it.number))
    }

    fn has_measure(&self, cited: &Cited) -> bool {
        self.measures.contains_key(&cited.number)
    }

    fn is_past(&self, state: &MeasureState) -> bool {
        let marks = [state.outcome_leaf(), state.annulled, state.released];
        let leaves = marks.into_iter().flatten().chain(state.counted_leaves().iter().copied());
        state.leaf < self.next_leaf
            && leaves.into_iter().all(|leaf| leaf < self.next_leaf)
            && u64::from(state.revision) <= self.next_leaf.0
            && state.tabled <= self.page.time
            && state.ended.is_none_or(|ended| ended <= self.page.time)
    }

    /// The measures of a package name it, and end together.
    fn has_whole_packages(&self) -> bool {
        self.packages.iter().all(|(hash, package)| {
            let states = package.measures.iter().map(|cited| self.measure(cited.number));
            let Some(states) = states.collect::<Option<Vec<_>>>() else { return false };
            let Some(first) = states.first() else { return false };
            let is_its_own =
                |state: &&MeasureState| state.package == Some(*hash) && state.ended == first.ended;
            states.iter().all(is_its_own)
        })
    }

    fn has_whole_lists(&self) -> bool {
        let ended = self.measures().filter_map(|state| Some((state.ended?, state.number)));
        let adopted = self.measures().filter(|it| matches!(it.status, Status::Adopted { .. }));
        let ends = adopted.filter_map(|state| Some((state.terms.expires?, state.number)));
        let answers = self.measures().flat_map(|state| {
            state.terms.incidents.iter().map(|cited| (cited.number, state.number))
        });
        let incidents = self.incidents().map(|state| (state.text_hash, state.number));
        let lists = &self.lists;
        ended.collect::<BTreeSet<_>>().iter().eq(lists.ended.iter())
            && ends.collect::<BTreeSet<_>>().iter().eq(lists.ends.iter())
            && answers.collect::<BTreeSet<_>>().iter().eq(lists.answers.iter())
            && incidents
                .collect::<BTreeSet<_>>()
                .into_iter()
                .eq(lists.incidents.iter().map(|(a, b)| (*a, *b)))
            && self.by_text.values().all(|number| self.measures.contains_key(number))
    }

    fn has_whole_admissions(&self) -> bool {
        self.seats.admitted.iter().all(|(code, admitted)| {
            admitted.member.code == *code && self.has_measure(&admitted.measure)
        })
    }
}

impl MeasureState {
    /// While it is open it has its text and all that was said on it; when it has ended, neither.
    fn is_whole(&self) -> bool {
        let is_open = self.status == Status::Open;
        let has = [self.measure.is_some(), self.balloting().is_some(), self.ended.is_none()];
        has.iter().all(|has| *has == is_open) && self.heads.fit(&self.frozen)
    }

    /// Each party is counted that has made remarks, and no other; of an open measure the remarks are there.
    fn has_counted_remarks(&self) -> bool {
        let is_lawful = |count: &u32| (1..=REMARKS_MAX).contains(count);
        let count = |said: &Balloting| {
            let mut counted = BTreeMap::new();
            for remark in &said.remarks {
                *counted.entry(remark.code.clone()).or_default() += 1;
            }
            counted
        };
        self.remarked.values().all(is_lawful)
            && self.balloting().is_none_or(|said| count(said) == self.remarked)
    }
}
