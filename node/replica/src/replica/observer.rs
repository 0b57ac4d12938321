//! This node as an observer: what shows that it has lost track of what it signed, and what lets it vote
//! again [rules.md R17].
//!
//! What it guarantees: only this node's own signature makes it an observer, and only certificates that
//! verify tell it from where on its votes cannot contradict one that it has forgotten.

use nemcon_crypto::TreeSize;
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::text::Code;

use super::api::{HEIGHT_UNKNOWN, Misdeed};
use super::message::{Message, Standing};
use super::state::Replica;
use crate::consensus::CommitCertificate;

impl Replica {
    /// Whether what consensus says may leave.
    pub(super) fn may_speak(&self) -> bool {
        self.start_check.is_over() && !self.is_observing()
    }

    /// A message of this node's own key, about `height`, that it does not know.
    pub(super) fn learn_of_own_vote(&mut self, height: Height) {
        if self.voting.note_signed_elsewhere(self.chain.height(), height) {
            self.learn_of_own_message();
        }
    }

    /// Something that this node's own key has signed is not known here: the disk was set back, or another
    /// machine signs with that key. This node withholds its votes until it is known from where on they
    /// cannot contradict.
    fn learn_of_own_message(&mut self) {
        if !self.voting.withhold(&mut self.step) {
            return;
        }
        self.engine.set_observing(true);
        let standing = self.standing();
        self.step.broadcast(&Message::Standing(standing));
        // Where the others stood before says nothing of now: the council may have gone on since.
        self.step.broadcast(&Message::StandingWanted);
    }

    /// Another node tells where it stands, with the proof of it.
    pub(super) fn shows(&mut self, member: &Code, certificate: Option<&CommitCertificate>) {
        if *member == self.me || !self.voting.is_news(member, certificate) {
            return;
        }
        let here = self.chain.height();
        let height = match certificate.map(|proof| (proof, self.is_proven(proof))) {
            None => Height(0),
            Some((proof, true)) => proof.height,
            Some((proof, false)) if proof.height <= here.next() => {
                return self.faults.blame_sender(&mut self.step, Misdeed::Certificate);
            }
            // Beyond the next height the roster may be another one.
            Some((_, false)) => return,
        };
        let roster = self.chain.council().roster();
        self.voting.shows(&mut self.step, member, height, here, roster);
    }

    fn is_proven(&self, certificate: &CommitCertificate) -> bool {
        certificate.verify(self.council, &self.voters_at(certificate.height)).is_ok()
    }

    /// A peer tells up to where it holds this node's seals.
    pub(super) fn tells_own_seals(&mut self, member: &Code, standing: &Standing) {
        let to = standing.sealed.get(&self.me).copied().unwrap_or(TreeSize(0));
        self.start_check.tells(member, to);
        if let Some(certificate) = &standing.certificate
            && certificate.height > self.chain.height().next()
            && certificate.height >= self.voting.votes_from()
            && self.has_signed(certificate)
        {
            self.learn_of_own_message();
        }
    }

    /// Whether a certificate, which verifies, holds a vote of this node.
    fn has_signed(&self, certificate: &CommitCertificate) -> bool {
        let mut members = self.chain.rosters().at(certificate.height).members.iter();
        let position = members.position(|member| member.code == self.me);
        certificate.signatures.iter().any(|(at, _)| Some(usize::from(*at)) == position)
            && self.is_proven(certificate)
    }

    /// Up to which size this node knows to have sealed.
    pub(super) fn size_sealed(&self) -> TreeSize {
        let sealed = self.seals.boundaries().size_at(self.own_seals.sealed());
        self.start_check.known_size().max(sealed)
    }

    /// Ends the silence after the start once a quorum, this node counted, knows of no later seal of it.
    pub(super) fn end_start_check(&mut self) {
        let sealed = self.size_sealed();
        let roster = self.chain.council().roster();
        if self.start_check.end(&self.me, roster, sealed) && self.may_speak() {
            for message in self.engine.current_messages() {
                self.step.broadcast(&Message::Consensus(message));
            }
        }
    }

    /// Whether this node has signed this seal and does not remember it.
    pub(super) fn is_forgotten(&self, seal: &Seal) -> bool {
        let is_another = || self.seals.is_another(seal);
        seal.member == self.me.as_str()
            && self.start_check.is_unknown(seal, self.size_sealed(), is_another)
            && self.seals.is_genuine(self.chain.rosters(), seal)
    }

    /// Takes in a seal of this node's own that it has forgotten: no later seal goes back behind its time. At
    /// heights where this node withholds its votes anyway, others may know more of it than it does.
    pub(super) fn remember(&mut self, seal: &Seal) {
        self.own_seals.advance_time(seal.time_s);
        self.start_check.learn(seal);
        if !self.withheld_votes_at(seal.size) {
            self.learn_of_own_message();
        }
    }

    /// Whether this node votes on no block that ends at this size or before it. Beyond the chain's end it is
    /// not known which block that is.
    fn withheld_votes_at(&self, size: TreeSize) -> bool {
        let boundaries = self.seals.boundaries();
        let height = if size > boundaries.size() {
            // The greatest height below the unknown one.
            Height(HEIGHT_UNKNOWN.0 - 1)
        } else {
            boundaries.within(TreeSize(size.0.saturating_sub(1))).next()
        };
        height < self.voting.votes_from()
    }
}
