//! What was said on a measure that has ended, told again from its records.
//!
//! ```text
//! records of the measure, in the order of the log ─┐
//! freezes and departures of its days ──────────────┼─▶ the same effects as when they were let in
//! its law, and how it ended ───────────────────────┘
//! ```
//!
//! What it guarantees: what is told is what the council had when the measure ended, with what was
//! attested and remarked since; where the records do not lead to what the council keeps of the measure, nothing is
//! told. What it does not: nothing here is judged, since the council let the records in.

use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};

use super::balloted::{Balloting, Kept, Place};
use super::history::Ended;
use super::lists::Voiding;
use super::measure::MeasureState;
use super::state::Council;
use super::status::Status;
use crate::record::statement::{Body, Statement};
use crate::record::{Genesis, Revision};
use crate::text::Time;

/// A statement as it stands in the log.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its leaf.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub time: Time,
    /// The statement.
    pub statement: Statement,
}

/// A measure on the way through its records.
struct Retelling<'a> {
    genesis: &'a Genesis,
    /// The measure as the council keeps it.
    kept: &'a MeasureState,
    /// The measure as far as it is told; none before it is tabled.
    state: Option<MeasureState>,
    /// A text that takes the place of the one that stands when its block closes.
    next_text: Option<(Place, Revision)>,
}

impl Council {
    /// The measures of which the records tell what was said on this one: itself, and those of its
    /// package, whose deadlines moved together.
    pub fn told_by(&self, state: &MeasureState) -> Vec<u64> {
        self.bound_to(state)
    }

    /// What was said on a measure: as the council has it, or told again from `records`, which are the
    /// statements about all measures of [`Self::told_by`] in the order of the log.
    pub fn retell(
        &self,
        state: &MeasureState,
        records: impl IntoIterator<Item = Told>,
    ) -> Option<Balloting> {
        if let Some(balloting) = state.balloting() {
            return Some(balloting.clone());
        }
        let mut retelling =
            Retelling { genesis: &self.genesis, kept: state, state: None, next_text: None };
        let until = state.ended?;
        let mut voidings = self.voidings(state.tabled, until).peekable();
        for told in records {
            while let Some(voiding) = voidings.next_if(|it| it.time < told.time) {
                retelling.void(voiding);
            }
            retelling.end_before(told.time);
            retelling.take(&told);
        }
        for voiding in voidings {
            retelling.void(voiding);
        }
        retelling.finish()
    }

    /// What voided ballots and mandates within these times, in its order.
    fn voidings(&self, from: Time, until: Time) -> impl Iterator<Item = &Voiding> {
        let all = self.lists.voidings.iter().rev().skip_while(move |it| it.time > until);
        let mut within: Vec<_> = all.take_while(|it| it.time >= from).collect();
        within.reverse();
        within.into_iter()
    }
}

impl Retelling<'_> {
    /// The hash of the text with which the measure was tabled.
    fn first_text(&self) -> Digest {
        match &self.kept.kept {
            Kept::Balloting(it) => it.former.first().map(|former| former.text_hash),
            Kept::Counted(it) => it.former.first().copied(),
        }
        .unwrap_or(self.kept.text_hash)
    }

    /// A block of a later time begins: a text that waits has taken its place.
    fn end_before(&mut self, time: Time) {
        if self.next_text.as_ref().is_some_and(|(place, _)| place.time < time) {
            self.replace_text();
        }
    }

    fn replace_text(&mut self) {
        let Some((place, revision)) = self.next_text.take() else { return };
        // A withdrawal in the same block goes before the new text.
        let is_withdrawn = self.kept.status == Status::Withdrawn;
        if is_withdrawn && self.kept.ended == Some(place.time) {
            return;
        }
        if let Some(state) = &mut self.state {
            state.replace_text(revision, &self.genesis.charter, place);
        }
    }

    fn void(&mut self, voiding: &Voiding) {
        let Voiding { time, is_departure, code, leaf, .. } = voiding;
        if *is_departure {
            self.end_before(Time::from_ms(time.as_ms() + 1).unwrap_or(*time));
        } else {
            self.end_before(*time);
        }
        // Whatever ended before the voiding is not touched by it.
        let has_ended = self.kept.ended == Some(*time)
            && (*is_departure || self.kept.outcome_leaf().is_some_and(|end| end < *leaf));
        let Some(state) = self.state.as_mut().filter(|_| !has_ended) else { return };
        let said = state.on_table_mut();
        if *is_departure {
            said.void_mandates_of(code, &Ended::Departure(code.clone()), *time);
        } else {
            said.void_of(code, *time);
        }
    }

    fn take(&mut self, Told { leaf, time, statement }: &Told) {
        let (body, number) = (&statement.body, self.kept.number);
        let place = Place { leaf: *leaf, time: *time, text_hash: statement.text_hash };
        let is_about = body.about().is_none_or(|about| about.measure == number);
        let Some(state) = &mut self.state else {
            if let Body::Measure(measure) = body
                && statement.text_hash == self.first_text()
            {
                let law = Arc::clone(&self.kept.frozen);
                let charter = &self.genesis.charter;
                self.state = Some(MeasureState::tabled(number, measure, charter, law, place));
            }
            return;
        };
        match body {
            // A deadline moves for the whole package.
            Body::Extension(it) if is_about || state.package.is_some() => {
                state.put_off(it.closes, (&it.said.head.by, *leaf, *time));
            }
            Body::Revision(it) if it.revises.number == number => {
                self.next_text = Some((place, it.clone()));
            }
            Body::Package(_) => state.package = Some(statement.text_hash),
            Body::Ballot(it) if is_about => {
                let signed = state.frozen.signatures_for_votes(statement);
                state.on_table_mut().cast(it, place, signed);
            }
            Body::Mandate(it) if is_about => state.on_table_mut().empower(it, place),
            Body::Reservation(it) if is_about => state.on_table_mut().reserve(it, place),
            Body::Attestation(it) if is_about => state.on_table_mut().attest(it, place),
            Body::Remark(it) if is_about => state.on_table_mut().remark(it, place),
            Body::Measure(_)
            | Body::Revision(_)
            | Body::Extension(_)
            | Body::Ballot(_)
            | Body::Mandate(_)
            | Body::Reservation(_)
            | Body::Attestation(_)
            | Body::Remark(_)
            | Body::Withdrawal(_)
            | Body::Close(_)
            | Body::Incident(_)
            | Body::Attribution(_)
            | Body::Keys(_)
            | Body::Freeze(_)
            | Body::Rotation(_)
            | Body::Notice(_)
            | Body::Entry(_) => {}
        }
    }

    /// What was told, if it is what the council keeps.
    fn finish(mut self) -> Option<Balloting> {
        self.replace_text();
        let state = self.state?;
        let same = |it: &MeasureState| {
            (it.number, it.revision, it.text_hash, it.leaf, it.tabled, it.closes, it.package)
        };
        let said = state.balloting()?;
        let counted = said.counted(&state.frozen);
        let is_kept = matches!(&self.kept.kept, Kept::Counted(kept) if **kept == counted);
        (is_kept && same(&state) == same(self.kept)).then(|| said.clone())
    }
}
