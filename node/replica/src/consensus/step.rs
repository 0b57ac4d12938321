//! One step of the engine: an input is taken, and then what holds after every input is made to hold.
//!
//! What it guarantees: the effects of a step stand in the order in which they must be done; a step
//! that ends in [`Fatal`] has no effects at all.

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types::TimeoutKind;
use malachite::LocallyProposedValue;
use nemcon_ledger::Height;

use super::api::{Decision, Effect, Fatal, Host, Input, TimerId};
use super::block::BlockValue;
use super::certificate::CommitCertificate;
use super::engine::{Engine, Session};
use super::evidence::Evidence;
use super::message::{ConsensusMessage, WalEntry};
use super::past_height::PastHeight;
use super::peer_progress::Reached;
use super::round::Round;
use super::translate::{commit_out, height_in, round_in, round_out};

impl Engine {
    /// Takes one input at `now_ms` (milliseconds of UTC) and returns what the shell must do, in
    /// order.
    ///
    /// # Errors
    /// [`Fatal`]: the node must stop, and nothing of this step may be executed.
    pub fn step(
        &mut self,
        now_ms: u64,
        input: Input,
        host: &mut dyn Host,
    ) -> Result<Vec<Effect>, Fatal> {
        let mut out = Vec::new();
        match input {
            Input::StartHeight { height, roster, restart } => {
                self.start(height, roster, restart, host, &mut out)?;
            }
            Input::Rejoin { height, roster, memory } => {
                self.rejoin(now_ms, height, roster, memory, host, &mut out)?;
            }
            Input::Rest { decided, roster } => self.rest(decided, roster, &mut out)?,
            Input::Message(message) => self.receive(now_ms, message, host, &mut out)?,
            Input::TimerElapsed(timer) => self.elapse(timer, &mut out)?,
            Input::Propose { height, round, value } => {
                self.propose(height, round, value, &mut out)?;
            }
            Input::Told(proposals) => self.take_told(&proposals, &mut out),
            Input::WorkChanged(work) => self.work = work,
        }
        self.settle(&mut out)?;
        Ok(out)
    }

    /// Compares another node's certificate of the height just decided with the precommits that this node
    /// received. A member that sent the two nodes different precommits is convicted.
    pub fn compare(&mut self, certificate: &CommitCertificate) -> Vec<Evidence> {
        // Not by the roster of the height that is under way, which may be another.
        let Some(roster) = self.past.roster() else { return Vec::new() };
        let mut found = self.past.conflicts(certificate, &roster);
        let (keys, roster) = (&mut self.keys, &roster);
        found.retain(|evidence| match evidence {
            Evidence::Votes(one, other) => {
                keys.is_vote_good(one, roster) && keys.is_vote_good(other, roster)
            }
            Evidence::Proposals { .. } => false,
        });
        for evidence in &found {
            self.past.forget(&evidence.signer());
        }
        found
    }

    /// What holds after every input: what a polka vouches for is fed, kept timers run while there
    /// is something to do, a decision ends the height, a wish for a block is passed on.
    fn settle(&mut self, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        self.release(out)?;
        self.witness(out);
        for kept in self.timers.take_kept() {
            if self.counts(kept.kind) {
                // Not fed at once: the proposer has only now got something to propose.
                self.timers.arm(kept, out);
            } else {
                self.timers.keep(kept);
            }
        }
        self.ask(out);
        self.conclude(out)
    }

    fn ask(&mut self, out: &mut Vec<Effect>) {
        let Some(Session { core, state, .. }) = &mut self.session else { return };
        if let Some(round) = state.wanted
            && !state.asked
            && core.driver.step_is_propose()
        {
            state.asked = true;
            out.push(Effect::GetValue { height: self.height, round });
        }
    }

    fn conclude(&mut self, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let Some(session) = &self.session else { return Ok(()) };
        let Some(certificate) = &session.state.decided else { return Ok(()) };
        let height = self.height;
        let (_, value) = session.core.decided_value().ok_or(Fatal::Core(height))?;
        let certificate = commit_out(certificate, &self.roster);
        let votes = session.state.recorded.iter().filter_map(|entry| match entry {
            WalEntry::Vote(vote) => Some(vote),
            _ => None,
        });
        self.past = PastHeight::after(certificate.clone(), self.roster.clone(), votes);
        self.tell_proposals(Some(value.id), out);
        out.push(Effect::Decided(Box::new(Decision { height, value, certificate })));
        // The core has armed its rebroadcast timer once more, for ever.
        self.timers.cancel_all(out);
        self.session = None;
        Ok(())
    }

    /// Whether timers count: there is work, or an honest member has come further in this height.
    ///
    /// That it is there is not enough: members without work would keep each other awake for ever.
    fn is_awake(&self) -> bool {
        let Some(place) = self.place() else { return false };
        self.work || self.roster.is_beyond_faulty(self.progress.beyond(place))
    }

    /// Whether a timer of this kind counts now. Members that have come further need none of this node's
    /// messages again: without work it would send them for ever.
    fn counts(&self, kind: TimeoutKind) -> bool {
        self.work || kind != TimeoutKind::Rebroadcast && self.is_awake()
    }

    /// How far this node itself has come.
    fn place(&self) -> Option<Reached> {
        let driver = &self.session.as_ref()?.core.driver;
        let votes = if driver.step_is_prevote() {
            1
        } else if driver.step_is_precommit() || driver.step_is_commit() {
            2
        } else {
            0
        };
        let round = round_out(driver.round()).unwrap_or_default();
        Some(Reached { height: self.height, round, votes })
    }

    fn elapse(&mut self, timer: TimerId, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let Some(timeout) = self.timers.elapse(timer) else { return Ok(()) };
        let is_rebroadcast = timeout.kind == TimeoutKind::Rebroadcast;
        if !self.counts(timeout.kind) {
            self.timers.keep(timeout);
            return Ok(());
        }
        // The core sends its votes again, but not its proposal.
        if is_rebroadcast
            && let Some(session) = &self.session
            && let Some(round) = round_out(timeout.round)
            && session.core.round() == timeout.round
            && let Some(proposal) = session.state.own.proposal_of(round)
        {
            out.push(Effect::Broadcast(ConsensusMessage::Proposal(proposal.clone())));
        }
        self.feed(malachite::Input::TimeoutElapsed(timeout), out)
    }

    fn propose(
        &mut self,
        height: Height,
        round: Round,
        value: BlockValue,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let Some(session) = self.session.as_mut().filter(|_| height == self.height) else {
            return Ok(());
        };
        let in_time = session.core.driver.step_is_propose() && value.first_round == round;
        if session.state.wanted != Some(round) || !in_time {
            return Ok(());
        }
        session.state.wanted = None;
        let built = LocallyProposedValue::new(height_in(height), round_in(round), value);
        self.feed(malachite::Input::Propose(built), out)
    }
}
