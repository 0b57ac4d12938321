//! A message from a peer: whose it is, whether it holds, and whether it is past, due or early.
//!
//! What it guarantees: no message reaches the core whose signature does not verify, nor a proposal that
//! [`super::proposal_checks`] has not passed; a certificate's signatures are verified when the core asks.

use arc_malachitebft_core_consensus as malachite;
use nemcon_ledger::Height;

use super::api::{Effect, Fatal, FaultKind, Host, PeerFault};
use super::engine::{Engine, Session};
use super::limits::{
    BLOCK_ENCODED_BYTES_MAX, HEIGHTS_AHEAD_MAX, PROPOSAL_ROUNDS_HELD_MAX, ROUNDS_AHEAD_MAX,
};
use super::member_key::MemberKey;
use super::message::{ConsensusMessage, PolkaCertificate, Proposal, RoundCertificate, Vote};
use super::proposal_checks::Passage;
use super::round::Round;
use super::translate::{polka_in, proposal_in, round_certificate_in, vote_in};

impl Engine {
    /// Takes a message that arrived at `now_ms`.
    pub(super) fn receive(
        &mut self,
        now_ms: u64,
        message: ConsensusMessage,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let height = message.height();
        if height > self.height {
            self.hold(now_ms, message, out);
            return Ok(());
        }
        if height < self.height || self.session.is_none() {
            self.pass_by(&message, out);
            return Ok(());
        }
        match message {
            ConsensusMessage::Vote(vote) => self.take_vote(vote, out),
            ConsensusMessage::Proposal(proposal) => self.take_proposal(now_ms, proposal, host, out),
            ConsensusMessage::Polka(certificate) => self.take_polka(&certificate, out),
            ConsensusMessage::Round(certificate) => self.take_round(&certificate, out),
        }
    }

    /// A message for a decided height.
    fn pass_by(&mut self, message: &ConsensusMessage, out: &mut Vec<Effect>) {
        let height = message.height();
        let decided =
            if self.session.is_some() { self.height.0.saturating_sub(1) } else { self.height.0 };
        if let ConsensusMessage::Vote(vote) = message
            && self.past.is_other(vote)
            && let Some(roster) = self.past.roster()
            && self.keys.is_vote_good(vote, &roster)
        {
            self.past.note(vote);
        }
        if height.0 < decided || self.past.shows_stuck(message) {
            out.push(Effect::Behind { height });
        }
    }

    /// A message for a height not begun. Certificates are not held: they are sent again, and the
    /// roster of a later height may be another.
    fn hold(&mut self, now_ms: u64, message: ConsensusMessage, out: &mut Vec<Effect>) {
        let height = message.height();
        let Some(signer) = message.signer().filter(|it| self.roster.key(it).is_some()) else {
            return;
        };
        if !self.is_signed(&message) {
            return fault(height, None, FaultKind::BadSignature, out);
        }
        if is_oversized(&message) {
            return fault(height, Some(signer), FaultKind::MalformedBlock, out);
        }
        if signer == self.keys.me() {
            out.push(Effect::OwnKeyElsewhere { height, round: message.round() });
            return;
        }
        self.progress.note(signer, &message);
        if height.0 - self.height.0 <= HEIGHTS_AHEAD_MAX && self.is_worth_holding(&message) {
            self.progress.hold(signer, (now_ms, message));
        }
    }

    /// Whether a message for a later height is held: votes always are, proposals only those of the first
    /// rounds by the round's proposer.
    fn is_worth_holding(&self, message: &ConsensusMessage) -> bool {
        let ConsensusMessage::Proposal(proposal) = message else { return true };
        let proposer = self.roster.proposer(proposal.height, proposal.round);
        proposal.round.0 < PROPOSAL_ROUNDS_HELD_MAX && proposal.signer == proposer
    }

    fn take_vote(&mut self, vote: Vote, out: &mut Vec<Effect>) -> Result<(), Fatal> {
        let message = ConsensusMessage::Vote(vote);
        if !self.is_near(message.round()) || !self.is_from_another(&message, out) {
            return Ok(());
        }
        let ConsensusMessage::Vote(vote) = message else { return Ok(()) };
        self.feed(malachite::Input::Vote(vote_in(&vote)), out)
    }

    fn take_proposal(
        &mut self,
        now_ms: u64,
        proposal: Proposal,
        host: &mut dyn Host,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        let (height, round, signer) = (proposal.height, proposal.round, proposal.signer);
        let message = ConsensusMessage::Proposal(proposal);
        if !self.is_near(round) || !self.is_from_another(&message, out) {
            return Ok(());
        }
        let ConsensusMessage::Proposal(proposal) = message else { return Ok(()) };
        if self.roster.proposer(height, round) != signer {
            fault(height, Some(signer), FaultKind::WrongProposer, out);
            return Ok(());
        }
        if proposal.pol_round.is_some_and(|pol_round| pol_round >= round) {
            fault(height, Some(signer), FaultKind::BadPolRound, out);
            return Ok(());
        }
        let Some(Session { checks, state, .. }) = &mut self.session else { return Ok(()) };
        let (is_new, evidence) = checks.note(&proposal);
        if let Some(evidence) = evidence {
            state.report(evidence, out);
        }
        if !is_new {
            return Ok(());
        }
        match checks.pass(now_ms, &proposal, host) {
            Passage::Feed(value) => {
                self.feed(malachite::Input::Proposal(proposal_in(&proposal, value)), out)
            }
            Passage::Wait => Ok(()),
            Passage::Fault(kind) => {
                fault(height, Some(signer), kind, out);
                Ok(())
            }
        }
    }

    fn take_polka(
        &mut self,
        certificate: &PolkaCertificate,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        if !self.is_fitting(certificate.height, certificate.signatures.len(), out) {
            return Ok(());
        }
        self.feed(malachite::Input::PolkaCertificate(polka_in(certificate)), out)
    }

    fn take_round(
        &mut self,
        certificate: &RoundCertificate,
        out: &mut Vec<Effect>,
    ) -> Result<(), Fatal> {
        if !self.is_fitting(certificate.height, certificate.votes.len(), out) {
            return Ok(());
        }
        self.feed(malachite::Input::RoundCertificate(round_certificate_in(certificate)), out)
    }

    /// A certificate with more signatures than members is not even looked at.
    fn is_fitting(&self, height: Height, signatures: usize, out: &mut Vec<Effect>) -> bool {
        let fits = signatures <= self.roster.len();
        if !fits {
            fault(height, None, FaultKind::BadCertificate, out);
        }
        fits
    }

    /// Whether a round is one from which messages are taken. The core drops messages of later rounds; they
    /// are dropped here first, before a signature is checked.
    fn is_near(&self, round: Round) -> bool {
        self.round().is_some_and(|now| round.0 <= now.0.saturating_add(ROUNDS_AHEAD_MAX))
    }

    /// Whether another member signed this message of the current height; counts it as activity.
    fn is_from_another(&mut self, message: &ConsensusMessage, out: &mut Vec<Effect>) -> bool {
        let (height, round) = (message.height(), message.round());
        let Some(signer) = message.signer() else { return false };
        if self.roster.key(&signer).is_none() {
            fault(height, None, FaultKind::UnknownSigner, out);
            return false;
        }
        if !self.is_signed(message) {
            fault(height, None, FaultKind::BadSignature, out);
            return false;
        }
        if signer == self.keys.me() {
            if self.session.as_ref().is_some_and(|session| !session.state.own.has_signed(message)) {
                out.push(Effect::OwnKeyElsewhere { height, round });
            }
            return false;
        }
        self.progress.note(signer, message);
        true
    }

    pub(super) fn is_signed(&mut self, message: &ConsensusMessage) -> bool {
        match message {
            ConsensusMessage::Vote(vote) => self.keys.is_vote_good(vote, &self.roster),
            ConsensusMessage::Proposal(proposal) => {
                self.keys.is_proposal_good(proposal, &self.roster)
            }
            ConsensusMessage::Polka(_) | ConsensusMessage::Round(_) => false,
        }
    }
}

/// Whether it proposes what is longer than the encoding of any block.
fn is_oversized(message: &ConsensusMessage) -> bool {
    matches!(message, ConsensusMessage::Proposal(it)
        if it.block.as_slice().len() > BLOCK_ENCODED_BYTES_MAX)
}

fn fault(height: Height, signer: Option<MemberKey>, kind: FaultKind, out: &mut Vec<Effect>) {
    out.push(Effect::Fault(PeerFault { height, signer, kind }));
}
