//! One engine under test; every other member is the test's puppet.

use core::time::Duration;
use std::collections::BTreeMap;

use super::*;

pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) now_ms: u64,
    pub(super) log: Vec<WalEntry>,
    pub(super) timers: BTreeMap<TimerId, Duration>,
    pub(super) seen: Vec<Effect>,
    members: usize,
}

impl Bench {
    /// Member `me` of `members`, with work, in height 1.
    pub(super) fn new(me: usize, members: usize) -> Self {
        let mut bench = Self::at_rest(me, members);
        bench.step(Input::WorkChanged(true));
        bench.start(1);
        bench
    }

    pub(super) fn at_rest(me: usize, members: usize) -> Self {
        let timeouts = Timeouts::default();
        let engine = Engine::new(council(), secret(me), timeouts, Height(0), roster(members));
        let (log, timers, seen) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { engine, now_ms: NOON_MS, log, timers, seen, members }
    }

    pub(super) fn start(&mut self, height: u64) -> Vec<Effect> {
        let (height, roster) = (Height(height), roster(self.members));
        self.step(Input::StartHeight { height, roster, restart: None })
    }

    pub(super) fn try_step(&mut self, input: Input) -> Result<Vec<Effect>, Fatal> {
        let effects = self.engine.step(self.now_ms, input, &mut TrivialHost)?;
        for effect in &effects {
            match effect {
                Effect::Wal(entry) => self.log.push(entry.clone()),
                Effect::Schedule { timer, after } => {
                    self.timers.insert(*timer, *after);
                }
                Effect::Cancel(timer) => {
                    self.timers.remove(timer);
                }
                Effect::SyncWal
                | Effect::Broadcast(_)
                | Effect::GetValue { .. }
                | Effect::TellProposals(_)
                | Effect::Decided(_)
                | Effect::Evidence(_)
                | Effect::Fault(_)
                | Effect::Behind { .. }
                | Effect::OwnKeyElsewhere { .. }
                | Effect::Anomaly(_) => {}
            }
        }
        self.seen.extend(effects.clone());
        Ok(effects)
    }

    pub(super) fn step(&mut self, input: Input) -> Vec<Effect> {
        self.try_step(input).unwrap()
    }

    pub(super) fn vote(&mut self, vote: Vote) -> Vec<Effect> {
        self.step(Input::Message(ConsensusMessage::Vote(vote)))
    }

    pub(super) fn proposal(&mut self, proposal: Proposal) -> Vec<Effect> {
        self.step(Input::Message(ConsensusMessage::Proposal(proposal)))
    }

    /// Lets every armed timer of exactly `seconds` run out.
    pub(super) fn elapse(&mut self, millis: u64) -> Vec<Effect> {
        let due = self.timers.iter().filter(|(_, after)| **after == Duration::from_millis(millis));
        let due: Vec<_> = due.map(|(timer, _)| *timer).collect();
        assert!(!due.is_empty(), "no timer of {millis} ms among {:?}", self.timers);
        let mut effects = Vec::new();
        for timer in due {
            self.timers.remove(&timer);
            effects.extend(self.step(Input::TimerElapsed(timer)));
        }
        effects
    }
}

/// The votes among the broadcasts.
pub(super) fn votes(effects: &[Effect]) -> Vec<(VoteKind, u32, Option<Digest>)> {
    let vote = |effect: &Effect| match effect {
        Effect::Broadcast(ConsensusMessage::Vote(vote)) => {
            Some((vote.kind, vote.round.0, vote.value))
        }
        _ => None,
    };
    effects.iter().filter_map(vote).collect()
}

pub(super) fn faults(effects: &[Effect]) -> Vec<(FaultKind, Option<MemberKey>)> {
    let fault = |effect: &Effect| match effect {
        Effect::Fault(fault) => Some((fault.kind, fault.signer)),
        _ => None,
    };
    effects.iter().filter_map(fault).collect()
}

pub(super) fn decided(effects: &[Effect]) -> Option<&Decision> {
    effects.iter().find_map(|effect| match effect {
        Effect::Decided(decision) => Some(&**decision),
        _ => None,
    })
}
