//! Ballots of all positions, mandates, reservations.

use nemcon_crypto::hash;
use nemcon_ledger::council::MeasureState;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::record::{Ballot, Body, Mandate, Position, Reservation};
use nemcon_ledger::text::Code;

use super::desk::{Desk, said};
use crate::fixture::line;

impl<'a> Desk<'a> {
    /// A ballot: one that is missing, one under a mandate, or another one in its place.
    pub(super) fn ballot(&mut self) -> Option<Body> {
        let (by, now) = (self.by, self.sight.now);
        let is_begun = |it: &MeasureState| it.terms.opens.is_none_or(|opens| opens <= now);
        let grantor = |it: &MeasureState| {
            let mut held = said(it).mandates.iter().filter(|(_, mandate)| mandate.holder == *by);
            held.find(|(code, _)| said(it).ballot(code).is_none()).map(|(code, _)| code.clone())
        };
        if let Some(state) = self.pick_open(|it| is_begun(it) && grantor(it).is_some())
            && self.chance(600)
        {
            let position = self.position(state, false);
            return Some(self.ballot_of(state, &grantor(state)?, position));
        }
        let is_mine = |it: &MeasureState| it.is_entitled(by) && is_begun(it);
        if let Some(state) = self.awaited(|it| is_mine(it) && said(it).ballot(by).is_none()) {
            let position = self.position(state, true);
            return Some(self.ballot_of(state, by, position));
        }
        let state = self.pick_open(is_mine)?;
        let position =
            if self.chance(300) { Position::Retracted } else { self.position(state, true) };
        Some(self.ballot_of(state, by, position))
    }

    /// One of the measures on the table that meet a condition, often the one that lacks least: else
    /// little would ever be decided.
    fn awaited(&mut self, meets: impl Fn(&MeasureState) -> bool) -> Option<&'a MeasureState> {
        let open = self.open(meets);
        if self.chance(600) {
            return open.into_iter().min_by_key(|it| it.missing().len());
        }
        self.pick(&open).copied()
    }

    /// Mostly in favour; else something that the law of this measure knows.
    fn position(&mut self, state: &MeasureState, is_own: bool) -> Position {
        let law = &state.frozen;
        match self.below(100) {
            75..85 if law.rule.abstention => Position::Abstain,
            85..91 if law.kind.qualified && is_own => Position::AbstainQualified,
            91..100 => Position::Against,
            _ => Position::InFavour,
        }
    }

    fn ballot_of(&mut self, state: &MeasureState, code: &Code, position: Position) -> Body {
        let declares = position == Position::AbstainQualified;
        let is_tacit = self.charter().is_tacit(state.terms.procedure.as_ref());
        let mandate = said(state).mandates.get(code).filter(|_| code != self.by);
        Body::Ballot(Ballot {
            said: self.said_on(state, code),
            position,
            declaration: declares.then(|| hash::sha256(b"a declaration")),
            mandate: mandate.map(|mandate| mandate.text_hash),
            is_tacit: is_tacit && self.chance(300),
        })
    }

    /// Lets another cast this member's ballot, or takes that back.
    pub(super) fn mandate(&mut self) -> Option<Body> {
        let by = self.by;
        let is_free = |it: &MeasureState| {
            let is_used = said(it).mandates.get(by).is_some_and(|mandate| mandate.is_used);
            it.is_entitled(by) && said(it).ballot(by).is_none() && !is_used
        };
        let state = self.pick_open(is_free)?;
        let takes_back = said(state).mandates.contains_key(by) && self.chance(500);
        let holder = if takes_back { None } else { Some(self.holder(state)?) };
        Some(Body::Mandate(Mandate { said: self.said_on(state, by), holder }))
    }

    /// Who may cast this member's ballot; nobody if it speaks for another already.
    fn holder(&mut self, state: &'a MeasureState) -> Option<Code> {
        let holds = |code: &Code| {
            let mut others = said(state).mandates.iter().filter(|(of, _)| *of != self.by);
            others.any(|(of, mandate)| mandate.holder == *code || of == code)
        };
        if holds(self.by) {
            return None;
        }
        let entitled = state.frozen.entitled.iter().map(|it| &it.code);
        let free: Vec<&Code> = entitled.filter(|it| *it != self.by && !holds(it)).collect();
        self.pick(&free).map(|code| (*code).clone())
    }

    /// Says "not yet", or lifts that.
    pub(super) fn reservation(&mut self) -> Option<Body> {
        let by = self.by;
        let state = self.pick_open(|it| it.is_entitled(by))?;
        let sort = self.pick(&self.charter().reservations)?.clone();
        let stands = said(state).reservations.contains_key(&(by.clone(), sort.clone()));
        let act = if stands { ReservationAct::Lift } else { ReservationAct::Place };
        let is_told = act == ReservationAct::Place && self.chance(500);
        let is_salted = act == ReservationAct::Place && !is_told && self.chance(300);
        Some(Body::Reservation(Reservation {
            said: self.said_on(state, by),
            sort,
            act,
            reason: is_told.then(|| line("Not yet.")),
            digest: is_salted.then(|| hash::sha256(b"a reason")),
        }))
    }
}
