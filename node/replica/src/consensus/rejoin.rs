//! Voting again at the height under way, after the log was lost, by what others remember [rules.md R17].
//!
//! What it guarantees: what the others saw this node sign binds it as its own log would have, by the rules
//! of [`super::signed_before`]. They take effect where votes are signed, so whatever the core wants signed
//! passes them.

use arc_malachitebft_core_consensus as malachite;
use nemcon_ledger::Height;

use super::api::{Effect, Fatal, Host};
use super::engine::{Engine, Session};
use super::message::{ConsensusMessage, VoteKind};
use super::proposal_checks::Passage;
use super::recollection::Recollection;
use super::roster::Roster;
use super::signed_before::SignedBefore;
use super::translate::{proposal_in, vote_in};

impl Engine {
    /// Begins `height`, or begins it anew, with what others remember of it, and votes in it. `memory` has
    /// passed [`Engine::keep_genuine`].
    pub(super) fn rejoin(
        &mut self,
        now_ms: u64,
        height: Height,
        roster: Roster,
        mut memory: Recollection,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let is_under_way = self.session.is_some() && self.height == height;
        if height <= self.height && !is_under_way {
            return Err(Fatal::HeightGoesBack { current: self.height, asked: height });
        }
        let me = self.keys.me_public();
        memory.merge(self.remembered(height, &me).0);
        let before = self.session.take().filter(|_| is_under_way);
        self.timers.cancel_all(out);
        self.move_to(height, roster);
        self.observing = false;
        let mut session = self.open_session();
        if let Some(before) = before {
            session.state.inherit(before.state);
        }
        let taken = SignedBefore::of(self.keys.me(), height, &memory);
        taken.claim_in(&mut session.state.own);
        session.state.signed_before = Some(taken);
        self.session = Some(session);
        self.begin(false, out)?;
        self.recall(now_ms, height, memory, host, out)?;
        for (arrived_ms, message) in self.progress.take(height) {
            self.receive(arrived_ms, message, host, out)?;
        }
        Ok(())
    }

    /// Feeds the messages of `height` as if they had come now, round by round.
    fn recall(
        &mut self,
        now_ms: u64,
        height: Height,
        memory: Recollection,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let me = self.keys.me();
        let mut messages = memory.messages;
        messages.retain(|it| it.height() == height);
        messages.sort_by_key(|it| {
            let step = match it {
                ConsensusMessage::Proposal(_) => 0,
                ConsensusMessage::Vote(vote) if vote.kind == VoteKind::Prevote => 1,
                ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => 2,
                ConsensusMessage::Vote(_) => 3,
            };
            (it.round(), step)
        });
        for message in messages {
            if message.signer() == Some(me) {
                self.recall_own(now_ms, &message, host, out)?;
            } else {
                self.receive(now_ms, message, host, out)?;
            }
            self.release(out)?;
        }
        Ok(())
    }

    fn recall_own(
        &mut self,
        now_ms: u64,
        message: &ConsensusMessage,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let Some(Session { checks, state, .. }) = &mut self.session else { return Ok(()) };
        if !state.own.has_signed(message) {
            return Ok(());
        }
        let input = match message {
            ConsensusMessage::Vote(vote) => malachite::Input::Vote(vote_in(vote)),
            ConsensusMessage::Proposal(proposal) => match checks.pass(now_ms, proposal, host) {
                Passage::Feed(value) => malachite::Input::Proposal(proposal_in(proposal, value)),
                Passage::Wait | Passage::Fault(_) => return Ok(()),
            },
            ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => return Ok(()),
        };
        self.feed(input, out)
    }
}
