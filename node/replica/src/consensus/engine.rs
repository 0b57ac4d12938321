//! The engine's state, how the consensus core is fed, and what may be asked of the engine between steps.
//!
//! What it guarantees: the core is fed only while a height is being decided, and never after the decision.

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types::VoteType;
use nemcon_crypto::{Digest, PublicKey, SecretKey};
use nemcon_ledger::Height;

use super::api::{Anomaly, Effect, Fatal};
use super::context::Ctx;
use super::evidence::Evidence;
use super::handler::{Handler, drive};
use super::height_state::HeightState;
use super::keys::Keys;
use super::member_key::MemberKey;
use super::message::ConsensusMessage;
use super::past_height::PastHeight;
use super::peer_progress::PeerProgress;
use super::proposal_checks::ProposalChecks;
use super::proposed::Proposed;
use super::roster::Roster;
use super::round::Round;
use super::timers::{Timeouts, Timers};
use super::translate::{proposal_in, round_in, round_out, vote_out};

/// One node's consensus, at rest or in one height.
pub struct Engine {
    pub(super) keys: Keys,
    pub(super) next_key: Option<SecretKey>,
    pub(super) observing: bool,
    /// Being decided or, at rest, decided.
    pub(super) height: Height,
    pub(super) roster: Roster,
    pub(super) timers: Timers,
    pub(super) progress: PeerProgress,
    pub(super) past: PastHeight,
    pub(super) proposed: Proposed,
    pub(super) session: Option<Session>,
    pub(super) work: bool,
}

/// The height being decided.
pub(super) struct Session {
    pub(super) core: malachite::State<Ctx>,
    pub(super) checks: ProposalChecks,
    pub(super) state: HeightState,
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
            progress: PeerProgress::default(),
            past: PastHeight::default(),
            proposed: Proposed::default(),
            session: None,
            work: false,
        }
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
        self.progress.began_by(height)
    }

    /// The greatest height that members enough to include an honest one are at, as far as their
    /// messages show: equal to the next height, it is to be started; beyond it, this node is
    /// behind.
    pub fn began_height(&self) -> Option<Height> {
        self.progress.began_height(&self.roster)
    }

    /// The greatest height that verified messages of this member were for.
    pub fn highest_seen(&self, member: &PublicKey) -> Option<Height> {
        self.progress.highest(&MemberKey::of(member))
    }

    /// This node's own latest messages of the height being decided, for a peer that has just
    /// connected.
    pub fn current_messages(&self) -> Vec<ConsensusMessage> {
        self.session.as_ref().map(|session| session.state.own.latest()).unwrap_or_default()
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
        if session.state.decided.is_some() {
            return Ok(());
        }
        if let Some(taken) = &mut session.state.signed_before {
            let polkas = session.core.driver.polka_certificates().iter();
            taken.note_polkas(polkas.filter_map(|it| Some((round_out(it.round)?, it.value_id))));
        }
        let (keys, roster, timers) = (&mut self.keys, &self.roster, &mut self.timers);
        let mut handler = Handler { keys, roster, timers, state: &mut session.state, out };
        let done = drive(&mut session.core, input, &mut handler);
        if let Some(fatal) = session.state.fatal {
            return Err(fatal);
        }
        done.or_else(|error| anomaly(self.height, &error).map(|it| out.push(Effect::Anomaly(it))))
    }

    pub(super) fn release(&mut self, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let (core, roster) = (&session.core, &self.roster);
        let released = session.checks.release(|round, id| is_vouched(core, roster, round, id));
        let rounds = core.driver.votes().all_rounds().keys();
        let rounds: Vec<_> = rounds.filter_map(|round| round_out(*round)).collect();
        let refused = session.checks.refused().find(|id| {
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
        let Some(Session { core, state, .. }) = &mut self.session else { return };
        for (one, other) in core.driver.votes().evidence().iter().flat_map(|(_, pairs)| pairs) {
            state.report(Evidence::Votes(vote_out(one), vote_out(other)).in_order(), out);
        }
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
