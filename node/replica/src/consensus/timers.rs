//! Timers: which are armed, and which ran out while there was nothing to do.
//!
//! What it guarantees: a timer runs out at most once, and at most one of each step and round is armed.

use core::time::Duration;
use std::collections::BTreeMap;

use arc_malachitebft_core_types::{Round, Timeout, TimeoutKind};

use super::api::{Effect, TimerId};

/// How long each step waits; every round waits longer than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a node waits for a proposal, in round 0.
    pub propose: Duration,
    /// How long a node waits for prevotes that agree, in round 0.
    pub prevote: Duration,
    /// How long a node waits for precommits that agree, in round 0.
    pub precommit: Duration,
    /// Until own messages are sent again, in round 0.
    pub rebroadcast: Duration,
    /// Added to each for each round.
    pub growth: Duration,
    /// The longest that any of these waits becomes.
    pub longest: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            propose: Duration::from_secs(3),
            prevote: Duration::from_secs(1),
            precommit: Duration::from_secs(1),
            rebroadcast: Duration::from_secs(5),
            growth: Duration::from_millis(500),
            longest: Duration::from_mins(1),
        }
    }
}

impl Timeouts {
    fn duration(&self, timeout: Timeout) -> Duration {
        let base = match timeout.kind {
            TimeoutKind::Propose => self.propose,
            TimeoutKind::Prevote => self.prevote,
            TimeoutKind::Precommit => self.precommit,
            TimeoutKind::Rebroadcast => self.rebroadcast,
            TimeoutKind::FinalizeHeight(after) => return after,
        };
        let round = timeout.round.as_u32().unwrap_or_default();
        base.saturating_add(self.growth.saturating_mul(round)).min(self.longest)
    }
}

/// The timers of one engine. At most one per step and round is armed.
#[derive(Debug)]
pub(super) struct Timers {
    timeouts: Timeouts,
    next: u64,
    armed: BTreeMap<TimerId, Timeout>,
    kept: Vec<Timeout>,
}

impl Timers {
    pub(super) const fn new(timeouts: Timeouts) -> Self {
        Self { timeouts, next: 0, armed: BTreeMap::new(), kept: Vec::new() }
    }

    /// Arms `timeout`; an earlier timer of the same step and round is cancelled.
    pub(super) fn arm(&mut self, timeout: Timeout, out: &mut Vec<Effect>) {
        self.cancel(timeout, out);
        let timer = TimerId(self.next);
        self.next += 1;
        self.armed.insert(timer, timeout);
        out.push(Effect::Schedule { timer, after: self.timeouts.duration(timeout) });
    }

    pub(super) fn cancel(&mut self, timeout: Timeout, out: &mut Vec<Effect>) {
        self.kept.retain(|kept| *kept != timeout);
        let ids = self.armed.iter().filter(|(_, armed)| **armed == timeout);
        for timer in ids.map(|(timer, _)| *timer).collect::<Vec<_>>() {
            self.armed.remove(&timer);
            out.push(Effect::Cancel(timer));
        }
    }

    pub(super) fn cancel_all(&mut self, out: &mut Vec<Effect>) {
        self.kept.clear();
        out.extend(self.armed.keys().copied().map(Effect::Cancel));
        self.armed.clear();
    }

    /// The timeout that `timer` stood for, once; `None` if it was cancelled or ran out before.
    pub(super) fn elapse(&mut self, timer: TimerId) -> Option<Timeout> {
        self.armed.remove(&timer)
    }

    /// Remembers a timeout that ran out while nothing was to be done.
    pub(super) fn keep(&mut self, timeout: Timeout) {
        self.kept.push(timeout);
    }

    /// Takes out what ran out while nothing was to be done.
    pub(super) fn take_kept(&mut self) -> Vec<Timeout> {
        core::mem::take(&mut self.kept)
    }

    /// The timer of this kind and round, if it runs.
    pub(super) fn armed(&self, kind: TimeoutKind, round: Round) -> Option<TimerId> {
        let wanted = Timeout { kind, round };
        self.armed.iter().find(|(_, armed)| **armed == wanted).map(|(timer, _)| *timer)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.armed.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_timer_is_ignored_and_a_kept_one_comes_back() {
        let (mut timers, mut out) = (Timers::new(Timeouts::default()), Vec::new());
        let timeout = Timeout::propose(Round::new(2));
        timers.arm(timeout, &mut out);
        timers.arm(timeout, &mut out);
        let after = Duration::from_secs(4);
        let first = Effect::Schedule { timer: TimerId(0), after };
        let second = Effect::Schedule { timer: TimerId(1), after };
        assert_eq!(out, [first, Effect::Cancel(TimerId(0)), second]);
        assert_eq!(timers.elapse(TimerId(0)), None);
        assert_eq!(timers.elapse(TimerId(1)), Some(timeout));
        assert_eq!(timers.elapse(TimerId(1)), None);
        timers.keep(timeout);
        assert!(timers.is_idle());
        out.clear();
        assert_eq!(timers.take_kept(), [timeout]);
        assert_eq!(timers.take_kept(), []);
        timers.arm(timeout, &mut out);
        assert_eq!(out, [Effect::Schedule { timer: TimerId(2), after }]);
        timers.cancel_all(&mut out);
        assert!(timers.is_idle());
    }

    #[test]
    fn timeouts_grow_with_the_round_up_to_the_longest() {
        let timeouts = Timeouts::default();
        let at = |round| timeouts.duration(Timeout::prevote(Round::new(round)));
        assert_eq!(at(0), Duration::from_secs(1));
        assert_eq!(at(3), Duration::from_millis(2_500));
        assert_eq!(at(u32::MAX), timeouts.longest);
    }
}
