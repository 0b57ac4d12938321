//! Who is a member: notices, entries, and what measures with an effect do [rules.md R13, R23, R25].

use std::sync::Arc;

use nemcon_crypto::Checkpoint;
use nemcon_crypto::cosignature::verify_cosignature;

use super::acts::PartyAct;
use super::limits::OFFICERS_MAX;
use super::parties::{Admitted, Change};
use super::refusal::Refusal;
use super::state::Council;
use crate::record::council_change::{CouncilChange, NextRules, Weights};
use crate::record::limits::{MEMBERS_MAX, RULES_VERSION};
use crate::record::measure_fields::Cited;
use crate::record::membership::NoticeAct;
use crate::record::roster::verify_officers;
use crate::record::statement::Statement;
use crate::record::{Entry, Member, Notice};

impl Council {
    /// Takes a member's notice that it leaves, or the withdrawal of one; it acts when the block closes.
    pub(super) fn announce(
        &mut self,
        notice: &Notice,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        self.verify_own(statement)?;
        let by = &notice.head.by;
        if self.page.is_changing(by, |act| matches!(act, PartyAct::Notice(_))) {
            return Err(Refusal::ChangeWaiting(by.clone()));
        }
        match (notice.act, self.is_departing(by)) {
            (NoticeAct::Given, true) => return Err(Refusal::NoticeStands(by.clone())),
            (NoticeAct::Withdrawn, false) => return Err(Refusal::NoNotice(by.clone())),
            (NoticeAct::Given, false) | (NoticeAct::Withdrawn, true) => {}
        }
        self.own.insert_mut(by.clone(), statement.leaf_hash);
        self.page.party_acts.push((by.clone(), PartyAct::Notice(notice.act)));
        Ok(())
    }

    /// Takes an entry: the admitted entrant takes its seat when its turn comes.
    pub(super) fn enter(&mut self, entry: &Entry, statement: &Statement) -> Result<(), Refusal> {
        self.verify_own(statement)?;
        let by = &entry.head.by;
        if self.is_member(by) {
            return Err(Refusal::AlreadyAMember(by.clone()));
        }
        let admitted = self.seats.admitted.get(by).cloned();
        let admitted = admitted
            .filter(|admitted| admitted.measure == entry.admitted_by)
            .ok_or_else(|| Refusal::NotAdmitted(by.clone()))?;
        self.verify_no_change(by)?;
        self.verify_room_for_entrant()?;
        let member = &admitted.member;
        let boundary = entry.checkpoint;
        if !self.seats.knows(&boundary) {
            return Err(Refusal::UnknownCheckpoint(boundary.size));
        }
        let log = self.log_origin();
        let checkpoint = Checkpoint::new(&log, boundary.size, boundary.root)
            .expect("an origin and a digest are a checkpoint's origin");
        verify_cosignature(&member.seal, &checkpoint, &entry.sealed)
            .map_err(|_| Refusal::InvalidSeal(by.clone()))?;
        self.admit_keys(by, &member.vkeys(&self.genesis.origin, &log))?;
        self.own.insert_mut(by.clone(), statement.leaf_hash);
        self.seats.queue(by.clone(), Change::Enter(admitted));
        Ok(())
    }

    fn verify_room_for_entrant(&self) -> Result<(), Refusal> {
        let entering =
            self.seats.waiting.iter().filter(|(_, change)| matches!(change, Change::Enter(_)));
        if self.roster.members.len() + entering.count() >= MEMBERS_MAX {
            return Err(Refusal::RosterFull);
        }
        Ok(())
    }

    /// Checks that what a measure would change in the council could be changed so.
    pub(super) fn verify_change(&self, council_change: &CouncilChange) -> Result<(), Refusal> {
        match council_change {
            CouncilChange::None | CouncilChange::Participation(_) => Ok(()),
            CouncilChange::Accession(member) => self.verify_accession(member),
            CouncilChange::Departure(code) => {
                self.member(code)?;
                let is_given = self.is_departing(code);
                if is_given { Ok(()) } else { Err(Refusal::NoNotice(code.clone())) }
            }
            CouncilChange::Appointment(participant) => self.verify_appointment(participant),
            CouncilChange::Weights(weights) => self.verify_weights(weights),
            CouncilChange::Rules(NextRules { version, .. }) => {
                let is = self.rules().map_or(RULES_VERSION, |rules| rules.version);
                let said = *version;
                if said > is { Ok(()) } else { Err(Refusal::RulesNotNewer { said, is }) }
            }
        }
    }

    fn verify_accession(&self, member: &Member) -> Result<(), Refusal> {
        let code = &member.code;
        if self.is_taken(code) {
            return Err(Refusal::AlreadyAMember(code.clone()));
        }
        self.verify_room_for_entrant()?;
        verify_officers(member.threshold, &member.officers)
            .map_err(|fault| Refusal::Officers { code: code.clone(), fault })?;
        if member.officers.len() > OFFICERS_MAX {
            return Err(Refusal::TooManyOfficers(code.clone()));
        }
        let vkeys = member.vkeys(&self.genesis.origin, &self.log_origin());
        self.verify_new_keys(code, &vkeys)
            .map_err(|key| Refusal::KeyUsed { code: code.clone(), key })
    }

    fn verify_weights(&self, new: &Weights) -> Result<(), Refusal> {
        let Weights { weights, total } = new;
        if *total == 0 {
            return Err(Refusal::NoWeight);
        }
        let places: Vec<_> = weights.iter().map(|(code, _)| self.roster.position(code)).collect();
        if let Some(at) = places.iter().position(Option::is_none) {
            return Err(Refusal::NotAMember(weights[at].0.clone()));
        }
        if !places.is_sorted_by(|a, b| a < b) {
            return Err(Refusal::WeightsOrder);
        }
        self.verify_sum([new], *total)
    }

    /// Checks that the members would weigh no more than the whole, once what this block has adopted,
    /// and then these weights in their order, have acted.
    pub(super) fn verify_sum<'a>(
        &self,
        new: impl IntoIterator<Item = &'a Weights>,
        total: u64,
    ) -> Result<(), Refusal> {
        let sum = self.page.weight_with(&self.roster, new);
        if sum > u128::from(total) {
            let sum = u64::try_from(sum).unwrap_or(u64::MAX);
            return Err(Refusal::WeightsAboveTotal { sum, total });
        }
        Ok(())
    }

    /// What an adopted measure changes in the council; acts from the next block on [rules.md R13].
    pub(super) fn take_effect(&mut self, number: u64) {
        let state = &self.measures[&number];
        let (terms, text) = (Arc::clone(&state.terms), state.text_hash);
        self.change_council(Cited { number, text }, &terms.council_change);
    }

    /// As [`Self::take_effect`], of what an adopted measure says that it changes.
    pub(super) fn change_council(&mut self, measure: Cited, change: &CouncilChange) {
        match change {
            CouncilChange::None | CouncilChange::Participation(_) => {}
            CouncilChange::Accession(member) => {
                let admitted = Admitted { measure, member: (**member).clone() };
                self.seats.admitted.insert(member.code.clone(), Arc::new(admitted));
                self.page.shakes_measures = true;
            }
            CouncilChange::Departure(code) => {
                if self.is_departing(code) {
                    self.seats.queue(code.clone(), Change::Leave);
                }
            }
            CouncilChange::Appointment(participant) => self.appoint(participant),
            CouncilChange::Weights(weights) => {
                self.page.weights.push(weights.clone());
                // Other open measures of weights may exceed the total beside these.
                self.page.shakes_measures = true;
            }
            CouncilChange::Rules(rules) => {
                let is = self.rules().map_or(RULES_VERSION, |rules| rules.version);
                if rules.version > is {
                    self.seats.rules = Some(rules.clone());
                }
            }
        }
    }
}
