//! Whether others agree with a change of the roster that this node took over from peers [rules.md R29].
//!
//! What it guarantees: the change counts as confirmed only once more than two thirds of the roster,
//! this node among them if it is a member, stand on this node's chain behind the change.

use std::collections::BTreeSet;

use nemcon_ledger::Height;
use nemcon_ledger::record::Roster;
use nemcon_ledger::text::Code;

use super::api::Notice;
use super::step::Step;
use crate::consensus;

/// The change of the roster that waits to be confirmed, if one does.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    /// The height from which on the changed roster decides, while too few have confirmed it.
    unconfirmed: Option<Height>,
    /// The members that have confirmed it.
    agreeing: BTreeSet<Code>,
}

impl Agreement {
    pub(super) const fn new(unconfirmed: Option<Height>) -> Self {
        Self { unconfirmed, agreeing: BTreeSet::new() }
    }

    /// The change that waits to be confirmed.
    pub(super) const fn unconfirmed(&self) -> Option<Height> {
        self.unconfirmed
    }

    /// Whether no change waits to be confirmed.
    pub(super) const fn is_confirmed(&self) -> bool {
        self.unconfirmed.is_none()
    }

    /// Whether a member has confirmed the change.
    pub(super) fn has(&self, member: &Code) -> bool {
        self.agreeing.contains(member)
    }

    /// The chain crossed a change of the roster by blocks that peers gave.
    pub(super) fn begin(&mut self, changed: Height) {
        self.unconfirmed = Some(changed);
        self.agreeing.clear();
    }

    /// A height was begun under this roster before a restart: the change was confirmed then.
    pub(super) fn waive(&mut self) {
        self.unconfirmed = None;
    }

    /// A member confirms the change.
    pub(super) fn add(&mut self, member: &Code) {
        self.agreeing.insert(member.clone());
    }

    /// A connection has ended: its member must confirm the change anew.
    pub(super) fn forget(&mut self, member: &Code) {
        self.agreeing.remove(member);
    }

    /// Ends the waiting once more than two thirds of the next block's roster agree.
    pub(super) fn confirm(&mut self, step: &mut Step, me: &Code, roster: &Roster) {
        if self.unconfirmed.is_none() {
            return;
        }
        let members = &roster.members;
        let agrees = |code: &Code| code == me || self.agreeing.contains(code);
        let agreeing = members.iter().filter(|member| agrees(&member.code)).count();
        if consensus::is_quorum(agreeing, members.len()) {
            self.unconfirmed = None;
            self.agreeing.clear();
            step.notice(Notice::Confirmed);
        }
    }
}
