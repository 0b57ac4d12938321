//! What members said of their keys and seats: no roster changes without their own word.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::PublicKey;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, CouncilChange, Measure, Member, Roster};
use nemcon_ledger::text::{Code, Time};

use super::Terms;

/// The words that rosters may change by.
#[derive(Default)]
pub(super) struct Words {
    /// Keys that each party has named in statements about itself.
    named: BTreeMap<Code, BTreeSet<PublicKey>>,
    /// Entrants as the others have admitted them.
    admitted: BTreeMap<Code, Member>,
    /// Entrants that have said that they enter.
    entering: BTreeSet<Code>,
    /// Members whose notice stands, and since when.
    departing: BTreeMap<Code, Time>,
    /// Members whose departure was decided.
    released: BTreeSet<Code>,
    /// Weights that were decided.
    weights: BTreeSet<(Code, u64)>,
}

impl Words {
    /// Takes in what a statement says of its own party's keys and seat.
    pub(super) fn hear(&mut self, body: &Body) {
        let by = &body.head().by;
        let mut name = |key| self.named.entry(by.clone()).or_default().insert(key);
        match body {
            Body::Keys(keys) => {
                let officers = keys.officers.iter().map(|officer| officer.key);
                for key in officers.chain(keys.recovery) {
                    name(key);
                }
            }
            Body::Rotation(new) => {
                for key in new.node.into_iter().chain(new.seal) {
                    name(key);
                }
            }
            Body::Entry(_) => drop(self.entering.insert(by.clone())),
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
            | Body::Freeze(_)
            | Body::Notice(_) => {}
        }
    }

    /// A notice stands or falls, and with it what was decided on it.
    pub(super) fn announce(&mut self, code: &Code, act: NoticeAct, time: Time) {
        match act {
            NoticeAct::Given => drop(self.departing.insert(code.clone(), time)),
            NoticeAct::Withdrawn => {
                self.departing.remove(code);
                self.released.remove(code);
            }
        }
    }

    /// A measure is adopted: what it changes in the roster may change from now on.
    pub(super) fn adopt(&mut self, measure: &Measure) {
        match &measure.council_change {
            CouncilChange::Accession(member) => {
                self.admitted.insert(member.code.clone(), (**member).clone());
            }
            CouncilChange::Departure(code) => drop(self.released.insert(code.clone())),
            CouncilChange::Weights(weights) => self.weights.extend(weights.weights.iter().cloned()),
            CouncilChange::None
            | CouncilChange::Participation(_)
            | CouncilChange::Appointment(_)
            | CouncilChange::Rules(_) => {}
        }
    }

    /// Whether this member's notice stands.
    pub(super) fn is_departing(&self, code: &Code) -> bool {
        self.departing.contains_key(code)
    }

    /// The next roster follows from what was said: who is new was admitted and has entered, who is
    /// gone wanted to go, and was let go or has waited for `notice_days`; and every new key was named by its
    /// member.
    pub(super) fn verify_change(
        &mut self,
        terms: &Terms<'_>,
        notice_days: Option<u32>,
        next: &Roster,
    ) -> Result<(), String> {
        let now = terms.roster;
        let has_waited = |since: Time| {
            notice_days.is_some_and(|days| {
                terms.time.as_ms() - since.as_ms() >= u64::from(days) * 86_400_000
            })
        };
        for member in &next.members {
            match now.member(&member.code) {
                Some(before) => self.verify_member(before, member)?,
                None => self.verify_entrant(member)?,
            }
        }
        for Member { code, .. } in &now.members {
            if next.member(code).is_some() {
                continue;
            }
            let notice = self.departing.remove(code);
            let is_released = self.released.remove(code);
            if notice.is_none_or(|since| !is_released && !has_waited(since)) {
                return Err(format!("{code} loses its seat without its own word"));
            }
        }
        Ok(())
    }

    fn verify_member(&self, before: &Member, member: &Member) -> Result<(), String> {
        let code = &member.code;
        let keys = |it: &Member| -> BTreeSet<PublicKey> {
            let officers = it.officers.iter().map(|officer| officer.key);
            officers.chain([it.recovery, it.node, it.seal]).collect()
        };
        let had = keys(before);
        let named = self.named.get(code);
        let is_named = |key: &&PublicKey| named.is_some_and(|named| named.contains(key));
        if keys(member).difference(&had).any(|key| !is_named(&key)) {
            return Err(format!("{code} has a key that it never named"));
        }
        let is_decided = self.weights.contains(&(code.clone(), member.weight));
        if member.weight != before.weight && !is_decided {
            return Err(format!("{code} weighs what nobody has decided"));
        }
        Ok(())
    }

    fn verify_entrant(&self, member: &Member) -> Result<(), String> {
        let code = &member.code;
        if self.admitted.get(code) == Some(member) && self.entering.contains(code) {
            return Ok(());
        }
        Err(format!("{code} takes a seat to which it was not admitted, or did not come"))
    }
}
