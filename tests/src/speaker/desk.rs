//! A party at its desk: what it sees, and what it chooses by.

use std::collections::BTreeSet;

use nemcon_crypto::{Digest, PublicKey};
use nemcon_ledger::council::{Balloting, MeasureState, Status};
use nemcon_ledger::record::charter::{Charter, ROLE_MEMBER, ROLE_PROPOSER};
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{ChainKey, Member, Said};
use nemcon_ledger::text::{Code, Label, Time};

use super::{Choice, Keychain, Sight, Topic};

/// What one party speaks from.
pub(super) struct Desk<'a> {
    pub(super) sight: &'a Sight<'a>,
    pub(super) by: &'a Code,
    pub(super) topics: &'a BTreeSet<Topic>,
    pub(super) keys: &'a mut Keychain,
    pub(super) entrants: &'a [Member],
    pub(super) asked: u64,
    pub(super) choice: &'a mut dyn Choice,
}

impl<'a> Desk<'a> {
    /// A number below `limit`; 0 if that is 0.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.choice.number().checked_rem(limit).unwrap_or(0)
    }

    /// True in so many of a thousand cases; false for the plainest choice.
    pub(super) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) >= 1000 - per_mille
    }

    /// One of the items, if there are any.
    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        let at = self.below(items.len() as u64);
        items.get(usize::try_from(at).ok()?)
    }

    pub(super) fn talks_of(&self, topic: Option<Topic>) -> bool {
        topic.is_none_or(|topic| self.topics.contains(&topic))
    }

    pub(super) fn charter(&self) -> &'a Charter {
        &self.sight.council.genesis().charter
    }

    pub(super) fn head(&self) -> Head {
        Head { council: self.sight.council.digest(), by: self.by.clone() }
    }

    /// The last statement for `code` on a measure.
    pub(super) fn last_on(&self, number: u64, code: &Code) -> Option<Digest> {
        (self.sight.last)(&ChainKey::Measure(number, code.clone()))
    }

    /// What a statement for `code` says of a measure, following the last one.
    pub(super) fn said_on(&self, state: &MeasureState, code: &Code) -> Said {
        Said {
            head: self.head(),
            on_behalf: code.clone(),
            about: state.about(),
            after: self.last_on(state.number, code),
        }
    }

    /// The time that lies so many milliseconds ahead.
    pub(super) fn later(&self, ms: u64) -> Time {
        Time::from_ms(self.sight.now.as_ms() + ms).expect("tests end in this age")
    }

    /// This member's place in the council, if it has one.
    pub(super) fn member(&self) -> Option<&'a Member> {
        self.sight.council.roster().member(self.by)
    }

    pub(super) fn others(&self) -> Vec<&'a Code> {
        let members = self.sight.council.roster().members.iter();
        members.map(|member| &member.code).filter(|code| *code != self.by).collect()
    }

    /// The measures on the table that meet a condition.
    pub(super) fn open(&self, meets: impl Fn(&MeasureState) -> bool) -> Vec<&'a MeasureState> {
        let now = self.sight.now;
        let is_open = |it: &&MeasureState| it.status == Status::Open && now < it.closes;
        self.sight.council.measures().filter(is_open).filter(|it| meets(it)).collect()
    }

    /// One of the measures on the table that meet a condition.
    pub(super) fn pick_open(
        &mut self,
        meets: impl Fn(&MeasureState) -> bool,
    ) -> Option<&'a MeasureState> {
        let open = self.open(meets);
        self.pick(&open).copied()
    }

    /// The measures that were adopted and meet a condition.
    pub(super) fn adopted(&self, meets: impl Fn(&MeasureState) -> bool) -> Vec<&'a MeasureState> {
        let is_adopted = |it: &&MeasureState| matches!(it.status, Status::Adopted { .. });
        self.sight.council.measures().filter(is_adopted).filter(|it| meets(it)).collect()
    }

    /// Whether the charter lets this party do something about a measure of `proposer`.
    pub(super) fn is_in_role(&self, proposer: Option<&Code>, roles: &[Label]) -> bool {
        let role = self.sight.council.participant(self.by).map(|party| &party.role);
        roles.iter().any(|wanted| match wanted.as_str() {
            ROLE_MEMBER => self.member().is_some(),
            ROLE_PROPOSER => proposer == Some(self.by),
            _ => role == Some(wanted),
        })
    }

    /// A key for this party that nobody had before, with its number.
    pub(super) fn new_key(&mut self) -> (usize, PublicKey) {
        let (number, secret) = self.keys.make(self.by);
        (number, secret.public())
    }
}

/// Number and text hash of a measure as it stands.
pub(super) const fn cited(state: &MeasureState) -> Cited {
    Cited { number: state.number, text: state.text_hash }
}

/// What was said on an open measure.
pub(super) fn said(state: &MeasureState) -> &Balloting {
    state.balloting().expect("the measure is open")
}
