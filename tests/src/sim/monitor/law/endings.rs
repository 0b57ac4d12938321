//! How measures end: decisions, lapses, and what the end of a block must not leave open.

use nemcon_ledger::council::ENDINGS_PER_BLOCK_MAX;
use nemcon_ledger::record::{CouncilChange, Decision, Lapse, Outcome, Roster};
use nemcon_ledger::text::Code;

use super::measure::End;
use super::{Law, Page, Terms};

impl Law {
    /// A decision: nobody is missing, it says what was said, and its outcome is what that amounts to.
    pub(in crate::sim::monitor) fn read_decision(
        &mut self,
        decision: &Decision,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        self.settle(terms.time);
        let number = decision.measure;
        self.verify_end(number, terms, decision.outcome == Outcome::Adopted)?;
        self.decisions += 1;
        if decision.number != self.decisions {
            return Err(format!("measure {number} is decision {} out of turn", decision.number));
        }
        self.known(number)?.verify_decision(number, decision)?;
        let is_ready = self.is_ready(number, terms.roster);
        if is_ready != (decision.outcome == Outcome::Adopted) {
            return Err(format!("measure {number} is {}, against its ballots", decision.outcome));
        }
        if is_ready {
            self.page.adopted.insert(number);
            let measure = self.known(number)?.measure.clone();
            self.words.adopt(&measure);
            if let CouncilChange::Weights(weights) = &measure.council_change {
                self.page.weights.push(weights.clone());
            }
            self.offices.adopt(&measure);
        }
        self.page.ended += 1;
        self.finish(number, if is_ready { End::Adopted } else { End::NotAdopted });
        Ok(())
    }

    /// A lapse: somebody is missing, or the decision has lost its ground.
    pub(in crate::sim::monitor) fn read_lapse(
        &mut self,
        lapse: &Lapse,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        self.settle(terms.time);
        let number = lapse.measure;
        let seen = self.known(number)?;
        let missing = seen.missing();
        let is_lost = self.is_lost(number, terms.roster);
        if missing != lapse.missing || missing.is_empty() && !is_lost {
            return Err(format!("measure {number} lapses, and not those it says are missing"));
        }
        self.verify_end(number, terms, is_lost)?;
        self.page.ended += 1;
        self.finish(number, if is_lost { End::Lost } else { End::Other });
        Ok(())
    }

    /// A measure ends once: when it is adopted or lost, both early, or closed, or its time is over.
    fn verify_end(&mut self, number: u64, terms: &Terms<'_>, is_early: bool) -> Result<(), String> {
        let is_closed = self.page.closed.contains(&number);
        let seen = self.known(number)?;
        if seen.end.is_some() {
            return Err(format!("measure {number} ends twice"));
        }
        let is_due = is_early || is_closed || terms.time >= seen.closes;
        if is_due { Ok(()) } else { Err(format!("measure {number} ends before its time")) }
    }

    /// Whether a measure, and all that are bound to it, can be adopted.
    fn is_ready(&self, number: u64, roster: &Roster) -> bool {
        let is_adoptable = |number: &u64| {
            let seen = self.measures.get(number);
            seen.is_some_and(|seen| {
                matches!(seen.end, None | Some(End::Adopted)) && seen.is_adoptable()
            })
        };
        self.bound_to(number).iter().all(is_adoptable) && !self.is_lost(number, roster)
    }

    /// The block is read: what could be adopted is, together with what it is bound to; what was due
    /// has ended; and the next roster follows from what its members said.
    pub(in crate::sim::monitor) fn end_block(
        &mut self,
        terms: &Terms<'_>,
        next: &Roster,
    ) -> Result<(), String> {
        self.room.end_block(&self.charter.shares)?;
        self.settle(terms.time);
        self.words.verify_change(terms, self.charter.notice_days, next)?;
        let has_left =
            |code: &Code| terms.roster.member(code).is_some() && next.member(code).is_none();
        for member in terms.roster.members.iter().filter(|member| has_left(&member.code)) {
            self.measures.values_mut().for_each(|seen| seen.void_mandates(&member.code));
        }
        for code in self.offices.turn() {
            self.thaw(&code);
        }
        self.verify_endings(terms)?;
        self.page = Page::default();
        Ok(())
    }

    /// What is bound together is adopted together, and nothing goes on that this block had to end.
    fn verify_endings(&self, terms: &Terms<'_>) -> Result<(), String> {
        let page = &self.page;
        for number in &page.adopted {
            if let Some(other) = self.bound_to(*number).iter().find(|it| !page.adopted.contains(it))
            {
                return Err(format!("measure {number} is adopted without {other}, bound to it"));
            }
        }
        for (number, seen) in self.measures.iter().filter(|(_, seen)| seen.end.is_none()) {
            if seen.closes <= terms.time && page.ended < ENDINGS_PER_BLOCK_MAX {
                return Err(format!("measure {number} goes on past its deadline"));
            }
            if self.is_ready(*number, terms.roster) {
                return Err(format!("measure {number} has all it needs and is not adopted"));
            }
        }
        Ok(())
    }
}
