//! Finding a proposer that sends different blocks to different nodes.
//!
//! Votes need not show it: in such a round honest nodes may all vote nil. So a node that received a
//! proposal other than the decided block sends it, without the block, to all members when the height ends.
//! A node that received another proposal of that round then holds both, and convicts the proposer. A block
//! that is decided as it was proposed costs nothing.
//!
//! What it guarantees: a proposer is convicted only by two proposals that it has signed.

use nemcon_crypto::Digest;
use nemcon_ledger::Height;

use super::api::{Effect, FaultKind, PeerFault};
use super::engine::{Engine, Session};
use super::evidence::Evidence;
use super::limits::PROPOSALS_TOLD_MAX;
use super::message::{ProposalHeader, SignedHeader};
use super::roster::Roster;
use super::round::Round;

impl Session {
    /// The first proposal of each round.
    pub(super) fn proposals(&self) -> impl Iterator<Item = SignedHeader> {
        self.checks.firsts().map(|(header, _)| header)
    }
}

impl Engine {
    /// At the end of a height, tells the proposals that this node received, but for the decided block.
    pub(super) fn tell_proposals(&mut self, decided: Option<Digest>, out: &mut Vec<Effect>) {
        let Some(session) = &self.session else { return };
        let proposed = session.checks.firsts();
        let undecided = proposed.filter(|(_, id)| decided.is_none() || *id != decided);
        let told: Vec<_> = undecided.map(|(header, _)| header).take(PROPOSALS_TOLD_MAX).collect();
        self.proposed.note(self.height, self.roster.clone(), session.proposals());
        if !told.is_empty() {
            out.push(Effect::TellProposals(told));
        }
    }

    /// Another node tells what it was proposed.
    pub(super) fn take_told(&mut self, told: &[SignedHeader], out: &mut Vec<Effect>) {
        for second in told.iter().take(PROPOSALS_TOLD_MAX) {
            let ProposalHeader { height, round, .. } = second.0;
            let Some((first, roster)) = self.was_proposed(height, round) else { continue };
            if first.0 == second.0 {
                continue;
            }
            let signer = roster.proposer(height, round);
            if !self.keys.is_header_good(signer, &second.0, &second.1, &roster) {
                let (signer, kind) = (None, FaultKind::BadSignature);
                out.push(Effect::Fault(PeerFault { height, signer, kind }));
                return;
            }
            self.proposed.expose(height, round);
            if let Some(session) = self.session.as_mut().filter(|_| height == self.height) {
                session.checks.expose(round);
            }
            let evidence = Evidence::Proposals { signer, first, second: *second }.in_order();
            out.push(Effect::Evidence(Box::new(evidence)));
        }
    }

    /// The first proposal that this node received in a round of the height under way, or of one of the last
    /// heights, and that height's roster; none if its proposer is convicted already.
    fn was_proposed(&self, height: Height, round: Round) -> Option<(SignedHeader, Roster)> {
        match self.session.as_ref().filter(|_| height == self.height) {
            Some(session) => Some((session.checks.first(round)?, self.roster.clone())),
            None => self.proposed.find(height, round),
        }
    }
}
