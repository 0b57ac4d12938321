//! Asking again: what was lost with a connection is told again, less and less often.

use nemcon_ledger::text::{Code, Time};

use super::message::Message;
use super::{Effect, Replica};

/// The first wait, in milliseconds.
const WAIT_FIRST_MS: u64 = 2_000;
/// The longest wait, in milliseconds.
const WAIT_LONGEST_MS: u64 = 60_000;
/// How often seals alone are asked for after a block: an absent member keeps nobody awake.
const ASKING_FOR_SEALS_MAX: u32 = 4;

/// How often a node tells again only what no other node does: every node has what every other has, and what
/// all tell all is a flood.
const TELLS_OWN_MAX: u32 = 2;

/// When to tell and ask again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Nudge {
    attempts: u32,
    due: Option<Time>,
}

impl Nudge {
    /// Something has changed: begin anew.
    pub(super) fn reset(&mut self, now: Time) {
        self.attempts = 0;
        self.due = Some(self.after(now));
    }

    /// There is something to tell again, if not already known.
    pub(super) fn arm(&mut self, now: Time) {
        if self.due.is_none() {
            self.reset(now);
        }
    }

    fn after(&self, now: Time) -> Time {
        let wait = WAIT_FIRST_MS << (2 * self.attempts.min(4));
        Time::from_ms(now.as_ms() + wait.min(WAIT_LONGEST_MS)).unwrap_or(now)
    }
}

impl Replica {
    pub(super) fn woken(&mut self) {
        self.wake = None;
        self.end_if_due();
        if let Some(fetch) = self.fetch.clone().filter(|fetch| fetch.until <= self.now) {
            self.give_up_fetch(&fetch.from);
        }
        self.end_bars();
        self.grant_due();
        if self.nudge.due.is_some_and(|due| due <= self.now) {
            self.tell_again();
        }
    }

    /// What time has overtaken is not told again: others refuse it, and nobody else would say so to
    /// a node that waits with it alone.
    fn tell_again(&mut self) {
        self.rebase_pending();
        let has_pending = !self.pending.is_empty();
        let asks = self.seals.is_lacking() && self.nudge.attempts < ASKING_FOR_SEALS_MAX;
        if !has_pending && !asks {
            self.nudge.due = None;
            return;
        }
        if self.nudge.attempts < TELLS_OWN_MAX {
            let is_gone = |code: &Code| !self.peers.contains_key(code);
            self.out.extend(self.pending.frames_of_own(is_gone).map(Effect::Broadcast));
        } else {
            // Whoever brought it may have brought it to nobody else.
            self.out.extend(self.pending.frames().map(Effect::Broadcast));
        }
        self.broadcast_standing();
        self.nudge.attempts += 1;
        self.nudge.due = Some(self.nudge.after(self.now));
    }

    pub(super) fn broadcast_standing(&mut self) {
        self.broadcast(&Message::Standing(self.standing()));
    }

    /// Asks the shell to come back for what is due next.
    pub(super) fn set_wake(&mut self) {
        let deadline = self.state().next_deadline();
        // A deadline that is due is work: consensus has it, and its timers wake us.
        let deadline = deadline.filter(|due| *due > self.now);
        let fetch = self.fetch.as_ref().map(|fetch| fetch.until);
        let bar = self.barred.values().min().copied();
        let end = self.ending.as_ref().map(|(at, _)| *at);
        let share = self.shares.due();
        let wakes = [deadline, fetch, bar, self.nudge.due, self.rejoin_until(), end, share];
        let wake = wakes.into_iter().flatten().min();
        if wake != self.wake {
            self.wake = wake;
            self.out.push(Effect::WakeAt(wake));
        }
    }
}
