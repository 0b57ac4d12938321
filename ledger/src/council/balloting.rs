//! Ballots, mandates and reservations on an open measure.
//!
//! What it guarantees: a member's ballot is its own or cast under its standing mandate, and a
//! member's own ballot revokes its mandate. What it does not: whether ballots adopt a measure is
//! for `deciding` to judge.

use nemcon_crypto::Digest;

use super::balloted::{
    AttestationState, BallotState, Balloting, MandateState, Place, ReservationState,
};
use super::history::Ended;
use super::measure::MeasureState;
use super::refusal::Refusal;
use super::state::Council;
use crate::record::reservation::ReservationAct;
use crate::record::statement::Statement;
use crate::record::{Attestation, Ballot, Mandate, Position, Reservation};
use crate::text::Code;

impl Council {
    /// The place of a statement that is let in now.
    pub(super) const fn place_of(&self, statement: &Statement) -> Place {
        let (leaf, time, text_hash) = (self.next_leaf, self.page.time, statement.text_hash);
        Place { leaf, time, text_hash }
    }

    pub(super) fn cast(&mut self, ballot: &Ballot, statement: &Statement) -> Result<(), Refusal> {
        let state = self.verify_link(statement)?;
        let (by, code, measure) = (&ballot.said.head.by, &ballot.said.on_behalf, state.number);
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        let is_by_mandate = state.mandate_for(by, code, ballot.mandate)?.is_some();
        let law = &state.frozen;
        match ballot.position {
            Position::AbstainQualified if !law.kind.qualified => {
                return Err(Refusal::QualifiedNotAllowed(law.kind.name.clone()));
            }
            Position::AbstainQualified if is_by_mandate => {
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
        let procedure = state.terms.procedure.as_ref();
        if ballot.is_tacit && !self.genesis.charter.is_tacit(procedure) {
            return Err(Refusal::TacitNotAllowed(measure));
        }
        let (place, signed) = (self.place_of(statement), law.signatures_for_votes(statement));
        self.link(measure, code, statement.leaf_hash).on_table_mut().cast(ballot, place, signed);
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
        let rule = &state.frozen.rule;
        if !rule.mandates {
            return Err(Refusal::NoMandatesUnder(rule.name.clone()));
        }
        if !state.is_entitled(code) {
            return Err(Refusal::NotEntitled { code: code.clone(), measure });
        }
        let standing = state.on_table().mandates.get(code);
        if standing.is_some_and(|standing| standing.is_used) {
            return Err(Refusal::MandateUsed { code: code.clone(), measure });
        }
        match &mandate.holder {
            Some(holder) => state.verify_holder(code, holder)?,
            None if standing.is_none() => {
                return Err(Refusal::NoMandate { code: code.clone(), measure });
            }
            None => {}
        }
        let place = self.place_of(statement);
        self.link(measure, code, statement.leaf_hash).on_table_mut().empower(mandate, place);
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
        match (reservation.act, state.on_table().reservations.contains_key(&key)) {
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
        let place = self.place_of(statement);
        self.link(measure, code, statement.leaf_hash).on_table_mut().reserve(reservation, place);
        Ok(())
    }
}

/// What statements do that the law lets in: while they are let in, and when they are read again.
impl Balloting {
    /// A member's own ballot revokes its mandate; in favour, it lifts the member's reservations.
    pub(super) fn cast(&mut self, ballot: &Ballot, place: Place, signatures: Option<Digest>) {
        let (by, code) = (&ballot.said.head.by, &ballot.said.on_behalf);
        let Place { leaf, time, text_hash } = place;
        let ended = Ended::Ballot(leaf);
        let mut mandate = None;
        if by == code {
            self.end_mandates(|of, _| of == code, &ended, time);
            if ballot.position == Position::InFavour {
                self.end_reservations(Some(code), &ended, time);
            }
        } else if let Some(standing) = self.mandates.get_mut(code) {
            mandate = Some(standing.clone());
            standing.is_used = true;
        }
        let cast = BallotState {
            by: by.clone(),
            position: ballot.position,
            leaf,
            text_hash,
            signatures,
            time,
            declaration: ballot.declaration,
            mandate,
            is_tacit: ballot.is_tacit,
        };
        self.ballots.insert(code.clone(), cast);
    }

    /// A mandate stands, or does so no more.
    pub(super) fn empower(&mut self, mandate: &Mandate, place: Place) {
        let code = &mandate.said.on_behalf;
        let Some(holder) = &mandate.holder else {
            self.mandates.remove(code);
            return;
        };
        let Place { leaf, time, text_hash } = place;
        let holder = holder.clone();
        let given = MandateState { holder, leaf, text_hash, time, is_used: false };
        self.mandates.insert(code.clone(), given);
    }

    /// A reservation stands, or does so no more.
    pub(super) fn reserve(&mut self, reservation: &Reservation, place: Place) {
        let key = (reservation.said.on_behalf.clone(), reservation.sort.clone());
        match reservation.act {
            ReservationAct::Place => {
                let (reason, digest) = (reservation.reason.clone(), reservation.digest);
                let Place { leaf, time, .. } = place;
                self.reservations.insert(key, ReservationState { leaf, time, reason, digest });
            }
            ReservationAct::Lift => drop(self.reservations.remove(&key)),
        }
    }

    /// A party attests something.
    pub(super) fn attest(&mut self, attestation: &Attestation, place: Place) {
        let key = (attestation.said.head.by.clone(), attestation.attests.clone());
        let Place { leaf, time, .. } = place;
        let reference = attestation.reference.clone();
        self.attestations.insert(key, AttestationState { leaf, time, reference });
    }
}

impl MeasureState {
    /// The mandate under which `by` speaks for `code`; none if it speaks for itself.
    fn mandate_for(
        &self,
        by: &Code,
        code: &Code,
        named: Option<Digest>,
    ) -> Result<Option<&MandateState>, Refusal> {
        if by == code {
            return match named {
                None => Ok(None),
                Some(_) => Err(Refusal::WrongMandate { by: by.clone(), on_behalf: code.clone() }),
            };
        }
        let standing = self.on_table().mandates.get(code).filter(|mandate| mandate.holder == *by);
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
        let mandates = &self.on_table().mandates;
        let held_by =
            |by: &Code| mandates.iter().find(|(grantor, it)| it.holder == *by && *grantor != code);
        if let Some((from, _)) = held_by(holder) {
            let (holder, from) = (holder.clone(), from.clone());
            return Err(Refusal::SecondMandate { holder, from, measure });
        }
        if let Some((from, _)) = held_by(code) {
            return Err(Refusal::ChainedMandate { through: code.clone(), from: from.clone() });
        }
        if mandates.contains_key(holder) {
            return Err(Refusal::ChainedMandate { through: holder.clone(), from: code.clone() });
        }
        Ok(())
    }
}
