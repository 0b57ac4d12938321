//! Who must sign a statement, and what parties say of their keys [rules.md R5, R20-R22].

use std::sync::Arc;

use nemcon_crypto::PublicKey;
use nemcon_crypto::note::VerifierKey;

use super::acts::PartyAct;
use super::limits::OFFICERS_MAX;
use super::parties::{Change, NewKeys};
use super::refusal::Refusal;
use super::room::Wanted;
use super::state::Council;
use crate::record::genesis::checkpoint_origin;
use crate::record::roster::{log_key, officer_vkey, recovery_vkey, seal_key, verify_officers};
use crate::record::signers::{self, Part};
use crate::record::statement::{Body, SignatureFault, Statement};
use crate::record::used::UsedKeys;
use crate::record::{Freeze, Keys, Member, Rotation};
use crate::text::Code;

impl Council {
    /// Whose signature lines stand under this statement, as the council stands.
    ///
    /// # Errors
    /// [`Refusal`] if nobody could sign it.
    pub fn signers_of(&self, body: &Body) -> Result<Vec<Part>, Refusal> {
        let (origin, by) = (&self.genesis.origin, &body.head().by);
        let member = match body {
            Body::Entry(_) => self.entrant(by)?,
            Body::Keys(_) | Body::Rotation(_) | Body::Notice(_) => self.member(by)?,
            Body::Measure(_)
            | Body::Revision(_)
            | Body::Package(_)
            | Body::Ballot(_)
            | Body::Mandate(_)
            | Body::Reservation(_)
            | Body::Extension(_)
            | Body::Withdrawal(_)
            | Body::Close(_)
            | Body::Attestation(_)
            | Body::Remark(_)
            | Body::Incident(_)
            | Body::Attribution(_)
            | Body::Freeze(_) => match (self.roster.member(by), self.participant(by)) {
                (Some(member), _) => member,
                (None, Some(vacant)) if vacant.is_vacant() => {
                    return Err(Refusal::VacantSeat(by.clone()));
                }
                (None, Some(party)) => return Ok(signers::of_participant(body, origin, party)),
                (None, None) => return Err(Refusal::UnknownParty(by.clone())),
            },
        };
        Ok(signers::of_member(body, origin, || self.log_origin(), member))
    }

    /// The origin of the council's checkpoints.
    pub fn log_origin(&self) -> String {
        checkpoint_origin(&self.genesis.origin, &self.digest)
    }

    pub(super) fn member(&self, code: &Code) -> Result<&Member, Refusal> {
        self.roster.member(code).ok_or_else(|| Refusal::NotAMember(code.clone()))
    }

    fn entrant(&self, code: &Code) -> Result<&Member, Refusal> {
        let admitted = self.seats.admitted.get(code).map(|admitted| &admitted.member);
        let member = admitted.or_else(|| self.roster.member(code));
        member.ok_or_else(|| Refusal::NotAdmitted(code.clone()))
    }

    /// Checks that the party may speak and has room left, then its signatures, whose check costs
    /// the most.
    pub(super) fn verify_signer(
        &self,
        statement: &Statement,
        wanted: &Wanted<'_>,
        verify: impl FnOnce(&[Part]) -> Result<(), SignatureFault>,
    ) -> Result<(), Refusal> {
        let parts = self.verify_speaker(&statement.body)?;
        self.verify_room(wanted)?;
        verify(&parts).map_err(|fault| Refusal::Signatures { by: wanted.by.clone(), fault })?;
        self.verify_thawed(&statement.body)
    }

    /// Checks that a party speaks in this council; who signs for it.
    pub(super) fn verify_speaker(&self, body: &Body) -> Result<Vec<Part>, Refusal> {
        let head = body.head();
        if head.council != self.digest {
            return Err(Refusal::WrongCouncil { found: head.council, wanted: self.digest });
        }
        self.signers_of(body)
    }

    /// Checks that the day and the block have room.
    pub(super) fn verify_room(&self, wanted: &Wanted<'_>) -> Result<(), Refusal> {
        let shares = &self.genesis.charter.shares;
        self.days.verify(wanted, shares, self.page.time)?;
        self.page.room.verify(wanted, shares)
    }

    /// Checks that a party is not frozen, unless the statement is about that.
    pub(super) fn verify_thawed(&self, body: &Body) -> Result<(), Refusal> {
        let by = &body.head().by;
        let is_of_keys = matches!(body, Body::Keys(_) | Body::Freeze(_));
        if !is_of_keys && self.is_frozen(by) {
            return Err(Refusal::Frozen(by.clone()));
        }
        Ok(())
    }

    /// Changes a member's officers, and thaws it; acts when the block closes.
    pub(super) fn change_keys(
        &mut self,
        keys: &Keys,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        self.verify_own(statement)?;
        let (by, origin) = (&keys.head.by, &self.genesis.origin);
        let member = self.member(by)?;
        if self.page.is_changing(by, |act| matches!(act, PartyAct::Keys(_))) {
            return Err(Refusal::ChangeWaiting(by.clone()));
        }
        verify_officers(keys.threshold, &keys.officers)
            .map_err(|fault| Refusal::Officers { code: by.clone(), fault })?;
        if keys.officers.len() > OFFICERS_MAX {
            return Err(Refusal::TooManyOfficers(by.clone()));
        }
        let is_same = keys.threshold == member.threshold
            && keys.officers == member.officers
            && keys.recovery.is_none();
        if is_same && !self.will_be_frozen(by) {
            return Err(Refusal::NothingChanges(by.clone()));
        }
        let new = keys.new_officers(member).into_iter().map(|it| officer_vkey(origin, by, it));
        let recovery = keys.recovery.map(|key| recovery_vkey(origin, by, key));
        self.admit_keys(by, &new.chain(recovery).collect::<Vec<_>>())?;
        self.seats.chain.insert_mut(by.clone(), statement.leaf_hash);
        self.page.party_acts.push((by.clone(), PartyAct::Keys(Box::new(keys.clone()))));
        Ok(())
    }

    /// Freezes a party when the block closes.
    pub(super) fn freeze_party(
        &mut self,
        freeze: &Freeze,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        self.verify_own(statement)?;
        let by = &freeze.head.by;
        if self.will_be_frozen(by) {
            return Err(Refusal::AlreadyFrozen(by.clone()));
        }
        self.seats.chain.insert_mut(by.clone(), statement.leaf_hash);
        self.page.party_acts.push((by.clone(), PartyAct::Freeze));
        Ok(())
    }

    /// Gives a member's node other keys: its seal key when the block closes, its node key when it is
    /// its turn.
    pub(super) fn rotate(
        &mut self,
        rotation: &Rotation,
        statement: &Statement,
    ) -> Result<(), Refusal> {
        self.verify_own(statement)?;
        let (by, origin) = (&rotation.head.by, &self.genesis.origin);
        self.verify_no_change(by)?;
        let node = rotation.node.map(|key| log_key(&self.log_origin(), key));
        let seal = rotation.seal.map(|key| seal_key(origin, by, key));
        self.admit_keys(by, &node.into_iter().chain(seal).collect::<Vec<_>>())?;
        self.own.insert_mut(by.clone(), statement.leaf_hash);
        match (rotation.node, rotation.seal) {
            (Some(node), seal) => {
                let new = Box::new(NewKeys { node, seal });
                self.seats.queue(by.clone(), Change::Rotate(new));
            }
            (None, Some(seal)) => {
                self.page.party_acts.push((by.clone(), PartyAct::Seal(Box::new(seal))));
            }
            (None, None) => {}
        }
        Ok(())
    }

    /// Checks that a member's node has no change under way.
    pub(super) fn verify_no_change(&self, code: &Code) -> Result<(), Refusal> {
        let seats = &self.seats;
        if seats.is_waiting(code)
            || self.page.is_changing(code, |act| matches!(act, PartyAct::Seal(_)))
        {
            return Err(Refusal::ChangeWaiting(code.clone()));
        }
        Ok(())
    }

    /// Checks that nobody has used these keys of `code`, and that no other admitted entrant brings
    /// one of them. An entrant's keys are taken up only when it enters, but all members have agreed
    /// to them.
    pub(super) fn verify_new_keys(
        &self,
        code: &Code,
        vkeys: &[VerifierKey],
    ) -> Result<(), Box<PublicKey>> {
        self.seats.used.verify_new(vkeys)?;
        let admitted = self.seats.admitted.values().map(|admitted| &admitted.member);
        self.verify_not_theirs(admitted, code, vkeys)
    }

    /// Checks that these keys of `code` are none of another entrant's.
    pub(super) fn verify_not_theirs<'a>(
        &self,
        mut entrants: impl Iterator<Item = &'a Member>,
        code: &Code,
        vkeys: &[VerifierKey],
    ) -> Result<(), Box<PublicKey>> {
        let log = self.log_origin();
        entrants.try_for_each(|entrant| {
            if entrant.code == *code {
                return Ok(());
            }
            let mut theirs = UsedKeys::default();
            theirs.admit(&entrant.vkeys(&self.genesis.origin, &log))?;
            theirs.verify_new(vkeys)
        })
    }

    /// Takes new keys up for good [rules.md R5].
    pub(super) fn admit_keys(&mut self, code: &Code, vkeys: &[VerifierKey]) -> Result<(), Refusal> {
        let refused = |key| Refusal::KeyUsed { code: code.clone(), key };
        self.verify_new_keys(code, vkeys).map_err(refused)?;
        Arc::make_mut(&mut self.seats.used).admit(vkeys).map_err(refused)?;
        // An open measure may rest on one of these keys being new.
        self.page.shakes_measures = true;
        Ok(())
    }

    /// Whether a party is frozen once this block's statements have acted.
    pub(super) fn will_be_frozen(&self, code: &Code) -> bool {
        let acts = self.page.party_acts.iter().filter(|(of, _)| of == code);
        acts.fold(self.is_frozen(code), |is_frozen, (_, act)| match act {
            PartyAct::Keys(_) => false,
            PartyAct::Freeze => true,
            PartyAct::Seal(_) | PartyAct::Notice(_) => is_frozen,
        })
    }
}
