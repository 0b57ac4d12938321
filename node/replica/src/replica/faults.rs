//! What members do wrong: counted by member and kind, and when a connection is not worth keeping.
//!
//! What it guarantees: an honest member is never blamed for what another one signed. What carries a
//! member's signature is charged to the signer; what carries none, to the connection that brought it.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_ledger::text::{Code, Time};

use super::api::{Effect, Misdeed, Notice};
use super::step::Step;

/// How many faults of one connection a minute bears; with one more it is cut, and what still comes
/// over it is not looked at.
pub const FAULTS_PER_MINUTE_MAX: u32 = 60;

const MINUTE_MS: u64 = 60_000;

/// How many faults there were, by kind.
pub type FaultCounts = BTreeMap<String, u64>;

/// The counts. They grow with the members and the kinds of misdeeds, which are few, and with nothing
/// else.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    total: FaultCounts,
    by_member: BTreeMap<Code, FaultCounts>,
    /// For each member that brings faults: when its minute began, and its faults since. A new
    /// connection begins no new minute.
    recent: BTreeMap<Code, (Time, u32)>,
    /// Connections that are being cut.
    cut: BTreeSet<Code>,
}

impl Faults {
    /// What members did wrong, counted by kind.
    pub(super) const fn total(&self) -> &FaultCounts {
        &self.total
    }

    /// What one member did wrong, counted by kind; none if it did nothing wrong.
    pub(super) fn of(&self, member: &Code) -> Option<&FaultCounts> {
        self.by_member.get(member)
    }

    /// Blames the sender of the frame at hand, for what no honest node sends or passes on.
    pub(super) fn blame_sender(&mut self, step: &mut Step, misdeed: Misdeed) {
        let sender = step.sender.clone();
        self.count(sender.as_ref(), misdeed);
        let Some(sender) = sender else { return };
        step.notice(Notice::Fault(sender, misdeed));
        self.charge_connection(step);
    }

    /// Blames a member for what it has signed, whichever peer brought it.
    pub(super) fn blame(&mut self, step: &mut Step, member: &Code, misdeed: Misdeed) {
        self.count(Some(member), misdeed);
        step.notice(Notice::Fault(member.clone(), misdeed));
    }

    /// Charges the connection that brought the frame at hand, and cuts it if that was too much.
    pub(super) fn charge_connection(&mut self, step: &mut Step) {
        let Some(sender) = step.sender.clone() else { return };
        if self.is_too_much(&sender, step.now) {
            step.push(Effect::Disconnect(sender));
        }
    }

    /// Whether nothing more of the frame at hand is worth a look.
    pub(super) fn is_sender_cut(&self, step: &Step) -> bool {
        step.sender.as_ref().is_some_and(|sender| self.is_cut(sender))
    }

    /// The connection has ended, or another has begun.
    pub(super) fn forget_connection(&mut self, member: &Code) {
        self.cut.remove(member);
    }

    /// Whether the connection is being cut.
    pub(super) fn is_cut(&self, member: &Code) -> bool {
        self.cut.contains(member)
    }

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
}
