//! What each kind of statement does to what the law has read.

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::record::{CouncilChange, Mandate, Measure, Remark, Revision};
use nemcon_ledger::text::{Code, Label, Time};

use super::acts::Act;
use super::measure::{End, Given, Seen};
use super::{Law, Terms};

impl Law {
    pub(super) fn table(
        &mut self,
        measure: &Measure,
        text: Digest,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        let number = self.measures.len() as u64 + 1;
        let ahead = measure.authorised_by.and_then(|cited| {
            let seen = self.measures.get(&cited.number)?;
            let is_adopted = seen.text == cited.text && seen.end == Some(End::Adopted);
            match &seen.measure.council_change {
                CouncilChange::Participation(codes) if is_adopted => Some(codes.clone()),
                _ => None,
            }
        });
        if let CouncilChange::Appointment(party) = &measure.council_change
            && self.offices.is_lost(party)
        {
            return Err(format!("measure {number} appoints to a seat, or by a key, that is taken"));
        }
        let seen = Seen::table(&self.charter, measure, text, terms, ahead.as_deref());
        self.measures.insert(number, seen.map_err(|what| format!("measure {number} {what}"))?);
        Ok(())
    }

    pub(super) fn revise(&mut self, revision: &Revision, text: Digest) -> Result<(), String> {
        let number = revision.revises.number;
        let seen = self.known(number)?;
        if seen.end.is_some() || seen.package.is_some() || seen.text != revision.revises.text {
            return Err(format!("orders a revision of measure {number}, which cannot be revised"));
        }
        if seen.measure.head.by != revision.measure.head.by {
            return Err(format!("orders a revision of measure {number} that is another's"));
        }
        self.page.acts.push(Act::Revise(number, text, Box::new(revision.measure.clone())));
        Ok(())
    }

    pub(super) fn bind(&mut self, by: &Code, hash: Digest, numbers: &[u64]) -> Result<(), String> {
        for number in numbers {
            let seen = self.known(*number)?;
            let is_silent = seen.casts.is_empty() && seen.mandates.is_empty();
            let is_own = seen.measure.head.by == *by && !seen.appoints();
            if seen.end.is_some() || seen.package.is_some() || !is_silent || !is_own {
                return Err(format!(
                    "orders a package with measure {number}, which it cannot bind"
                ));
            }
            seen.package = Some(hash);
        }
        self.packages.insert(hash, numbers.to_vec());
        Ok(())
    }

    pub(super) fn empower(
        &mut self,
        mandate: &Mandate,
        leaf: LeafIndex,
        text_hash: Digest,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        let given = mandate.holder.clone().map(|holder| Given { holder, leaf, text_hash });
        self.open(mandate.said.about.measure, terms)?.take_mandate(&mandate.said.on_behalf, given)
    }

    /// A statement for the minutes of what is on the table or was decided, by whom the charter lets.
    pub(super) fn remark(&mut self, remark: &Remark, terms: &Terms<'_>) -> Result<(), String> {
        let (by, number) = (&remark.said.head.by, remark.said.about.measure);
        let role = self.offices.role_of(by);
        let is_given = |wanted: &Label, proposer: &Code| match wanted.as_str() {
            "member" => terms.roster.member(by).is_some(),
            "proposer" => proposer == by,
            _ => role.as_ref() == Some(wanted),
        };
        let is_own = remark.said.on_behalf == *by && self.charter.remarks.contains(&remark.sort);
        let roles = self.charter.may_remark.clone();
        let seen = self.known(number)?;
        let may = roles.iter().any(|wanted| is_given(wanted, &seen.measure.head.by));
        if !may || !is_own || matches!(seen.end, Some(End::Lost | End::Other)) {
            return Err(format!(
                "orders a remark of {by} on measure {number} that is not its to make"
            ));
        }
        seen.take_remark(by, remark.said.about.text)
    }

    pub(super) fn extend(
        &mut self,
        number: u64,
        closes: Time,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        self.open(number, terms)?;
        for number in self.bound_to(number) {
            self.known(number)?.closes = closes;
        }
        Ok(())
    }

    /// Somebody ends a measure early; no participant ends what takes a participant's seat away.
    pub(super) fn close(
        &mut self,
        number: u64,
        by: &Code,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        if self.known(number)?.appoints() && terms.roster.member(by).is_none() {
            return Err(format!("lets {by} close measure {number}, which appoints"));
        }
        self.steer(number, |number| Act::Close(number, by.clone()));
        Ok(())
    }

    pub(super) fn steer(&mut self, number: u64, act: impl Fn(u64) -> Act) {
        let bound = self.bound_to(number);
        self.page.acts.extend(bound.into_iter().map(act));
    }
}
