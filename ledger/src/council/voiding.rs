//! What ends ballots, mandates and reservations other than their own retraction: a member's own
//! ballot, a freeze, a departure, a new text.

use nemcon_crypto::LeafIndex;

use super::balloted::{Balloting, MandateState};
use super::history::{Ended, Extended, Past, Stood};
use super::measure::MeasureState;
use crate::record::Position;
use crate::text::{Code, Time};

impl MeasureState {
    /// Puts its deadline off.
    pub(super) fn put_off(&mut self, to: Time, (by, leaf, time): (&Code, LeafIndex, Time)) {
        let from = core::mem::replace(&mut self.closes, to);
        let extended = Extended { by: by.clone(), leaf, time, from, to };
        self.on_table_mut().history.keep_extension(extended);
    }
}

impl Balloting {
    /// Takes the member's reservations away.
    pub(super) fn end_reservations(&mut self, of: Option<&Code>, ended: &Ended, time: Time) {
        let is_over = |code: &Code| of.is_none_or(|of| of == code);
        let over = self.reservations.extract_if(.., |(code, _), _| is_over(code));
        for ((code, sort), placed) in over {
            let (stood, ended) = (Stood::Reservation { sort }, ended.clone());
            self.history.keep_past(Past { code, stood, leaf: placed.leaf, time, ended });
        }
    }

    /// Takes away the mandates that are meant, by whose ballot they are about.
    pub(super) fn end_mandates(
        &mut self,
        is_over: impl Fn(&Code, &MandateState) -> bool,
        ended: &Ended,
        time: Time,
    ) {
        let over = self.mandates.extract_if(.., |code, mandate| is_over(code, mandate));
        for (code, mandate) in over {
            let (stood, ended) = (Stood::Mandate { holder: mandate.holder }, ended.clone());
            self.history.keep_past(Past { code, stood, leaf: mandate.leaf, time, ended });
        }
    }

    /// Voids for good the member's ballot and mandate, and what it holds and has cast for others
    /// [rules.md R22]. The chains stay as they are: nothing of it can be played again.
    pub(super) fn void_of(&mut self, code: &Code, time: Time) {
        self.end_ballots(code, time);
        self.void_mandates_of(code, &Ended::Freeze(code.clone()), time);
    }

    pub(super) fn void_mandates_of(&mut self, code: &Code, ended: &Ended, time: Time) {
        self.end_mandates(|of, mandate| of == code || mandate.holder == *code, ended, time);
    }

    /// Takes away the ballots of a party that is frozen, and those that it has cast for others.
    fn end_ballots(&mut self, frozen: &Code, time: Time) {
        let over = self.ballots.extract_if(.., |of, ballot| of == frozen || ballot.by == *frozen);
        for (code, ballot) in over.filter(|(_, ballot)| ballot.position != Position::Retracted) {
            let stood = Stood::Ballot { position: ballot.position, by: ballot.by };
            let ended = Ended::Freeze(frozen.clone());
            self.history.keep_past(Past { code, stood, leaf: ballot.leaf, time, ended });
        }
    }

    /// Whether this member's ballot or mandate stands here, or one that it holds or has cast.
    pub(super) fn concerns_ballots_of(&self, code: &Code) -> bool {
        self.ballots.iter().any(|(of, ballot)| of == code || ballot.by == *code)
            || self.has_mandate_of(code)
    }

    pub(super) fn has_mandate_of(&self, code: &Code) -> bool {
        self.mandates.iter().any(|(of, mandate)| of == code || mandate.holder == *code)
    }
}
