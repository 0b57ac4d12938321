//! What steers measures: early ends, extensions, revisions, packages; and what is attested of them or
//! remarked on them.

use nemcon_crypto::hash;
use nemcon_ledger::council::{MeasureState, Status};
use nemcon_ledger::record::{
    Attestation, Body, Close, CouncilChange, Extension, Measure, Package, Remark, RemarkText,
    Revision, Withdrawal,
};
use nemcon_ledger::text::Time;

use super::desk::{Desk, cited, said};
use crate::fixture::line;

impl<'a> Desk<'a> {
    /// Takes a measure back or closes it.
    pub(super) fn end(&mut self) -> Option<Body> {
        let by = self.by;
        if self.chance(300)
            && let Some(state) = self.pick_open(|it| it.terms.by == *by)
        {
            return Some(Body::Withdrawal(Withdrawal {
                said: self.said_on(state, by),
                reason: self.chance(500).then(|| line("It is overtaken.")),
            }));
        }
        let (now, roles) = (self.sight.now, &self.charter().may_close);
        let may = self.open(|it| {
            let proposer = Some(&it.terms.by);
            let is_ours = self.member().is_some() || !appoints(it);
            is_ours
                && self.is_in_role(proposer, roles)
                && it.terms.opens.is_none_or(|opens| opens <= now)
        });
        let state = *self.pick(&may)?;
        Some(Body::Close(Close { said: self.said_on(state, by) }))
    }

    /// Puts a deadline off.
    pub(super) fn extension(&mut self) -> Option<Body> {
        let roles = &self.charter().may_extend;
        let may = self.open(|it| self.is_in_role(Some(&it.terms.by), roles));
        let state = *self.pick(&may)?;
        let closes = Time::from_ms(state.closes.as_ms() + 1 + self.below(60_000)).ok()?;
        let terms = &state.terms;
        let end = terms.enters.or(terms.reviews).or(terms.expires);
        if end.is_some_and(|end| end <= closes) {
            return None;
        }
        Some(Body::Extension(Extension { said: self.said_on(state, self.by), closes }))
    }

    /// Attests something about a measure, also after its end.
    pub(super) fn attestation(&mut self) -> Option<Body> {
        let charter = self.charter();
        let measures: Vec<&MeasureState> = self
            .sight
            .council
            .measures()
            .filter(|it| self.is_in_role(Some(&it.terms.by), &charter.may_attest))
            .collect();
        let state = *self.pick(&measures)?;
        Some(Body::Attestation(Attestation {
            said: self.said_on(state, self.by),
            attests: self.pick(&charter.attests)?.clone(),
            reference: self.chance(500).then(|| line("OJ L 1, 1.1.2027, p. 1")),
        }))
    }

    /// Makes a statement for the minutes, also after the decision; now and then one too many.
    pub(super) fn remark(&mut self) -> Option<Body> {
        let charter = self.charter();
        let is_over =
            |it: &MeasureState| matches!(it.status, Status::Lapsed { .. } | Status::Withdrawn);
        let measures: Vec<&MeasureState> = self
            .sight
            .council
            .measures()
            .filter(|it| !is_over(it) && self.is_in_role(Some(&it.terms.by), &charter.may_remark))
            .collect();
        // Mostly on one of the first, so that some party makes all remarks that it has.
        let few = &measures[..measures.len().min(3)];
        let state = *if self.chance(500) { self.pick(few) } else { self.pick(&measures) }?;
        let says = line(&format!("As remarked {}.", self.asked));
        let text = if self.chance(300) {
            RemarkText::Digest(hash::sha256(says.as_str().as_bytes()))
        } else {
            RemarkText::Lines(vec![says])
        };
        Some(Body::Remark(Remark {
            said: self.said_on(state, self.by),
            sort: self.pick(&charter.remarks)?.clone(),
            text,
            is_public: self.chance(500),
        }))
    }

    /// A new text for one's own measure.
    pub(super) fn revision(&mut self) -> Option<Body> {
        let by = self.by;
        let is_mine = |it: &MeasureState| it.terms.by == *by && it.package.is_none();
        let state = self.pick_open(is_mine)?;
        let mut measure = Measure { head: self.head(), ..state.measure.as_deref()?.clone() };
        measure.closes = state.closes;
        measure.summary.push(line(&format!("As changed {}.", self.asked)));
        if self.chance(300) {
            measure.title = line(&format!("Measure {} as it reads now", self.asked));
        }
        Some(Body::Revision(Revision {
            revises: cited(state),
            revision: state.revision + 1,
            after: self.last_on(state.number, by),
            measure,
        }))
    }

    /// Binds one's own measures together, on which nobody has spoken.
    pub(super) fn package(&mut self) -> Option<Body> {
        let free = self.unbound();
        let first = *self.pick(&free)?;
        let alike = free.iter().filter(|it| dates(it) == dates(first));
        let measures: Vec<_> = alike.map(|state| cited(state)).take(4).collect();
        (measures.len() > 1).then(|| Body::Package(Package { head: self.head(), measures }))
    }

    /// One's own measures that can be bound to others.
    pub(super) fn unbound(&self) -> Vec<&'a MeasureState> {
        self.open(|it| {
            let is_silent = said(it).ballots.is_empty() && said(it).mandates.is_empty();
            it.terms.by == *self.by && it.package.is_none() && is_silent && !appoints(it)
        })
    }
}

/// Whether it decides who speaks for a participant.
fn appoints(state: &MeasureState) -> bool {
    matches!(state.terms.council_change, CouncilChange::Appointment(_))
}

/// When ballots on a measure count: from, if it opens later than it is tabled, and until.
pub(super) fn dates(state: &MeasureState) -> (Option<Time>, Time) {
    (state.terms.opens, state.closes)
}
