//! Beginning a height, from nothing or from the log, and leaving it when sync is faster.
//!
//! What it guarantees: a height that is begun from its log ends in the state that it had before the
//! restart, and repeats the messages that it had signed, with the same signatures.

use std::collections::BTreeSet;

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types as types;
use malachite::{Params, State, ThresholdParams};
use nemcon_ledger::Height;
use types::{Round, Validity, ValueOrigin, ValuePayload, VoteExtensionPolicy};

use super::api::{Effect, Fatal, Host};
use super::block::{BlockBytes, BlockValue};
use super::context::Ctx;
use super::engine::{Engine, Session};
use super::height_state::HeightState;
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, WalEntry};
use super::past_height::PastHeight;
use super::proposal_checks::ProposalChecks;
use super::roster::Roster;
use super::translate::{height_in, polka_in, proposal_in, round_in, timeout_in, vote_in};

/// The core's own queue for later heights is not used: [`super::peer_progress`] holds what comes too
/// early, within bounds.
const CORE_QUEUE: usize = 1;

impl Engine {
    pub(super) fn start(
        &mut self,
        height: Height,
        roster: Roster,
        restart: Option<Vec<WalEntry>>,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        if height <= self.height {
            return Err(Fatal::HeightGoesBack { current: self.height, asked: height });
        }
        self.leave(out);
        if let Some(key) = self.next_key.take() {
            self.keys.set_key(key);
        }
        if self.height.next() != height {
            self.past = PastHeight::default();
        }
        self.move_to(height, roster);
        self.session = Some(self.open_session());
        let entries: Vec<_> = restart.into_iter().flatten().collect();
        self.begin(!entries.is_empty(), out)?;
        self.replay(entries, host, out)?;
        for (arrived_ms, message) in self.progress.take(height) {
            self.receive(arrived_ms, message, host, out)?;
        }
        Ok(())
    }

    pub(super) fn rest(
        &mut self,
        decided: Height,
        roster: Roster,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        if decided < self.height {
            return Err(Fatal::HeightGoesBack { current: self.height, asked: decided });
        }
        self.leave(out);
        if self.height != decided {
            self.past = PastHeight::default();
        }
        self.move_to(decided, roster);
        // What is left for a decided height is of no use.
        self.progress.take(decided);
        Ok(())
    }

    fn leave(&mut self, out: &mut Vec<Effect>) {
        self.witness(out);
        self.tell_proposals(None, out);
        self.timers.cancel_all(out);
        self.session = None;
    }

    pub(super) fn move_to(&mut self, height: Height, roster: Roster) {
        self.height = height;
        self.roster = roster;
        self.progress.keep_only(&self.roster);
    }

    pub(super) fn open_session(&self) -> Session {
        let params = Params {
            address: self.keys.me(),
            threshold_params: ThresholdParams::default(),
            value_payload: ValuePayload::ProposalOnly,
            enabled: !self.observing,
        };
        let (height, roster) = (height_in(self.height), self.roster.clone());
        let core = State::new(Ctx, height, roster, params, CORE_QUEUE, CORE_QUEUE);
        Session { core, checks: ProposalChecks::default(), state: HeightState::default() }
    }

    pub(super) fn begin(&mut self, is_restart: bool, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let start = malachite::Input::StartHeight(
            height_in(self.height),
            self.roster.clone(),
            is_restart,
            None,
            VoteExtensionPolicy::Disabled,
        );
        self.feed(start, out)
    }

    /// Feeds the log again. Own messages are derived anew, compared with the recorded ones and
    /// sent again with the recorded signatures.
    fn replay(
        &mut self,
        entries: Vec<WalEntry>,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let height = self.height;
        let entries = entries.into_iter().filter(|it| it.height() == height);
        let entries = without_unused(entries.collect());
        if entries.is_empty() {
            return Ok(());
        }
        let inputs = entries.iter().map(|entry| core_input(entry, self.keys.me(), host));
        let inputs: Vec<_> = inputs.collect::<Option<_>>().ok_or(Fatal::LogUnreadable(height))?;
        let session = self.session.as_mut().expect("the height has just begun");
        claim_own(&entries, self.keys.me(), session)?;
        let proposed = last_own_proposal(&entries, self.keys.me());
        session.state.recorded = entries.into_iter().collect();
        // What was read back may have been written, but not synced, before the crash.
        session.state.log_ahead = true;
        session.state.is_replaying = true;
        session.core.record_recovered_own_precommit_extensions(&inputs);
        session.core.index_wal_entries(&inputs);
        for input in inputs {
            self.feed(input, out)?;
        }
        let session = self.session.as_mut().expect("only settling ends a height");
        session.core.reset_entries_index();
        session.state.is_replaying = false;
        session.state.recorded.retain(|entry| entry.message().is_some());
        // The core derives its votes anew and publishes them, but publishes no proposal of the log.
        if let Some(message) = proposed.filter(|_| !self.observing) {
            session.state.own.sent(&message);
            session.state.make_durable(out);
            out.push(Effect::Broadcast(message));
        }
        Ok(())
    }
}

/// The log without blocks that were built and never proposed. After a crash between the two, another
/// block is built for the same round; from a log with both, the core would take the first for the one
/// that it proposed, and propose that again.
fn without_unused(entries: Vec<WalEntry>) -> Vec<WalEntry> {
    let mut built = BTreeSet::new();
    let is_used = |entry: &WalEntry| match entry {
        WalEntry::Built { round, .. } => built.insert(*round),
        _ => true,
    };
    let mut used: Vec<_> = entries.into_iter().rev().filter(is_used).collect();
    used.reverse();
    used
}

/// Claims what the log says was signed, so that nothing else is signed in its place.
fn claim_own(entries: &[WalEntry], me: MemberKey, session: &mut Session) -> Result<(), Fatal> {
    for entry in entries {
        let (first, round) = match entry {
            WalEntry::Vote(vote) if vote.signer == me => {
                (session.state.own.claim_vote(vote.round, vote.kind, vote.value), vote.round)
            }
            WalEntry::Proposal(proposal) if proposal.signer == me => {
                (session.state.own.claim_proposal(proposal.header()), proposal.round)
            }
            _ => continue,
        };
        if !first {
            return Err(Fatal::DoubleSign { height: entry.height(), round });
        }
    }
    Ok(())
}

fn last_own_proposal(entries: &[WalEntry], me: MemberKey) -> Option<ConsensusMessage> {
    entries.iter().rev().find_map(|entry| match entry {
        WalEntry::Proposal(it) if it.signer == me => Some(ConsensusMessage::Proposal(it.clone())),
        _ => None,
    })
}

/// The input that was logged, or `None` if its block cannot be opened.
fn core_input(
    entry: &WalEntry,
    me: MemberKey,
    host: &mut dyn Host,
) -> Option<malachite::Input<Ctx>> {
    let mut open = |block: &BlockBytes| host.open(entry.height(), block);
    Some(match entry {
        WalEntry::Vote(vote) => malachite::Input::Vote(vote_in(vote)),
        WalEntry::Proposal(proposal) => {
            let value = open(&proposal.block)?;
            malachite::Input::Proposal(proposal_in(proposal, value))
        }
        WalEntry::Built { height, round, block } => {
            built(*height, round_in(*round), open(block)?, me)
        }
        WalEntry::Polka(polka) => malachite::Input::PolkaCertificate(polka_in(polka)),
        WalEntry::Timeout { round, step, .. } => {
            malachite::Input::TimeoutElapsed(timeout_in(*round, *step))
        }
    })
}

fn built(
    height: Height,
    round: Round,
    value: BlockValue,
    proposer: MemberKey,
) -> malachite::Input<Ctx> {
    let (height, valid_round, validity) = (height_in(height), Round::Nil, Validity::Valid);
    let value = malachite::ProposedValue { height, round, valid_round, proposer, value, validity };
    malachite::Input::ProposedValue(value, ValueOrigin::Consensus)
}
