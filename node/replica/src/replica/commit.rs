//! A decided block becomes part of the ledger, and its boundary is sealed.
//!
//! What it guarantees: a block is durable before anything is told of it and before its boundary is sealed.

use std::sync::Arc;

use nemcon_crypto::merkle::LeafIndex;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use nemcon_ledger::record::Statement;
use nemcon_ledger::{Block, Chain, Height, codec};

use super::api::{Effect, Halt, Misdeed, Notice, Outcome};
use super::boundaries::Boundary;
use super::message::Message;
use super::rejection::Rejection;
use super::seals::{LookedAhead, Taken};
use super::state::Replica;
use super::validate::decode;
use super::write::Write;
use crate::consensus::{CommitCertificate, Decision};

impl Replica {
    /// Consensus has decided the next height.
    pub(super) fn decided(&mut self, decision: Decision) -> Result<(), Halt> {
        let height = decision.height;
        let block =
            decode(&decision.value.bytes).expect("consensus decides only what the host has opened");
        let before = self.chain.height();
        let next = if let Some(next) = self.deciding.judged.remove(&decision.value.id) {
            next
        } else {
            let next = self.chain.apply_known(&block, &mut self.known);
            next.map_err(|error| Halt::DecidedInvalid { height, error })?
        };
        let certificate = decision.certificate.clone();
        self.commit(vec![(block, decision.certificate, next)], false);
        if self.chain.rosters().nodes_since() > before.next() {
            // Messages of the next height are judged by its own roster, also before it begins.
            self.rest()?;
        }
        self.tell_decided(certificate);
        Ok(())
    }

    /// Sends the certificate to one other node, to another one after each block. A member that sent the two
    /// nodes different votes is found by comparing certificates; a block costs one frame a node.
    fn tell_decided(&mut self, certificate: CommitCertificate) {
        let position = self.state().roster().position(&self.me).unwrap_or_default() as u64;
        let turn = (certificate.height.0 + position) % (self.sync.members().len() as u64).max(1);
        let turn = usize::try_from(turn).expect("peers are few");
        if let Some(peer) = self.sync.members().nth(turn).cloned() {
            self.step.send(&peer, &Message::Decided(certificate));
        }
    }

    /// Compares another node's certificate with the votes and the block that this node holds.
    pub(super) fn compare_votes(&mut self, certificate: &CommitCertificate) {
        let members = self.chain.rosters().at(certificate.height).members.len();
        if certificate.signatures.len() > members {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            return;
        }
        self.compare_certificate(certificate);
        for found in self.engine.compare(certificate) {
            self.equivocated(&found);
        }
    }

    /// Appends blocks that follow one another, durably, then tells of them and seals.
    pub(super) fn commit(
        &mut self,
        blocks: Vec<(Block, CommitCertificate, Chain)>,
        caught_up: bool,
    ) {
        let mut bytes = Vec::new();
        for (block, certificate, _) in &blocks {
            let committed = CommittedBlock {
                height: certificate.height,
                records: block.records.clone(),
                certificate: codec::encode(certificate),
            };
            bytes.push(committed.bytes());
            self.step.write(Write::Journal(Entry::Block(committed)));
        }
        self.step.write(Write::SyncJournal);
        self.own_seals.note_synced();
        let (before, entering) = (self.chain.height(), self.entering());
        for ((block, certificate, next), bytes) in blocks.into_iter().zip(bytes) {
            self.absorb(&block, next, bytes, caught_up);
            self.certificate = Some(certificate);
        }
        self.deciding.reset();
        if self.pending.is_rebase_due(self.step.now) {
            self.rebase_pending();
        }
        if self.entering() != entering {
            self.step.push(Effect::Roster);
        }
        self.follow_roster(before, caught_up);
        self.seal_boundaries();
        self.resend.reset(self.step.now);
        self.ending.look_at_rules(&self.step, &self.chain);
    }

    fn absorb(&mut self, block: &Block, next: Chain, bytes: usize, caught_up: bool) {
        self.answer_ordered(block, &next);
        self.pending.drop_ordered(block);
        self.chain = Arc::new(next);
        self.deadline = self.state().next_deadline();
        let (height, size) = (self.chain.height(), self.chain.size());
        self.step.notice(Notice::Block { height, size: size.0, caught_up });
        let early = self.seals.extend(Boundary::of(&self.chain, bytes));
        self.looked_ahead = LookedAhead::default();
        // The peer that brought the block brought none of these seals.
        let sender = self.step.sender.take();
        for seal in early {
            self.take_seal(&seal);
        }
        self.step.sender = sender;
    }

    fn answer_ordered(&mut self, block: &Block, next: &Chain) {
        if self.tickets.is_empty() {
            return;
        }
        let first = self.chain.size().0;
        for (leaf, record) in (first..).zip(&block.records) {
            let Ok(Statement { text_hash, .. }) = Statement::parse(record) else { continue };
            let (height, time, leaf) = (next.height(), next.time(), LeafIndex(leaf));
            let outcome = Outcome::Ordered { text_hash, height, time, leaf };
            self.tickets.answer(&mut self.step, &text_hash, &outcome);
        }
    }

    /// Judges the waiting statements anew on top of the chain as it is now, and answers those that are
    /// refused.
    pub(super) fn rebase_pending(&mut self) {
        for (text_hash, refusal) in self.pending.rebase(&self.chain, self.step.now) {
            let outcome = Outcome::Refused(Rejection::Refused(refusal));
            self.tickets.answer(&mut self.step, &text_hash, &outcome);
        }
    }

    /// Seals every boundary that this node has not sealed and whose roster names its seal key, in
    /// order [rules.md R11, R12]; none while a change of the roster is not confirmed [rules.md R29], or own seals are
    /// still to be shown [rules.md R17].
    pub(super) fn seal_boundaries(&mut self) {
        while self.agreement.is_confirmed()
            && let Some((height, key)) = self.own_seals.next(&self.chain, &self.keys, &self.me)
            && !self.start_check.awaits_seals(self.size_sealed())
        {
            let step = &mut self.step;
            let seal = self.own_seals.seal(step, &self.seals, &self.me, height, &key);
            self.take_seal(&seal);
            self.own_seals.note_appended();
        }
    }

    /// Keeps a seal, of this node or another.
    pub(super) fn take_seal(&mut self, seal: &Seal) {
        if self.seals.is_early(seal) && !self.may_look_ahead(seal) {
            self.sealed_ahead();
            return;
        }
        if self.is_forgotten(seal) {
            self.remember(seal);
            return;
        }
        let taken = self.seals.take(self.chain.rosters(), seal);
        let is_news = !matches!(taken, Ok(Taken::Passed | Taken::Early));
        match taken {
            Ok(Taken::Passed) => {}
            Ok(Taken::Early) => self.sealed_ahead(),
            Ok(Taken::New) => self.step.write(Write::Journal(Entry::Seal(seal.clone()))),
            Ok(Taken::Completes(height)) => {
                self.step.write(Write::Journal(Entry::Seal(seal.clone())));
                self.step.write(Write::SyncJournal);
                self.own_seals.note_synced();
                self.step.notice(Notice::SealedByAll(height));
            }
            Err(Misdeed::ConflictingSeal) => self.blame_seal(seal),
            Err(misdeed) => self.faults.blame_sender(&mut self.step, misdeed),
        }
        let height = self.seals.boundaries().ending_at(seal.size).filter(|_| is_news);
        if let Some(height) = height.filter(|height| self.seals.conflicting(*height) > 0) {
            self.convict(height);
        }
    }

    /// Whether a seal above the chain's end is looked at. Whether such a seal is wrong is known only once the
    /// chain is there, so of each peer only so many are looked at between two blocks. Seals that are said
    /// to be this node's own are counted apart: no other seal may keep this node from seeing one of them.
    fn may_look_ahead(&mut self, seal: &Seal) -> bool {
        let is_own = seal.member == self.me.as_str();
        self.looked_ahead.has_room(self.step.sender.as_ref(), is_own)
    }

    fn blame_seal(&mut self, seal: &Seal) {
        if let Ok(code) = seal.member.parse() {
            self.faults.blame(&mut self.step, &code, Misdeed::ConflictingSeal);
            self.faults.charge_connection(&mut self.step);
        }
    }

    /// Keeps what convicts the members that have sealed another ledger; stops if they are more than
    /// f, for then one of them is honest [rules.md R30].
    fn convict(&mut self, height: Height) {
        let rosters = self.chain.rosters();
        for evidence in self.seals.convictions(rosters, height) {
            self.step.keep(Some(evidence));
        }
        let members = self.seals.conflicting(height);
        if members > rosters.at(height).faults_max() {
            self.ending.stop_for(Halt::ForkSealed { height, members });
        }
    }
}
