//! The engine: one step at a time, and what may be asked of it in between.

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types::{TimeoutKind, VoteType};
use malachite::LocallyProposedValue;
use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_ledger::Height;

use super::ahead::{Ahead, Reached};
use super::api::{Anomaly, BlockValue, Decision, Effect, Fatal, Host, Input, TimerId};
use super::certificate::CommitCertificate;
use super::context::Ctx;
use super::evidence::Evidence;
use super::gate::Gate;
use super::handler::{Desk, Handler, drive};
use super::keys::Keys;
use super::late::Late;
use super::message::{ConsensusMessage, Round, WalEntry};
use super::roster::{MemberKey, Roster};
use super::split::Proposed;
use super::timers::{Timeouts, Timers};
use super::translate::{commit_out, height_in, proposal_in, round_in, round_out, vote_out};

/// One node's consensus, at rest or in one height.
pub struct Engine {
    pub(super) keys: Keys,
    pub(super) next_key: Option<SecretKey>,
    pub(super) observing: bool,
    /// Being decided or, at rest, decided.
    pub(super) height: Height,
    pub(super) roster: Roster,
    pub(super) timers: Timers,
    pub(super) ahead: Ahead,
    pub(super) late: Late,
    pub(super) proposed: Proposed,
    pub(super) session: Option<Session>,
    work: bool,
}

/// The height being decided.
pub(super) struct Session {
    pub(super) core: malachite::State<Ctx>,
    pub(super) gate: Gate,
    pub(super) desk: Desk,
}

impl Engine {
    /// An engine at rest: `decided` is the last decided height, `roster` that of the next one.
    pub fn new(
        council: Digest,
        me: SecretKey,
        timeouts: Timeouts,
        decided: Height,
        roster: Roster,
    ) -> Self {
        Self {
            keys: Keys::new(council, me),
            next_key: None,
            observing: false,
            height: decided,
            roster,
            timers: Timers::new(timeouts),
            ahead: Ahead::default(),
            late: Late::default(),
            proposed: Proposed::default(),
            session: None,
            work: false,
        }
    }

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

    /// The height being decided or, at rest, the last one decided.
    pub fn height(&self) -> Height {
        self.height
    }

    /// The round of the height being decided; `None` at rest.
    pub fn round(&self) -> Option<Round> {
        self.session.as_ref().and_then(|session| round_out(session.core.round()))
    }

    /// Whether a height is being decided.
    pub fn is_running(&self) -> bool {
        self.session.is_some()
    }

    /// Whether no timer is armed: nothing happens before the next input.
    pub fn is_idle(&self) -> bool {
        self.timers.is_idle()
    }

    /// How many other members' verified messages are for `height` or beyond.
    pub fn began_by(&self, height: Height) -> usize {
        self.ahead.began_by(height)
    }

    /// The greatest height that members enough to include an honest one are at, as far as their
    /// messages show: equal to the next height, it is to be started; beyond it, this node is
    /// behind.
    pub fn began_height(&self) -> Option<Height> {
        self.ahead.began_height(&self.roster)
    }

    /// The greatest height that verified messages of this member were for.
    pub fn highest_seen(&self, member: &PublicKey) -> Option<Height> {
        self.ahead.highest(&MemberKey::of(member))
    }

    /// This node's own latest messages of the height being decided, for a peer that has just
    /// connected.
    pub fn current_messages(&self) -> Vec<ConsensusMessage> {
        self.session.as_ref().map(|session| session.desk.own.latest()).unwrap_or_default()
    }

    /// Compares another node's certificate of the height just decided with the precommits that this
    /// node was told: whoever told the two of them two things is convicted.
    pub fn compare(&mut self, certificate: &CommitCertificate) -> Vec<Evidence> {
        // Not by the roster of the height that is under way, which may be another.
        let Some(roster) = self.late.roster() else { return Vec::new() };
        let mut found = self.late.conflicts(certificate, &roster);
        let (keys, roster) = (&mut self.keys, &roster);
        found.retain(|evidence| match evidence {
            Evidence::Votes(one, other) => {
                keys.is_vote_good(one, roster) && keys.is_vote_good(other, roster)
            }
            Evidence::Proposals { .. } => false,
        });
        for evidence in &found {
            self.late.forget(&evidence.signer());
        }
        found
    }

    /// Whether this node withholds votes and proposals. Withholding acts at once, voting again
    /// from the next height on.
    pub fn set_observing(&mut self, observing: bool) {
        self.observing = observing;
        if let Some(session) = self.session.as_mut().filter(|_| observing) {
            session.core.params.enabled = false;
        }
    }

    /// Uses another key of this node from the next height on, and at once while at rest.
    pub fn set_key(&mut self, me: SecretKey) {
        if self.session.is_some() {
            self.next_key = Some(me);
        } else {
            self.next_key = None;
            self.keys.set_key(me);
        }
    }

    /// The roster of the height being decided or, at rest, of the next.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Feeds the core; nothing happens at rest.
    pub(super) fn feed(
        &mut self,
        input: malachite::Input<Ctx>,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let Some(session) = &mut self.session else { return Ok(()) };
        if session.desk.decided.is_some() {
            return Ok(());
        }
        if let Some(taken) = &mut session.desk.taken {
            let polkas = session.core.driver.polka_certificates().iter();
            taken.note_polkas(polkas.filter_map(|it| Some((round_out(it.round)?, it.value_id))));
        }
        let (keys, roster, timers) = (&mut self.keys, &self.roster, &mut self.timers);
        let mut handler = Handler { keys, roster, timers, desk: &mut session.desk, out };
        let done = drive(&mut session.core, input, &mut handler);
        if let Some(fatal) = session.desk.fatal {
            return Err(fatal);
        }
        done.or_else(|error| anomaly(self.height, &error).map(|it| out.push(Effect::Anomaly(it))))
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

    pub(super) fn release(&mut self, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let (core, roster) = (&session.core, &self.roster);
        let released = session.gate.release(|round, id| is_vouched(core, roster, round, id));
        let rounds = core.driver.votes().all_rounds().keys();
        let rounds: Vec<_> = rounds.filter_map(|round| round_out(*round)).collect();
        let refused = session.gate.refused().find(|id| {
            rounds.iter().any(|round| is_vouched(core, roster, *round, *id))
                || core.driver.polka_certificates().iter().any(|polka| polka.value_id == *id)
        });
        if let Some(id) = refused {
            return Err(Fatal::InvalidBlockVouched { height: self.height, id });
        }
        for (proposal, value) in released {
            self.feed(malachite::Input::Proposal(proposal_in(&proposal, value)), out)?;
        }
        Ok(())
    }

    /// Reports members that voted twice, as soon as the core has noticed.
    pub(super) fn witness(&mut self, out: &mut Vec<Effect>) {
        let Some(Session { core, desk, .. }) = &mut self.session else { return };
        for (one, other) in core.driver.votes().evidence().iter().flat_map(|(_, pairs)| pairs) {
            desk.report(Evidence::Votes(vote_out(one), vote_out(other)).in_order(), out);
        }
    }

    fn ask(&mut self, out: &mut Vec<Effect>) {
        let Some(Session { core, desk, .. }) = &mut self.session else { return };
        if let Some(round) = desk.wanted
            && !desk.asked
            && core.driver.step_is_propose()
        {
            desk.asked = true;
            out.push(Effect::GetValue { height: self.height, round });
        }
    }

    fn conclude(&mut self, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let Some(session) = &self.session else { return Ok(()) };
        let Some(certificate) = &session.desk.decided else { return Ok(()) };
        let height = self.height;
        let (_, value) = session.core.decided_value().ok_or(Fatal::Core(height))?;
        let certificate = commit_out(certificate, &self.roster);
        let votes = session.desk.recorded.iter().filter_map(|entry| match entry {
            WalEntry::Vote(vote) => Some(vote),
            _ => None,
        });
        self.late = Late::after(certificate.clone(), self.roster.clone(), votes);
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
        self.work || self.roster.is_beyond_faulty(self.ahead.beyond(place))
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
            && let Some(proposal) = session.desk.own.proposal_of(round)
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
        if session.desk.wanted != Some(round) || !in_time {
            return Ok(());
        }
        session.desk.wanted = None;
        let built = LocallyProposedValue::new(height_in(height), round_in(round), value);
        self.feed(malachite::Input::Propose(built), out)
    }
}

/// Whether more than two thirds prevoted or precommitted for `id` in `round`.
fn is_vouched(core: &malachite::State<Ctx>, roster: &Roster, round: Round, id: Digest) -> bool {
    let round = round_in(round);
    let value = arc_malachitebft_core_types::NilOrVal::Val(id);
    let by_votes = core.driver.votes().per_round(round).is_some_and(|votes| {
        let quorum = |kind| {
            let weight = votes.votes().get_weight(kind, &value);
            usize::try_from(weight).is_ok_and(|count| roster.is_quorum(count))
        };
        quorum(VoteType::Prevote) || quorum(VoteType::Precommit)
    });
    by_votes || core.driver.polka_certificate(round, &id).is_some()
}

/// What an error of the core means for the node.
fn anomaly(height: Height, error: &malachite::Error<Ctx>) -> Result<Anomaly, Fatal> {
    tracing::error!(height = height.0, %error, "consensus core");
    match error {
        malachite::Error::ReplayDivergence(..) => Err(Fatal::ReplayDivergence(height)),
        malachite::Error::UnexpectedResume(..) | malachite::Error::WalCorrupted(_) => {
            Err(Fatal::Core(height))
        }
        malachite::Error::DriverProcess(_) => Ok(Anomaly::Driver),
        malachite::Error::MissingPolkaCertificate(..) => Ok(Anomaly::MissingPolka),
        _ => Ok(Anomaly::Other),
    }
}
