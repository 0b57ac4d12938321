//! Turns the consensus core's effects into this module's, in order, and answers the core.
//!
//! What it guarantees: whatever the core wants signed passes here, so this node signs no two different
//! messages of one kind and round; nothing is published before the log that it rests on is made durable.

use core::convert::Infallible;

use arc_malachitebft_core_consensus as malachite;
use arc_malachitebft_core_types as types;
use malachite::{LivenessMsg, Resumable as _, Resume, SignedConsensusMsg, State};
use nemcon_ledger::Height;
use types::CertificateError;

use super::api::{Effect, Fatal, FaultKind, PeerFault};
use super::context::{CoreHeight, CoreProposal, CoreVote, Ctx};
use super::height_state::HeightState;
use super::keys::{Keys, UNSIGNED};
use super::message::{ConsensusMessage, WalEntry};
use super::roster::Roster;
use super::round::Round;
use super::signed_before::Instead;
use super::timers::Timers;
use super::translate::{
    evidence_out, height_out, polka_out, proposal_out, round_certificate_out, round_out, vote_in,
    vote_out, wal_out,
};

type CoreEffect = malachite::Effect<Ctx>;

/// Borrows what effects act on, while the core runs.
pub(super) struct Handler<'a> {
    pub(super) keys: &'a mut Keys,
    pub(super) roster: &'a Roster,
    pub(super) timers: &'a mut Timers,
    pub(super) state: &'a mut HeightState,
    pub(super) out: &'a mut Vec<Effect>,
}

/// Feeds one input to the core and executes what it asks for.
pub(super) fn drive(
    state: &mut State<Ctx>,
    input: malachite::Input<Ctx>,
    handler: &mut Handler<'_>,
) -> Result<(), Box<malachite::Error<Ctx>>> {
    let done: Result<(), malachite::Error<Ctx>> = malachite::process!(
        input: input,
        state: state,
        metrics: &(),
        with: effect => Ok::<_, Infallible>(handler.handle(effect))
    );
    done.map_err(Box::new)
}

impl Handler<'_> {
    fn handle(&mut self, effect: CoreEffect) -> Resume<Ctx> {
        match effect {
            CoreEffect::CancelAllTimeouts(_) => self.timers.cancel_all(self.out),
            CoreEffect::CancelTimeout(timeout, _) => self.timers.cancel(timeout, self.out),
            CoreEffect::ScheduleTimeout(timeout, _) => self.timers.arm(timeout, self.out),
            CoreEffect::StartRound(..) => self.start_round(),
            CoreEffect::GetValue(_, round, _, _) => self.want_block(round),
            CoreEffect::WalAppend(height, input, _) => self.log(height, &input),
            CoreEffect::Decide(certificate, _, _) => self.state.decided = Some(certificate),
            CoreEffect::Finalize(_, _, misbehavior, _) => {
                for evidence in evidence_out(&misbehavior) {
                    self.state.report(evidence, self.out);
                }
            }
            CoreEffect::PublishConsensusMsg(message, _) => self.publish(match message {
                SignedConsensusMsg::Vote(vote) => ConsensusMessage::Vote(vote_out(&vote)),
                SignedConsensusMsg::Proposal(it) => ConsensusMessage::Proposal(proposal_out(&it)),
            }),
            CoreEffect::PublishLivenessMsg(message, _) => self.publish(match message {
                LivenessMsg::Vote(vote) => ConsensusMessage::Vote(vote_out(&vote)),
                LivenessMsg::PolkaCertificate(it) => ConsensusMessage::Polka(polka_out(&it)),
                LivenessMsg::SkipRoundCertificate(it) => {
                    ConsensusMessage::Round(round_certificate_out(&it))
                }
            }),
            CoreEffect::RepublishVote(vote, _) => {
                self.publish(ConsensusMessage::Vote(vote_out(&vote)));
            }
            CoreEffect::RepublishRoundCertificate(certificate, _) => {
                self.publish(ConsensusMessage::Round(round_certificate_out(&certificate)));
            }
            CoreEffect::SignVote(vote, resume) => return resume.resume_with(self.sign_vote(vote)),
            CoreEffect::SignProposal(proposal, resume) => {
                return resume.resume_with(self.sign_proposal(proposal));
            }
            CoreEffect::VerifySignature(..)
            | CoreEffect::VerifyCommitCertificate(..)
            | CoreEffect::VerifyExtendedCommitCertificate(..)
            | CoreEffect::VerifyPolkaCertificate(..)
            | CoreEffect::VerifyRoundCertificate(..)
            | CoreEffect::ExtendVote(..)
            | CoreEffect::VerifyVoteExtension(..) => return self.verify(effect),
            // Proposals carry their blocks, and sync does not go through the core.
            CoreEffect::RestreamProposal(..)
            | CoreEffect::CertVerifiedSyncValue(..)
            | CoreEffect::CertRejectedSyncValue(..) => {}
        }
        Resume::Continue
    }

    fn start_round(&mut self) {
        self.state.make_durable(self.out);
        (self.state.wanted, self.state.asked) = (None, false);
    }

    fn want_block(&mut self, round: types::Round) {
        let taken = self.state.signed_before.as_ref();
        let is_free = |round: &Round| taken.is_none_or(|taken| taken.lets_build(*round));
        (self.state.wanted, self.state.asked) = (round_out(round).filter(is_free), false);
    }

    fn publish(&mut self, message: ConsensusMessage) {
        if matches!(&message, ConsensusMessage::Proposal(it) if it.signature == UNSIGNED) {
            return;
        }
        self.state.make_durable(self.out);
        // In later rounds the core also publishes proposals of other members.
        if message.signer().is_none_or(|signer| signer == self.keys.me()) {
            self.state.own.sent(&message);
        }
        self.out.push(Effect::Broadcast(message));
    }

    fn verify(&mut self, effect: CoreEffect) -> Resume<Ctx> {
        match effect {
            CoreEffect::VerifySignature(message, _, resume) => {
                resume.resume_with(self.keys.is_core_message_good(&message, self.roster))
            }
            CoreEffect::VerifyCommitCertificate(certificate, _, _, resume) => {
                let good = self.keys.is_commit_good(&certificate, self.roster);
                resume.resume_with(self.answer(good, certificate.height))
            }
            CoreEffect::VerifyPolkaCertificate(certificate, _, _, resume) => {
                let good = self.keys.is_polka_good(&certificate, self.roster);
                resume.resume_with(self.answer(good, certificate.height))
            }
            CoreEffect::VerifyRoundCertificate(certificate, _, _, resume) => {
                let good = self.keys.is_round_good(&certificate, self.roster);
                resume.resume_with(self.answer(good, certificate.height))
            }
            // Votes carry no extensions, so the core asks for none of the rest.
            CoreEffect::VerifyExtendedCommitCertificate(_, _, _, _, resume) => {
                resume.resume_with(Err(CertificateError::VerificationError(None)))
            }
            CoreEffect::ExtendVote(_, _, _, _, resume) => resume.resume_with(None),
            CoreEffect::VerifyVoteExtension(_, _, _, _, _, _, resume) => {
                resume.resume_with(Err(malachite::VoteExtensionError::InvalidVoteExtension))
            }
            _ => Resume::Continue,
        }
    }

    #[expect(clippy::result_large_err, reason = "the core's own type")]
    fn answer(&mut self, good: bool, height: CoreHeight) -> Result<(), CertificateError<Ctx>> {
        if good {
            return Ok(());
        }
        let (height, kind) = (height_out(height), FaultKind::BadCertificate);
        self.out.push(Effect::Fault(PeerFault { height, signer: None, kind }));
        Err(CertificateError::VerificationError(None))
    }

    fn sign_vote(&mut self, mut vote: CoreVote) -> types::SignedVote<Ctx> {
        let height = vote.height;
        if let Some(taken) = &self.state.signed_before {
            let wire = vote_out(&types::SignedVote::new(vote.clone(), UNSIGNED));
            match taken.instead_of(wire.round, wire.kind, wire.value) {
                Instead::Nothing => {}
                Instead::Nil => vote.value = types::NilOrVal::Nil,
                Instead::Recorded(before) => return vote_in(&before),
            }
        }
        let signed = self.keys.sign_vote(vote);
        let wire = vote_out(&signed);
        if !self.state.own.claim_vote(wire.round, wire.kind, wire.value) {
            self.state.fatal = Some(double_sign(height_out(height), wire.round));
        }
        signed
    }

    /// A proposal that must not be signed stays unsigned, and the core drops it by its own check. The
    /// timeout for proposals, which the core does not arm at the proposer, then ends the round.
    fn sign_proposal(&mut self, proposal: CoreProposal) -> types::SignedProposal<Ctx> {
        let unsigned = types::SignedProposal::new(proposal.clone(), UNSIGNED);
        let header = proposal_out(&unsigned).header();
        if self.state.signed_before.as_ref().is_some_and(|taken| !taken.lets_propose(&header)) {
            self.timers.arm(types::Timeout::propose(unsigned.message.round), self.out);
            return unsigned;
        }
        let signed = self.keys.sign_proposal(proposal);
        if !self.state.own.claim_proposal(header) {
            self.state.fatal = Some(double_sign(header.height, header.round));
        }
        signed
    }

    fn log(&mut self, height: CoreHeight, input: &malachite::Input<Ctx>) {
        let Some(entry) = wal_out(height, input) else { return };
        // The core drops a polka certificate when it enters a new round. If the same polka arrives
        // again, it changes the core's state again, so it must be logged again: without it, a replay
        // would end in another state. A polka that the core still has it skips by itself.
        let acts_again = matches!(entry, WalEntry::Polka(_)) && !self.state.is_replaying;
        if self.state.recorded.contains(&entry) && !acts_again {
            return;
        }
        if entry.message().is_some() {
            self.state.recorded.insert(entry.clone());
        }
        self.state.log_ahead = true;
        self.out.push(Effect::Wal(entry));
    }
}

fn double_sign(height: Height, round: Round) -> Fatal {
    Fatal::DoubleSign { height, round }
}
