//! One block's round: it opens at a time, takes statements in, and closes.
//!
//! What it guarantees: a refused statement changes nothing, and the same statements in the same order
//! derive the same records. What it does not: the order itself is for the chain to judge.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::acts::MeasureAct;
use super::candidate::Candidate;
use super::deciding::Derived;
use super::limits::ENDINGS_PER_BLOCK_MAX;
use super::page::Page;
use super::refusal::Refusal;
use super::room::Wanted;
use super::state::Council;
use super::status::Status;
use crate::record::signers::verify_lines;
use crate::record::{Body, Statement};
use crate::text::Time;

impl Council {
    /// When the next block is due without a new statement: at the next deadline, when a member leaves
    /// by its notice alone, or at once if a change, a lapse or an adoption waits for a block.
    pub fn next_deadline(&self) -> Option<Time> {
        if !self.seats.waiting.is_empty() || !self.undecidable.is_empty() || self.is_adopting {
            return Some(self.page.time);
        }
        let closes = self.open.iter().map(|number| self.measures[number].closes);
        closes.chain(self.departing().filter_map(|(_, since)| self.departs(since))).min()
    }

    /// Begins a block at `time`. Members whose notice has run leave when it is their turn. Measures end
    /// whose deadlines are due or that nothing can decide any more, up to [`ENDINGS_PER_BLOCK_MAX`];
    /// the next block ends the others. Measures end in the order of their numbers; a package ends whole
    /// in the place of its first measure.
    pub fn open(&mut self, time: Time) -> Vec<Derived> {
        self.page = Page::at(time);
        self.days.open(time);
        let has_run = |since| self.departs(since).is_some_and(|due| due <= time);
        let leaving = self.departing().filter(|(_, since)| has_run(*since));
        let leaving: Vec<_> = leaving.map(|(code, _)| code.clone()).collect();
        self.seats.queue_departures(leaving);
        let is_undecidable = |number: &u64| self.undecidable.contains(number);
        let due = |number: &u64| self.measures[number].closes <= time || is_undecidable(number);
        let due = self.open.iter().copied().filter(due);
        let due: BTreeSet<u64> = due.map(|it| self.bound_to(&self.measures[&it])[0]).collect();
        let mut derived = Vec::new();
        for first in due {
            let state = &self.measures[&first];
            if derived.len() + self.bound_to(state).len() > ENDINGS_PER_BLOCK_MAX {
                break;
            }
            if self.lapse_reason(first).is_some() {
                derived.extend(self.lapse_undecidable(first));
            } else if state.closes <= time {
                derived.extend(self.end(first, "its deadline passed"));
            }
        }
        derived
    }

    /// Lets one statement in, as the next leaf.
    ///
    /// # Errors
    /// The [`Refusal`]; then nothing has changed.
    pub fn apply(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let wanted = Wanted::of(statement);
        self.verify_signer(statement, &wanted, |parts| verify_lines(&statement.note, parts))?;
        self.admit(statement, &wanted)
    }

    /// As [`Self::apply`], for a statement that is judged more than once. Its signatures are verified
    /// once, as long as the same keys must sign it.
    ///
    /// # Errors
    /// The [`Refusal`]; then the council has not changed.
    pub fn apply_candidate(&mut self, candidate: &mut Candidate) -> Result<(), Refusal> {
        let statement = Arc::clone(candidate.statement());
        let wanted = Wanted::of(&statement);
        self.verify_signer(&statement, &wanted, |parts| candidate.prove(parts))?;
        self.admit(&statement, &wanted)
    }

    /// As [`Self::apply`], for a statement whose signatures this node verified before it made the
    /// statement's block durable: they are not verified again.
    ///
    /// # Errors
    /// The [`Refusal`]; then the council has not changed.
    pub(crate) fn apply_own(&mut self, candidate: &mut Candidate) -> Result<(), Refusal> {
        let statement = candidate.statement();
        let wanted = Wanted::of(statement);
        self.verify_signer(statement, &wanted, |_| Ok(()))?;
        self.admit(statement, &wanted)
    }

    /// Lets in a statement whose signer was judged, and for which there is room.
    pub(super) fn admit(
        &mut self,
        statement: &Statement,
        wanted: &Wanted<'_>,
    ) -> Result<(), Refusal> {
        match &statement.body {
            Body::Measure(measure) => self.table(measure, statement.text_hash),
            Body::Revision(revision) => self.revise(revision, statement),
            Body::Package(package) => self.bind(package, statement.text_hash),
            Body::Ballot(ballot) => self.cast(ballot, statement),
            Body::Mandate(mandate) => self.empower(mandate, statement),
            Body::Reservation(reservation) => self.reserve(reservation, statement),
            Body::Extension(extension) => self.extend(extension, statement),
            Body::Withdrawal(_) => self.withdraw(statement),
            Body::Close(_) => self.close_early(statement),
            Body::Attestation(attestation) => self.attest(attestation, statement),
            Body::Remark(remark) => self.remark(remark, statement),
            Body::Incident(incident) => self.report(incident, statement.text_hash),
            Body::Attribution(attribution) => self.attribute(attribution, statement),
            Body::Keys(keys) => self.change_keys(keys, statement),
            Body::Freeze(freeze) => self.freeze_party(freeze, statement),
            Body::Rotation(rotation) => self.rotate(rotation, statement),
            Body::Notice(notice) => self.announce(notice, statement),
            Body::Entry(entry) => self.enter(entry, statement),
        }?;
        self.days.take(wanted);
        self.page.room.take(wanted);
        self.next_leaf.0 += 1;
        Ok(())
    }

    /// Ends the block: freezes and notices act; then withdrawals, revisions and closes act and complete
    /// measures are judged, in the order of their numbers; then the roster of the next block follows. A
    /// package is judged whole in the place of its first measure.
    /// The block record takes the leaf after what is returned.
    pub fn close(&mut self) -> Vec<Derived> {
        self.settle_seats();
        let mut derived = Vec::new();
        let mut acts = core::mem::take(&mut self.page.measure_acts);
        let mut room = ENDINGS_PER_BLOCK_MAX
            - acts.values().filter(|act| matches!(act, MeasureAct::Close(_))).count();
        self.is_adopting = false;
        for number in self.open.iter().copied().collect::<Vec<_>>() {
            let bound = self.bound_to(&self.measures[&number]);
            if bound[0] != number {
                continue;
            }
            match acts.remove(&number) {
                Some(MeasureAct::Withdraw) => {
                    for number in bound {
                        self.settle(number, Status::Withdrawn);
                    }
                }
                Some(MeasureAct::Revise { text_hash, leaf, revision }) => {
                    self.replace_text(text_hash, leaf, *revision);
                }
                Some(MeasureAct::Close(_)) if self.lapse_reason(number).is_none() => {
                    derived.extend(self.end(number, "it was closed"));
                }
                None if self.is_adoptable(number) => {
                    derived.extend(self.adopt_if_room(number, &mut room).into_iter().flatten());
                }
                // The next block ends a measure that nothing can decide any more.
                Some(MeasureAct::Close(_)) | None => {}
            }
        }
        self.change_seats();
        self.next_leaf.0 += 1;
        derived
    }
}
