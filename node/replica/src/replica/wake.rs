//! What is done when a time has come, and which time is the next.
//!
//! What it guarantees: an idle council wakes nobody; with nothing due, no time is asked for.

use super::api::Effect;
use super::message::Message;
use super::state::Replica;

impl Replica {
    /// The time that was asked for has come.
    pub(super) fn woken(&mut self) {
        self.wake = None;
        let (now, here) = (self.step.now, self.chain.height());
        self.ending.end_if_due(now);
        self.sync.end_fetch(&mut self.step, here);
        self.sync.end_bars(&mut self.step, here);
        self.grant_due();
        let asks = self.lacking.overdue(now);
        self.ask_for(asks);
        if self.resend.is_due(now) {
            self.tell_again();
        }
    }

    /// Announces again what waits. A statement that time has overtaken is dropped first: others refuse it,
    /// and nobody else would say so to a node that waits with it alone.
    fn tell_again(&mut self) {
        self.rebase_pending();
        let has_pending = !self.pending.is_empty();
        let asks = self.seals.is_lacking() && self.resend.asks_for_seals();
        if !has_pending && !asks {
            self.resend.rest();
            return;
        }
        self.announce(self.resend.tells_own_alone());
        let standing = self.standing();
        self.step.broadcast(&Message::Standing(standing));
        self.resend.repeated(self.step.now);
    }

    /// Asks the shell to come back for what is due next.
    pub(super) fn set_wake(&mut self) {
        // A deadline that is due is work: consensus has it, and its timers wake this node.
        let deadline = self.deadline.filter(|due| *due > self.step.now);
        let end = self.ending.soon().map(|(at, _)| *at);
        let wakes = [
            deadline,
            self.sync.due(),
            self.resend.due(),
            self.rejoin_until(),
            end,
            self.shares.due(),
            self.lacking.due(),
        ];
        let wake = wakes.into_iter().flatten().min();
        if wake != self.wake {
            self.wake = wake;
            self.step.push(Effect::WakeAt(wake));
        }
    }
}
