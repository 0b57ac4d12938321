//! Ballots, mandates and reservations on an open measure.
//!
//! What it guarantees: a member's ballot is its own or cast under its standing mandate, and a
//! member's own ballot revokes its mandate. What it does not: whether ballots adopt a measure is
//! for `deciding` to judge.

use super::history::Ended;
use super::measure::{BallotState, MandateState, MeasureState, ReservationState};
use super::refusal::Refusal;
use super::state::Council;
use crate::record::measure_fields::Procedure;
use crate::record::reservation::ReservationAct;
use crate::record::statement::Statement;
use crate::record::{Ballot, Mandate, Position, Reservation};
use crate::text::Code;

impl Council {
    pub(super) fn cast(&mut self, ballot: &Ballot, statement: &Statement) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (by, code, measure) = (&ballot.said.head.by, &ballot.said.on_behalf, state.number);
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        let mandate = state.mandate_for(by, code, ballot.mandate)?.cloned();
        let law = &state.frozen;
        match ballot.position {
            Position::AbstainQualified if !law.kind.qualified => {
                return Err(Refusal::QualifiedNotAllowed(law.kind.name.clone()));
            }
            Position::AbstainQualified if mandate.is_some() => {
                return Err(Refusal::DeclarationNotOwn { by: by.clone(), on_behalf: code.clone() });
            }
            Position::Abstain if !law.rule.abstention => {
                return Err(Refusal::AbstentionRefused(law.rule.name.clone()));
            }
            Position::Retracted if state.ballot(code).is_none() => {
                return Err(Refusal::NothingToRetract { code: code.clone(), measure });
            }
            Position::InFavour
            | Position::Abstain
            | Position::AbstainQualified
            | Position::Against
            | Position::Retracted => {}
        }
        if ballot.is_tacit && state.terms.procedure != Some(Procedure::Written) {
            return Err(Refusal::TacitNotAllowed(measure));
        }
        let cast = BallotState {
            by: by.clone(),
            position: ballot.position,
            leaf: self.next_leaf,
            text_hash: statement.text_hash,
            time: self.page.time,
            declaration: ballot.declaration,
            mandate,
            is_tacit: ballot.is_tacit,
        };
        let (time, ended) = (self.page.time, Ended::Ballot(self.next_leaf));
        let state = self.link(measure, code, statement.text_hash);
        if by == code {
            // A member's own ballot revokes its mandate.
            state.end_mandates(|of, _| of == code, &ended, time);
            if ballot.position == Position::InFavour {
                state.end_reservations(Some(code), &ended, time);
            }
        } else if let Some(mandate) = state.mandates.get_mut(code) {
            mandate.is_used = true;
        }
        state.ballots.insert(code.clone(), cast);
        Ok(())
    }

    /// Gives a member's mandate to another member, or takes the mandate back [TFEU 239].
    pub(super) fn empower(
        &mut self,
        mandate: &Mandate,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        if !self.genesis.charter.mandates {
            return Err(Refusal::NoMandates);
        }
        let state = self.verify_link(statement)?;
        let (code, measure) = (&mandate.said.on_behalf, state.number);
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        let standing = state.mandates.get(code);
        if standing.is_some_and(|standing| standing.is_used) {
            return Err(Refusal::MandateUsed { code: code.clone(), measure });
        }
        let Some(holder) = &mandate.holder else {
            if standing.is_none() {
                return Err(Refusal::NoMandate { code: code.clone(), measure });
            }
            self.link(measure, code, statement.text_hash).mandates.remove(code);
            return Ok(());
        };
        state.verify_holder(code, holder)?;
        let given = MandateState {
            holder: holder.clone(),
            leaf: self.next_leaf,
            text_hash: statement.text_hash,
            time: self.page.time,
            is_used: false,
        };
        self.link(measure, code, statement.text_hash).mandates.insert(code.clone(), given);
        Ok(())
    }

    pub(super) fn reserve(
        &mut self,
        reservation: &Reservation,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (code, measure) = (&reservation.said.on_behalf, state.number);
        let sort = &reservation.sort;
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        if !self.genesis.charter.reservations.contains(sort) {
            return Err(Refusal::UnknownWord { field: "reservation", word: sort.clone() });
        }
        let key = (code.clone(), sort.clone());
        match (reservation.act, state.reservations.contains_key(&key)) {
            (ReservationAct::Place, true) => {
                let (code, sort) = key;
                return Err(Refusal::ReservationStands { code, sort });
            }
            (ReservationAct::Lift, false) => {
                let (code, sort) = key;
                return Err(Refusal::NoReservation { code, sort });
            }
            (ReservationAct::Place, false) | (ReservationAct::Lift, true) => {}
        }
        let placed = ReservationState {
            leaf: self.next_leaf,
            time: self.page.time,
            reason: reservation.reason.clone(),
            digest: reservation.digest,
        };
        let state = self.link(measure, code, statement.text_hash);
        match reservation.act {
            ReservationAct::Place => state.reservations.insert(key, placed),
            ReservationAct::Lift => state.reservations.remove(&key),
        };
        Ok(())
    }
}

impl MeasureState {
    /// The mandate under which `by` speaks for `code`; none if it speaks for itself.
    fn mandate_for(
        &self,
        by: &Code,
        code: &Code,
        named: Option<nemcon_crypto::Digest>,
    ) -> Result<Option<&MandateState>, Refusal> {
        if by == code {
            return match named {
                None => Ok(None),
                Some(_) => Err(Refusal::WrongMandate { by: by.clone(), on_behalf: code.clone() }),
            };
        }
        let standing = self.mandates.get(code).filter(|mandate| mandate.holder == *by);
        match (standing, named) {
            (None, _) => Err(Refusal::NotOwn { by: by.clone(), on_behalf: code.clone() }),
            (Some(mandate), Some(named)) if mandate.text_hash == named => Ok(Some(mandate)),
            (Some(_), _) => Err(Refusal::WrongMandate { by: by.clone(), on_behalf: code.clone() }),
        }
    }

    /// Checks that `holder` may hold the mandate of `code`: each member holds at most one mandate,
    /// and no holder of a mandate gives one.
    fn verify_holder(&self, code: &Code, holder: &Code) -> Result<(), Refusal> {
        let measure = self.number;
        if holder == code || !self.is_entitled(holder) {
            return Err(Refusal::HolderNotEntitled { holder: holder.clone(), measure });
        }
        if self.ballot(code).is_some() {
            return Err(Refusal::BallotStands { code: code.clone(), measure });
        }
        let held_by = |by: &Code| {
            self.mandates.iter().find(|(grantor, it)| it.holder == *by && *grantor != code)
        };
        if let Some((from, _)) = held_by(holder) {
            let (holder, from) = (holder.clone(), from.clone());
            return Err(Refusal::SecondMandate { holder, from, measure });
        }
        if let Some((from, _)) = held_by(code) {
            return Err(Refusal::ChainedMandate { through: code.clone(), from: from.clone() });
        }
        if self.mandates.contains_key(holder) {
            return Err(Refusal::ChainedMandate { through: holder.clone(), from: code.clone() });
        }
        Ok(())
    }
}
