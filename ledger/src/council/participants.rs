//! Who speaks for the parties without a ballot: appointed by decision of all, and nobody while a seat
//! is vacant or frozen.
//!
//! ```text
//! measure adopted ─▶ its keys are taken up at once ─▶ close ─▶ the participant of the next block
//! ```

use std::sync::Arc;

use nemcon_crypto::note::VerifierKey;

use super::limits::{OFFICERS_MAX, PARTICIPANTS_MAX};
use super::page::Page;
use super::parties::Parties;
use super::refusal::Refusal;
use super::state::Council;
use crate::record::roster::{new_officers, officer_vkey, verify_officers};
use crate::record::{Officer, Participant};
use crate::text::Code;

impl Parties {
    /// The participant of this code as the next block finds it.
    fn appointee<'a>(&'a self, page: &'a Page, code: &Code) -> Option<&'a Participant> {
        let mut appointed = page.appointed.iter().rev().map(AsRef::as_ref);
        appointed.find(|it: &&Participant| it.code == *code).or_else(|| self.participant(code))
    }

    /// The participant of this code.
    pub(super) fn participant(&self, code: &Code) -> Option<&Participant> {
        self.participants.iter().find(|it| it.code == *code)
    }

    /// How many participants the next block finds.
    fn participants_to_be(&self, page: &Page) -> usize {
        let is_new = |at: &usize| {
            let code = &page.appointed[*at].code;
            self.participant(code).is_none()
                && page.appointed[..*at].iter().all(|it| it.code != *code)
        };
        self.participants.len() + (0..page.appointed.len()).filter(is_new).count()
    }

    /// Parties the participants that this block's adoptions appoint, in the order of the measures,
    /// and ends their freezes; returns the codes of those that were frozen.
    ///
    /// The appointment ends a freeze, even one made in the same block. Otherwise one of the outgoing
    /// officers, or a thief of his key, could undo a unanimous decision with a last freeze. An
    /// officer who stays can freeze the participant again in the next block.
    pub(super) fn seat_appointed(&mut self, page: &mut Page) -> Vec<Code> {
        let mut thawed = Vec::new();
        for appointed in core::mem::take(&mut page.appointed) {
            thawed.extend(self.frozen.remove(&appointed.code).map(|_| appointed.code.clone()));
            let participants = Arc::make_mut(&mut self.participants);
            match participants.iter_mut().find(|it| it.code == appointed.code) {
                Some(participant) => *participant = (*appointed).clone(),
                None => participants.push((*appointed).clone()),
            }
        }
        thawed
    }
}

impl Council {
    /// The participants as they stand, those of vacant seats too.
    pub fn participants(&self) -> &[Participant] {
        &self.seats.participants
    }

    /// The participant of this code as it stands.
    pub fn participant(&self, code: &Code) -> Option<&Participant> {
        self.seats.participant(code)
    }

    /// The participant of this code as the next block finds it.
    fn appointee(&self, code: &Code) -> Option<&Participant> {
        self.seats.appointee(&self.page, code)
    }

    /// Whether a party of this council has this code, or will have in the next block.
    pub(super) fn is_taken(&self, code: &Code) -> bool {
        self.is_member(code) || self.appointee(code).is_some()
    }

    /// Checks that a measure may appoint this participant.
    pub(super) fn verify_appointment(&self, participant: &Participant) -> Result<(), Refusal> {
        let Participant { code, role, threshold, officers, .. } = participant;
        if self.is_members(code) {
            return Err(Refusal::AlreadyAMember(code.clone()));
        }
        if !self.genesis.charter.gives(role) {
            return Err(Refusal::NoSuchRole(role.clone()));
        }
        if self.is_one_too_many(code) {
            return Err(Refusal::TooManyParticipants);
        }
        if !participant.is_vacant() || *threshold > 0 {
            verify_officers(*threshold, officers)
                .map_err(|fault| Refusal::Officers { code: code.clone(), fault })?;
        }
        if officers.len() > OFFICERS_MAX {
            return Err(Refusal::TooManyOfficers(code.clone()));
        }
        let is_same = self.appointee(code) == Some(participant);
        if is_same && !self.will_be_frozen(code) {
            return Err(Refusal::NothingChanges(code.clone()));
        }
        self.verify_new_keys(code, &self.new_vkeys(participant))
            .map_err(|key| Refusal::KeyUsed { code: code.clone(), key })
    }

    /// Why an open measure that appoints this participant cannot act any more, if it cannot.
    pub(super) fn lost_appointment(&self, participant: &Participant) -> Option<String> {
        let code = &participant.code;
        if self.is_members(code) {
            return Some(format!("{code} is the code of a member, or of an entrant"));
        }
        if self.is_one_too_many(code) {
            return Some(Refusal::TooManyParticipants.to_string());
        }
        let used = self.verify_new_keys(code, &self.new_vkeys(participant)).err();
        used.map(|key| format!("the key {key} was used before"))
    }

    /// Adopts it: its new keys are taken up at once, before the next measure of this block is judged.
    pub(super) fn appoint(&mut self, participant: &Participant) {
        let vkeys = self.new_vkeys(participant);
        self.admit_keys(&participant.code, &vkeys)
            .expect("what has lost its ground is not adopted");
        self.page.appointed.push(Arc::new(participant.clone()));
    }

    /// Whether this code belongs to a present or former member, or to an admitted entrant. A former
    /// member's statements stay under its code.
    fn is_members(&self, code: &Code) -> bool {
        self.is_member(code)
            || self.seats.former.contains(code)
            || self.seats.admitted.contains_key(code)
    }

    fn is_one_too_many(&self, code: &Code) -> bool {
        self.appointee(code).is_none()
            && self.seats.participants_to_be(&self.page) >= PARTICIPANTS_MAX
    }

    /// The participant's keys but for those that it has.
    fn new_vkeys(&self, participant: &Participant) -> Vec<VerifierKey> {
        let Participant { code, officers, .. } = participant;
        let had: &[Officer] = self.appointee(code).map_or(&[], |before| &before.officers[..]);
        let new = new_officers(officers, had).into_iter();
        new.map(|officer| officer_vkey(&self.genesis.origin, code, officer)).collect()
    }
}
