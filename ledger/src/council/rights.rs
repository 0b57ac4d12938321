//! What a party may do to a measure beside signing a ballot, as the charter gives it.

use super::balloted::Balloting;
use super::measure::MeasureState;
use super::state::Council;
use super::status::Status;
use crate::record::CouncilChange;
use crate::record::charter::{ROLE_MEMBER, ROLE_PROPOSER};
use crate::text::{Code, Label, Time};

/// One thing that a party may do to an open measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Replace its text.
    Revise,
    /// Put its deadline off.
    Extend,
    /// End balloting before the deadline.
    Close,
    /// Take it back.
    Withdraw,
}

impl Right {
    /// Its written form, as the command is called.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revise => "revise",
            Self::Extend => "extend",
            Self::Close => "close",
            Self::Withdraw => "withdraw",
        }
    }
}

impl Council {
    /// What `by` may do at `now` to a measure as it stands.
    pub fn rights(&self, by: &Code, state: &MeasureState, now: Time) -> Vec<Right> {
        let (charter, proposer) = (&self.genesis.charter, &state.terms.by);
        if state.status != Status::Open || now >= state.closes || self.is_frozen(by) {
            return Vec::new();
        }
        let is_proposer = by == proposer;
        let is_opened = state.terms.opens.is_none_or(|opens| opens <= now);
        // A participant cannot close a measure that appoints participants: the measure may replace
        // its own officers.
        let is_its_own = matches!(state.terms.council_change, CouncilChange::Appointment(_));
        let may_close = is_opened
            && (!is_its_own || self.is_member(by))
            && self.is_in_role(by, Some(proposer), &charter.may_close);
        let rights = [
            (Right::Revise, is_proposer && state.package.is_none()),
            (Right::Extend, self.is_in_role(by, Some(proposer), &charter.may_extend)),
            (Right::Close, may_close),
            (Right::Withdraw, is_proposer),
        ];
        rights.into_iter().filter_map(|(right, has)| has.then_some(right)).collect()
    }

    /// The words that `by` may attest of an open or adopted measure and has not attested. Those that
    /// annul, or release votes, are none of them: nobody is reminded of these.
    pub fn unattested(&self, by: &Code, state: &MeasureState, said: &Balloting) -> Vec<Label> {
        let (charter, proposer) = (&self.genesis.charter, &state.terms.by);
        let is_over = !matches!(state.status, Status::Open | Status::Adopted { .. });
        let may = self.is_in_role(by, Some(proposer), &charter.may_attest);
        if is_over || !may || self.is_frozen(by) {
            return Vec::new();
        }
        let has = |word: &Label| said.attestations.contains_key(&(by.clone(), word.clone()));
        let is_told = |word: &&Label| {
            let is_of_it = charter.is_attested_of(word, state.terms.procedure.as_ref());
            is_of_it && !has(word) && !charter.annuls.contains(word) && !charter.is_of_release(word)
        };
        charter.attests.iter().filter(is_told).cloned().collect()
    }

    pub(super) fn is_in_role(&self, by: &Code, proposer: Option<&Code>, roles: &[Label]) -> bool {
        let member = self.roster.member(by).is_some();
        let participant = self.participant(by);
        roles.iter().any(|role| match role.as_str() {
            ROLE_MEMBER => member,
            ROLE_PROPOSER => proposer == Some(by),
            _ => participant.is_some_and(|party| party.role == *role),
        })
    }
}
