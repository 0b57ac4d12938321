//! What members do wrong: counted by member and kind, and when a connection is not worth keeping.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::text::{Code, Time};

use super::{Effect, Misdeed, Notice, Replica};
use crate::consensus::MemberKey;

/// How many faults of one connection a minute bears; with one more it is cut, and what still comes
/// over it is not looked at.
pub const FAULTS_PER_MINUTE_MAX: u32 = 60;

const MINUTE_MS: u64 = 60_000;

/// Counted by kind.
pub type Tally = BTreeMap<String, u64>;

/// Grows with the members and the kinds of misdeeds, which are few, and with nothing else.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    total: Tally,
    by_member: BTreeMap<Code, Tally>,
    /// For each member that brings faults: when its minute began, and its faults since. A new
    /// connection begins no new minute.
    recent: BTreeMap<Code, (Time, u32)>,
    /// Connections that are being cut.
    cut: BTreeSet<Code>,
}

impl Faults {
    fn count(&mut self, member: Option<&Code>, misdeed: Misdeed) {
        let kind = misdeed.to_string();
        *self.total.entry(kind.clone()).or_default() += 1;
        if let Some(member) = member {
            *self.by_member.entry(member.clone()).or_default().entry(kind).or_default() += 1;
        }
    }

    /// One more fault of a connection; true if with it the connection is to be cut.
    fn is_too_much(&mut self, member: &Code, now: Time) -> bool {
        let (since, faults) = self.recent.entry(member.clone()).or_insert((now, 0));
        if now.as_ms().abs_diff(since.as_ms()) >= MINUTE_MS {
            (*since, *faults) = (now, 0);
        }
        *faults += 1;
        *faults > FAULTS_PER_MINUTE_MAX && self.cut.insert(member.clone())
    }

    /// The connection has ended, or another has begun.
    pub(super) fn forget_connection(&mut self, member: &Code) {
        self.cut.remove(member);
    }

    /// Whether the connection is being cut.
    pub(super) fn is_cut(&self, member: &Code) -> bool {
        self.cut.contains(member)
    }
}

impl Replica {
    /// What members did wrong, counted by kind.
    pub const fn faults(&self) -> &Tally {
        &self.faults.total
    }

    /// The same for one member; none if it did nothing wrong.
    pub fn faults_of(&self, member: &Code) -> Option<&Tally> {
        self.faults.by_member.get(member)
    }

    /// Whoever sent the frame at hand is to blame: no honest node passes such a thing on.
    pub(super) fn fault(&mut self, misdeed: Misdeed) {
        let sender = self.sender.clone();
        self.faults.count(sender.as_ref(), misdeed);
        let Some(sender) = sender else { return };
        self.out.push(Effect::Notice(Notice::Fault(sender, misdeed)));
        self.charge_connection();
    }

    /// Charges the connection that brought the frame at hand, and cuts it if that was too much.
    pub(super) fn charge_connection(&mut self) {
        let Some(sender) = self.sender.clone() else { return };
        if self.faults.is_too_much(&sender, self.now) {
            self.out.push(Effect::Disconnect(sender));
        }
    }

    /// Whether nothing more of the frame at hand is worth a look.
    pub(super) fn is_sender_cut(&self) -> bool {
        self.sender.as_ref().is_some_and(|sender| self.faults.is_cut(sender))
    }

    /// A member is to blame by its own signature, whoever brought it.
    pub(super) fn fault_of(&mut self, member: &Code, misdeed: Misdeed) {
        self.faults.count(Some(member), misdeed);
        self.out.push(Effect::Notice(Notice::Fault(member.clone(), misdeed)));
    }

    /// The same by its node key.
    pub(super) fn fault_of_key(&mut self, key: &MemberKey, misdeed: Misdeed) {
        let mut members = self.state().roster().members.iter();
        let member = members.find(|member| MemberKey::of(&member.node) == *key);
        if let Some(code) = member.map(|member| member.code.clone()) {
            self.fault_of(&code, misdeed);
        }
    }
}
