//! Extending, withdrawing and closing a measure, and attesting something of it.
//!
//! What it guarantees: only a role that the charter names may do it, and a withdrawal or a close
//! acts when the block closes. What it does not: an attestation decides nothing, but one that the
//! charter lets annul ends the force of what was adopted.

use super::acts::MeasureAct;
use super::dates::verify_dates;
use super::limits::CLOSES_PER_BLOCK_MAX;
use super::measure::MeasureState;
use super::refusal::{NotInRole, Refusal};
use super::state::Council;
use super::status::Status;
use crate::record::{Attestation, CouncilChange, Extension, Statement};
use crate::text::{Code, Label};
use std::collections::BTreeSet;

impl Council {
    /// Puts a deadline off, that of a whole package together.
    pub(super) fn extend(
        &mut self,
        extension: &Extension,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (by, measure) = (&extension.said.head.by, state.number);
        self.verify_role(by, state, &self.genesis.charter.may_extend, "extend")?;
        if extension.closes <= state.closes {
            let (is, wanted) = (state.closes, extension.closes);
            return Err(Refusal::NotLater { measure, is, wanted });
        }
        let numbers = self.bound_to(state);
        for number in &numbers {
            verify_dates(self.measures[number].open_text()?, extension.closes, self.page.time)?;
        }
        self.page.room.verify_steered(by, &numbers)?;
        self.page.room.steer(by, &numbers);
        self.link(measure, by, statement.leaf_hash);
        let (leaf, time) = (self.next_leaf, self.page.time);
        for number in numbers {
            self.change(number).put_off(extension.closes, (by, leaf, time));
        }
        Ok(())
    }

    pub(super) fn withdraw(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let by = &statement.body.head().by;
        state.verify_proposer(by, "withdraw")?;
        self.steer(statement, &MeasureAct::Withdraw)
    }

    pub(super) fn close_early(&mut self, statement: &Statement) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let by = &statement.body.head().by;
        self.verify_role(by, state, &self.genesis.charter.may_close, "close")?;
        // Otherwise a thief of a participant's key could keep his access, by closing every measure that
        // would appoint other officers.
        if matches!(state.terms.council_change, CouncilChange::Appointment(_))
            && !self.is_member(by)
        {
            return Err(Refusal::AboutSeats { by: by.clone(), measure: state.number });
        }
        self.verify_room_to_close(state)?;
        let by = BTreeSet::from([by.clone()]);
        self.steer(statement, &MeasureAct::Close(by))
    }

    /// Attests something about a measure, also after its end.
    pub(super) fn attest(
        &mut self,
        attestation: &Attestation,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        let (by, charter) = (&attestation.said.head.by, &self.genesis.charter);
        let state = self.verify_also_after(statement, &charter.may_attest, "attest")?;
        let measure = state.number;
        if !charter.attests.contains(&attestation.attests) {
            let word = attestation.attests.clone();
            return Err(Refusal::UnknownWord { field: "attests", word });
        }
        if !charter.is_attested_of(&attestation.attests, state.terms.procedure.as_ref()) {
            let (word, procedure) = (attestation.attests.clone(), state.terms.procedure.clone());
            return Err(Refusal::OtherProcedure { word, measure, procedure });
        }
        let annuls = charter.annuls.contains(&attestation.attests);
        if annuls && !matches!(state.status, Status::Adopted { .. }) {
            let (word, status) = (attestation.attests.clone(), state.status);
            return Err(Refusal::NothingToAnnul { word, measure, status });
        }
        let releases = charter.releases(&state.frozen.kind.name, &attestation.attests);
        let has_votes = !matches!(state.status, Status::Open | Status::Withdrawn);
        if charter.is_of_release(&attestation.attests) && !(releases && has_votes) {
            let (word, status) = (attestation.attests.clone(), state.status);
            return Err(Refusal::NothingToRelease { word, measure, status });
        }
        self.verify_next(statement)?;
        let place = self.place_of(statement);
        let state = self.link(measure, by, statement.leaf_hash);
        if releases {
            state.released.get_or_insert(place.leaf);
        }
        if annuls {
            state.annulled.get_or_insert(place.leaf);
        }
        // Of a measure that has ended the records have it.
        if state.status == Status::Open {
            state.on_table_mut().attest(attestation, place);
        }
        Ok(())
    }

    /// Records what happens to a measure, and to those bound to it, when the block closes.
    fn steer(&mut self, statement: &Statement, act: &MeasureAct) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (number, numbers) = (state.number, self.bound_to(state));
        let by = &statement.body.head().by;
        self.page.room.verify_steered(by, &numbers)?;
        self.page.room.steer(by, &numbers);
        self.link(number, by, statement.leaf_hash);
        for number in numbers {
            self.page.changed_measures.insert(number);
            if matches!(act, MeasureAct::Close(_)) {
                self.page.closed.insert(number);
            }
            self.act(number, act.clone());
        }
        Ok(())
    }

    /// Checks that this block may close this measure too, with all that are bound to it.
    fn verify_room_to_close(&self, state: &MeasureState) -> Result<(), Refusal> {
        let closed = self.page.closed.len();
        let is_new = |number: &u64| !self.page.closed.contains(number);
        let new = self.bound_to(state).into_iter().filter(is_new).count();
        if closed + new > CLOSES_PER_BLOCK_MAX { Err(Refusal::BlockFull) } else { Ok(()) }
    }

    /// Takes back the early closes of the parties that this block froze: their measures stay open,
    /// unless another party has closed them too.
    pub(super) fn void_closes_of(&mut self, frozen: &[Code]) {
        self.page.measure_acts.retain(|_, act| match act {
            MeasureAct::Close(by) => {
                by.retain(|code| !frozen.contains(code));
                !by.is_empty()
            }
            MeasureAct::Revise { .. } | MeasureAct::Withdraw => true,
        });
    }

    /// Notes what happens to a measure when the block closes, unless an act of higher priority is
    /// noted.
    pub(super) fn act(&mut self, number: u64, act: MeasureAct) {
        if let (Some(MeasureAct::Close(there)), MeasureAct::Close(by)) =
            (self.page.measure_acts.get_mut(&number), &act)
        {
            there.extend(by.iter().cloned());
        }
        if self.page.measure_acts.get(&number).is_none_or(|there| there.rank() < act.rank()) {
            self.page.measure_acts.insert(number, act);
        }
    }

    /// Checks that the charter gives one of `by`'s roles this act on the measure.
    pub(super) fn verify_role(
        &self,
        by: &Code,
        state: &MeasureState,
        roles: &[Label],
        act: &'static str,
    ) -> Result<(), Refusal> {
        let proposer = &state.terms.by;
        if self.is_in_role(by, Some(proposer), roles) {
            return Ok(());
        }
        let (by, proposer, measure) = (by.clone(), proposer.clone(), state.number);
        let may = roles.to_vec();
        Err(Refusal::NotInRole(Box::new(NotInRole { by, act, measure, proposer, may })))
    }
}
