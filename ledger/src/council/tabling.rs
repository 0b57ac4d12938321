//! Tabling measures, revising their texts, binding them into packages.
//!
//! What it guarantees: a measure is tabled only in a form that the charter knows, and a revision
//! changes neither the entitled set nor the rule. What it does not: whether the legal basis is the
//! right one is for people to judge.

use std::collections::BTreeSet;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};

use super::acts::MeasureAct;
use super::balloted::Place;
use super::dates::verify_dates;
use super::frozen::{Entitled, Frozen};
use super::limits::{OPEN_PER_PARTY_MAX, PACKAGE_MEASURES_MAX};
use super::measure::MeasureState;
use super::refusal::Refusal;
use super::state::Council;
use super::status::Status;
use crate::record::charter::{Kind, Restriction};
use crate::record::measure_fields::{Cited, Predecessor, Relation};
use crate::record::statement::Statement;
use crate::record::{CouncilChange, Measure, Package, Particulars, Revision};
use crate::text::{Code, Label, Time};

/// With how many measures, the newest ones, a new measure's law is compared.
const LAWS_COMPARED: usize = 32;

impl Council {
    pub(super) fn table(&mut self, measure: &Measure, text_hash: Digest) -> Result<(), Refusal> {
        self.verify_new_text(&text_hash)?;
        let by = &measure.head.by;
        // Any member may table an appointment, so that a frozen or absent participant cannot keep
        // its seat from being filled.
        let is_members =
            matches!(measure.council_change, CouncilChange::Appointment(_)) && self.is_member(by);
        let may = self.genesis.charter.may_table(&measure.kind);
        if !is_members && !self.is_in_role(by, None, may) {
            let (by, kind, may) = (by.clone(), measure.kind.clone(), may.clone());
            return Err(Refusal::MayNotTable { by, kind, may });
        }
        let frozen = self.verify_measure(measure)?;
        self.verify_succession(measure, &frozen)?;
        if self.open_of(by) >= OPEN_PER_PARTY_MAX {
            return Err(Refusal::TooManyOpen(by.clone()));
        }
        self.numbers.measures += 1;
        let number = self.numbers.measures;
        self.by_text.insert_mut(text_hash, number);
        self.open.insert(number);
        let frozen = self.shared_law(frozen);
        let place = Place { leaf: self.next_leaf, time: self.page.time, text_hash };
        let state = MeasureState::tabled(number, measure, &self.genesis.charter, frozen, place);
        self.lists.answer(number, &measure.incidents);
        self.measures.insert_mut(number, state);
        Ok(())
    }

    /// Takes a new text for an open measure; it acts when the block closes.
    pub(super) fn revise(
        &mut self,
        revision: &Revision,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        let number = revision.revises.number;
        let state = self.measure(number).ok_or(Refusal::UnknownMeasure(number))?;
        self.verify_new(statement)?;
        self.verify_new_text(&statement.text_hash)?;
        let by = &revision.measure.head.by;
        state.verify_proposer(by, "revise")?;
        let before = state.open_text()?;
        state.verify_before_deadline(self.page.time)?;
        if revision.revises.text != state.text_hash || revision.revision != state.revision + 1 {
            return Err(Refusal::Superseded {
                measure: number,
                said: revision.revision.saturating_sub(1),
                is: state.revision,
            });
        }
        if state.package.is_some() {
            return Err(Refusal::Packaged(number));
        }
        verify_same_law(before, &revision.measure, number)?;
        self.verify_measure(&revision.measure)?;
        self.verify_succession(&revision.measure, &state.frozen)?;
        self.verify_next(statement)?;
        verify_new_words(before, &revision.measure, state)?;
        if self.page.revised.contains(&number) {
            return Err(Refusal::BlockFull);
        }
        self.page.revised.insert(number);
        let act = MeasureAct::Revise {
            text_hash: statement.text_hash,
            leaf: self.next_leaf,
            revision: Box::new(revision.clone()),
        };
        let by = by.clone();
        self.by_text.insert_mut(statement.text_hash, number);
        self.link(number, &by, statement.leaf_hash);
        self.act(number, act);
        Ok(())
    }

    /// Replaces the text. Ballots, mandates and reservations on the former text are void.
    pub(super) fn replace_text(&mut self, text_hash: Digest, leaf: LeafIndex, revision: Revision) {
        let number = revision.revises.number;
        let genesis = Arc::clone(&self.genesis);
        let place = Place { leaf, time: self.page.time, text_hash };
        let state = self.change(number);
        let before = Arc::clone(&state.terms);
        state.replace_text(revision, &genesis.charter, place);
        let terms = Arc::clone(&state.terms);
        self.lists.take_back(number, &before.incidents);
        self.lists.answer(number, &terms.incidents);
    }

    /// A measure's law, in the memory of an equal law that one of the last measures has.
    fn shared_law(&self, law: Frozen) -> Arc<Frozen> {
        let newest = self.measures.iter().rev().take(LAWS_COMPARED).map(|(_, state)| &state.frozen);
        newest.into_iter().find(|it| ***it == law).map_or_else(|| Arc::new(law), Arc::clone)
    }

    /// Binds measures together: adopted in one block or not at all.
    pub(super) fn bind(&mut self, package: &Package, text_hash: Digest) -> Result<(), Refusal> {
        if self.packages.contains_key(&text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        let (by, measures) = (&package.head.by, &package.measures);
        if measures.len() > PACKAGE_MEASURES_MAX {
            return Err(Refusal::PackageTooLarge(measures.len()));
        }
        let mut dates = BTreeSet::new();
        for Cited { number, text } in measures {
            let state = self.measure(*number).ok_or(Refusal::UnknownMeasure(*number))?;
            state.verify_not_ended()?;
            state.verify_before_deadline(self.page.time)?;
            state.verify_proposer(by, "bind")?;
            if state.text_hash != *text {
                return Err(Refusal::CitedText { what: "measure", number: *number });
            }
            if state.package.is_some() {
                return Err(Refusal::Packaged(*number));
            }
            if matches!(state.terms.council_change, CouncilChange::Appointment(_)) {
                return Err(Refusal::StandsAlone(*number));
            }
            // An act of this block may replace or end one of the texts, so the package waits for
            // the next block.
            if self.page.measure_acts.contains_key(number) {
                return Err(Refusal::BlockFull);
            }
            let said = state.on_table();
            if !said.ballots.is_empty() || !said.mandates.is_empty() {
                return Err(Refusal::BallotsBefore(*number));
            }
            dates.insert((state.terms.opens, state.closes));
        }
        if dates.len() > 1 {
            return Err(Refusal::PackageDates);
        }
        let numbers: Vec<u64> = measures.iter().map(|cited| cited.number).collect();
        self.page.room.verify_steered(by, &numbers)?;
        self.page.room.steer(by, &numbers);
        self.page.changed_measures.extend(&numbers);
        for number in &numbers {
            self.change(*number).package = Some(text_hash);
        }
        self.packages.insert_mut(text_hash, package.clone());
        Ok(())
    }

    /// How many measures of this party are open.
    fn open_of(&self, by: &Code) -> usize {
        self.open.iter().filter(|number| self.measures[number].terms.by == *by).count()
    }

    fn verify_new_text(&self, text_hash: &Digest) -> Result<(), Refusal> {
        if self.by_text.contains_key(text_hash) {
            return Err(Refusal::AlreadyRecorded);
        }
        Ok(())
    }

    /// Judges a measure by the charter, and freezes the law that it is tabled under.
    fn verify_measure(&self, measure: &Measure) -> Result<Frozen, Refusal> {
        let (kind, way) = self.verify_kind(measure)?;
        self.verify_words(measure, kind)?;
        self.verify_cited(measure)?;
        self.verify_matter(measure, kind)?;
        verify_dates(measure, measure.closes, self.page.time)?;
        let rule = self.genesis.charter.rule(&way.by).expect("a verified charter has its rules");
        let excluded = self.excluded(measure, rule, way)?;
        Ok(self.freeze(kind.clone(), rule.clone(), excluded))
    }

    /// Words that the charter lists, and fields without which it refuses the kind.
    fn verify_words(&self, measure: &Measure, kind: &Kind) -> Result<(), Refusal> {
        let charter = &self.genesis.charter;
        if let Some(category) = &measure.category
            && !charter.categories.is_empty()
            && charter.category(category).is_none()
        {
            return Err(Refusal::UnknownWord { field: "category", word: category.clone() });
        }
        verify_known("procedure", &measure.procedure, |name| charter.procedure(name).is_some())?;
        let Particulars { prepared, item, .. } = &measure.particulars;
        let bodies = prepared.iter().map(|it| &it.body);
        verify_known("prepared", bodies, |body| charter.bodies.contains(body))?;
        verify_known("item", item, |item| charter.items.contains(item))?;
        if let Some(it) = measure.references.iter().find(|it| !charter.is_reference(it.as_str())) {
            return Err(Refusal::NoReference(it.clone()));
        }
        verify_known("targets", measure.sorts(), |sort| charter.targets.contains(sort))?;
        verify_known("applies", &measure.applies, |word| charter.restriction(word).is_some())?;
        let restrictions = measure.applies.iter().filter_map(|word| charter.restriction(word));
        verify_applies(measure, restrictions)?;
        if let Some(field) = kind.requires.iter().find(|field| !measure.states(field.as_str())) {
            return Err(Refusal::FieldRequired { kind: kind.name.clone(), field: field.clone() });
        }
        verify_targets(measure)?;
        let mut documents = BTreeSet::new();
        match measure.documents.iter().find(|it| !documents.insert((&it.name, &it.language))) {
            None => Ok(()),
            Some(twice) => Err(Refusal::DocumentTwice(twice.name.clone())),
        }
    }

    /// Incidents and the predecessor are there, and are what the measure takes them for.
    fn verify_cited(&self, measure: &Measure) -> Result<(), Refusal> {
        for Cited { number, text } in &measure.incidents {
            let state = self.incident(*number).ok_or(Refusal::UnknownIncident(*number))?;
            if state.text_hash != *text {
                return Err(Refusal::CitedText { what: "incident", number: *number });
            }
        }
        match &measure.predecessor {
            None => Ok(()),
            Some(Predecessor { cited, .. }) => self.verify_in_force(cited).map(drop),
        }
    }

    /// Checks that every member that had a ballot on the predecessor has one on this measure too.
    fn verify_succession(&self, measure: &Measure, frozen: &Frozen) -> Result<(), Refusal> {
        let Some(Predecessor { cited, .. }) = &measure.predecessor else { return Ok(()) };
        let is_asked = |code: &Code| frozen.entitled.iter().any(|asked| asked.code == *code);
        let mut before = self.measures[&cited.number].frozen.entitled.iter();
        match before.find(|it| self.is_member(&it.code) && !is_asked(&it.code)) {
            None => Ok(()),
            Some(Entitled { code, .. }) => {
                Err(Refusal::FewerThanBefore { code: code.clone(), measure: cited.number })
            }
        }
    }

    /// An adopted measure with this very text that has neither expired nor been repealed or annulled.
    pub(super) fn verify_in_force(&self, cited: &Cited) -> Result<&MeasureState, Refusal> {
        let state = self.verify_adopted(cited)?;
        let repealed = state.successors.iter().any(|it| it.relation == Relation::Repeals);
        let expired = state.terms.expires.is_some_and(|expires| expires <= self.page.time);
        if repealed || expired || state.annulled.is_some() {
            Err(Refusal::NotInForce(cited.number))
        } else {
            Ok(state)
        }
    }

    /// An adopted measure with this very text.
    fn verify_adopted(&self, cited: &Cited) -> Result<&MeasureState, Refusal> {
        let number = cited.number;
        let state = self.measure(number).ok_or(Refusal::UnknownMeasure(number))?;
        if state.text_hash != cited.text {
            return Err(Refusal::CitedText { what: "measure", number });
        }
        match state.status {
            Status::Adopted { .. } => Ok(state),
            status => Err(Refusal::NotAdopted { measure: number, status }),
        }
    }

    fn verify_matter(&self, measure: &Measure, kind: &Kind) -> Result<(), Refusal> {
        if measure.council_change.effect() != kind.effect {
            let (kind, wanted) = (kind.name.clone(), kind.effect);
            return Err(Refusal::WrongMatter { kind, wanted });
        }
        // What changes the council does so with its adoption.
        if kind.effect.is_some() && measure.enters.is_some() {
            return Err(Refusal::EntersWithEffect(kind.name.clone()));
        }
        match &measure.council_change {
            CouncilChange::Participation(codes) => self.verify_participation(codes),
            council_change => self.verify_change(council_change),
        }
    }
}

fn verify_known<'a>(
    field: &'static str,
    words: impl IntoIterator<Item = &'a Label>,
    is_known: impl Fn(&Label) -> bool,
) -> Result<(), Refusal> {
    match words.into_iter().find(|word| !is_known(word)) {
        None => Ok(()),
        Some(word) => Err(Refusal::UnknownWord { field, word: word.clone() }),
    }
}

/// Checks that what applies to some sorts of target applies to one of this measure's, where it names any.
fn verify_applies<'a>(
    measure: &Measure,
    mut restrictions: impl Iterator<Item = &'a Restriction>,
) -> Result<(), Refusal> {
    let is_idle = |it: &&Restriction| {
        let mut sorts = measure.sorts().peekable();
        sorts.peek().is_some() && !it.to.is_empty() && !sorts.any(|sort| it.to.contains(sort))
    };
    match restrictions.find(is_idle) {
        None => Ok(()),
        Some(Restriction { name, to }) => {
            Err(Refusal::AppliesToNone { word: name.clone(), to: to.clone() })
        }
    }
}

/// Checks that targets which are both counted and listed are as many of each sort as the count says.
fn verify_targets(measure: &Measure) -> Result<(), Refusal> {
    let Measure { targets, listed, .. } = measure;
    if targets.is_empty() || listed.is_empty() {
        return Ok(());
    }
    let sorts = targets.iter().map(|it| &it.sort).chain(listed.iter().map(|it| &it.sort));
    for sort in sorts {
        let counted = targets.iter().filter(|it| it.sort == *sort);
        let said: u64 = counted.map(|it| u64::from(it.count)).sum();
        let listed = listed.iter().filter(|it| it.sort == *sort).count();
        if listed as u64 != said {
            return Err(Refusal::TargetCount { sort: sort.clone(), said, listed });
        }
    }
    Ok(())
}

/// Checks that a revision changes neither who decides the measure nor how.
fn verify_same_law(old: &Measure, new: &Measure, measure: u64) -> Result<(), Refusal> {
    let fields = [
        ("kind", old.kind == new.kind),
        ("rule", old.rule == new.rule),
        ("authorised-by", old.authorised_by == new.authorised_by),
        ("concerns", old.concerns == new.concerns),
    ];
    match fields.into_iter().find(|(_, same)| !same) {
        None => Ok(()),
        Some((field, _)) => Err(Refusal::RevisionChanges { measure, field }),
    }
}

/// Checks that a revision changes the text, since it voids all ballots. A text that differs only by the
/// deadline as it was put off counts as the same.
fn verify_new_words(old: &Measure, new: &Measure, state: &MeasureState) -> Result<(), Refusal> {
    let is_same = |closes: Time| *new == Measure { closes, ..old.clone() };
    if is_same(old.closes) || is_same(state.closes) {
        return Err(Refusal::SameText(state.number));
    }
    Ok(())
}
