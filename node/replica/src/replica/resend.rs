//! When this node says and asks again what may have been lost with a connection.
//!
//! What it guarantees: the waits grow up to [`WAIT_LONGEST_MS`], and seals alone are asked for
//! [`ASKING_FOR_SEALS_MAX`] times: an absent member keeps nobody awake.

use nemcon_ledger::text::Time;

/// The first wait, in milliseconds.
const WAIT_FIRST_MS: u64 = 2_000;
/// The longest wait, in milliseconds.
const WAIT_LONGEST_MS: u64 = 60_000;
/// How often seals alone are asked for after a block.
const ASKING_FOR_SEALS_MAX: u32 = 4;

/// How often a node says again only what no other node does. Every node has what every other node has;
/// if each of them said all of it again, that would be a flood.
const TELLS_OWN_MAX: u32 = 2;

/// When to tell and ask again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Resend {
    attempts: u32,
    due: Option<Time>,
}

impl Resend {
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

    /// When something is to be said again.
    pub(super) const fn due(&self) -> Option<Time> {
        self.due
    }

    pub(super) fn is_due(&self, now: Time) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// Whether lacking seals are still asked for.
    pub(super) const fn asks_for_seals(&self) -> bool {
        self.attempts < ASKING_FOR_SEALS_MAX
    }

    /// Whether this node says again only what no other node does.
    pub(super) const fn tells_own_alone(&self) -> bool {
        self.attempts < TELLS_OWN_MAX
    }

    /// It was said again.
    pub(super) fn repeated(&mut self, now: Time) {
        self.attempts += 1;
        self.due = Some(self.after(now));
    }

    /// There is nothing to say again.
    pub(super) fn rest(&mut self) {
        self.due = None;
    }

    fn after(&self, now: Time) -> Time {
        let wait = WAIT_FIRST_MS << (2 * self.attempts.min(4));
        Time::from_ms(now.as_ms() + wait.min(WAIT_LONGEST_MS)).unwrap_or(now)
    }
}
