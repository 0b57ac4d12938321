//! Catch-up: decided blocks come from any peer, and prove themselves by their certificates.
//!
//! What it guarantees: no block is appended that more than two thirds of its roster did not decide; a
//! certificate for another block than the one held here stops the node [rules.md R30].

use nemcon_crypto::TreeSize;
use nemcon_ledger::durable::{CommittedBlock, Seal};
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::Code;
use nemcon_ledger::{Height, codec};

use super::api::{Effect, Halt, Misdeed};
use super::message::{BLOCKS_PER_MESSAGE_MAX, Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::proven::{CERTIFICATE_BYTES_MAX, Proven, Unfit, prove};
use super::state::Replica;
use crate::consensus::{CommitCertificate, RECOLLECTION_MESSAGE_BYTES_MIN};
use crate::evidence::Evidence;
use crate::replica::read_quota::{HeldSeals, Wish};

/// Whether a record is a member's entry: the only statement that a node may pass on which is no
/// member's.
pub(super) fn is_entry(record: &[u8]) -> bool {
    Statement::parse(record).is_ok_and(|statement| matches!(statement.body, Body::Entry(_)))
}

impl Replica {
    /// A peer works on a height that is decided here. It has not asked for blocks and gets them all the same,
    /// but the same ones at most once in [`SERVE_AGAIN_MS`](super::SERVE_AGAIN_MS).
    pub(super) fn answer_behind(&mut self, height: Height) {
        let Some(sender) = self.step.sender.clone() else { return };
        if self.shares.is_stuck_anew(&sender, height, self.step.now) {
            self.serve(&sender, height);
        }
    }

    /// Sends decided blocks as soon as this member's share permits.
    pub(super) fn serve(&mut self, member: &Code, from: Height) {
        self.shares.wishes_of(member).blocks = Some(from);
        self.grant(member);
    }

    /// Sends the seals that a peer with this standing lacks as soon as its share permits.
    pub(super) fn serve_seals(&mut self, member: &Code, standing: &Standing) {
        let rosters = self.chain.rosters();
        let is_known = |code: &Code| rosters.member(code).is_some();
        self.shares.wishes_of(member).want_seals(standing, is_known);
        self.grant(member);
    }

    /// Tells a peer where this node stands as soon as its share permits.
    pub(super) fn tell_standing(&mut self, member: &Code) {
        self.shares.wishes_of(member).standing = true;
        self.grant(member);
    }

    /// Answers what a member waits for while its share is open.
    pub(super) fn grant(&mut self, member: &Code) {
        while let Some(wish) = self.shares.next(member, self.step.now) {
            let bytes = match wish {
                Wish::Blocks(from) => self.send_blocks(member, from),
                // It was decided while the answer was put off.
                Wish::Seen(height) if self.chain.height() >= height => {
                    self.send_blocks(member, height)
                }
                Wish::Seals(told) => match self.lacking_at(member, &told) {
                    seals if seals.is_empty() => 0,
                    seals => self.step.send_counted(member, &Message::Seals(seals)),
                },
                Wish::Standing => {
                    let standing = self.standing();
                    self.step.send_counted(member, &Message::Standing(standing))
                }
                Wish::Seen(height) => {
                    let (memory, looked_at) = self.remembered(member, height);
                    let bytes = self.step.send_counted(member, &Message::Seen { height, memory });
                    bytes.max(looked_at as u64 * RECOLLECTION_MESSAGE_BYTES_MIN)
                }
            };
            self.shares.charge(member, bytes, self.step.now);
        }
    }

    fn send_blocks(&mut self, member: &Code, from: Height) -> u64 {
        self.step.push(Effect::SendBlocks(member.clone(), from));
        self.seals.boundaries().answer_bytes(from)
    }

    /// Answers what was put off until a share is refilled.
    pub(super) fn grant_due(&mut self) {
        for member in self.shares.waiting().cloned().collect::<Vec<_>>() {
            self.grant(&member);
        }
    }

    /// The seals that a peer which tells this lacks.
    fn lacking_at(&self, member: &Code, (top, sealed): &HeldSeals) -> Vec<Seal> {
        let mut lacking = self.seals.lacking(*top, sealed, SEALS_PER_MESSAGE_MAX);
        // A member that has sealed more than it knows was set back to an older disk: it must hear of it.
        let known = sealed.get(member).copied().unwrap_or(TreeSize(0));
        let newest = self.seals.newest_of(member).filter(|seal| seal.size > known);
        let is_above = |seal: &Seal| self.seals.height_of(seal).is_none_or(|height| height > *top);
        lacking.splice(0..0, newest.filter(is_above));
        lacking.truncate(SEALS_PER_MESSAGE_MAX);
        lacking
    }

    pub(super) fn take_blocks(
        &mut self,
        member: &Code,
        blocks: Vec<CommittedBlock>,
    ) -> Result<(), Halt> {
        let taken = self.proven(blocks)?;
        self.overtake(member, taken)
    }

    /// A frame of a peer that is no member. Only blocks and seals are of use, which prove themselves, and an
    /// entry, which an admitted party's own keys sign.
    pub(super) fn offered(&mut self, frame: &[u8]) -> Result<(), Halt> {
        match Message::decode(frame) {
            Ok(Message::Blocks(blocks)) => {
                let taken = self.proven(blocks)?;
                if !taken.is_empty() {
                    self.commit(taken, true);
                    self.rest()?;
                }
            }
            Ok(Message::Seals(seals)) if seals.len() <= SEALS_PER_MESSAGE_MAX => {
                self.take_offered(&seals);
            }
            Ok(Message::Pending(records)) if records.iter().all(|it| is_entry(it)) => {
                self.take_pending(&records);
            }
            Ok(_) | Err(_) => self.faults.blame_sender(&mut self.step, Misdeed::Frame),
        }
        Ok(())
    }

    /// Takes seals up to the first that is wrong: there is no connection to charge for the others.
    fn take_offered(&mut self, seals: &[Seal]) {
        let faults = |replica: &Self| replica.faults.total().values().sum::<u64>();
        let before = faults(self);
        for seal in seals {
            self.take_seal(seal);
            if faults(self) > before {
                return;
            }
        }
    }

    /// Those of the blocks that follow, each with the proof and the chain after it.
    fn proven(&mut self, blocks: Vec<CommittedBlock>) -> Result<Vec<Proven>, Halt> {
        if blocks.len() > BLOCKS_PER_MESSAGE_MAX {
            self.faults.blame_sender(&mut self.step, Misdeed::Oversized);
            return Ok(Vec::new());
        }
        let mut taken: Vec<Proven> = Vec::new();
        for committed in blocks {
            let chain = taken.last().map_or(&*self.chain, |(.., next)| next);
            if committed.height != chain.height().next() {
                self.compare(&committed);
                continue;
            }
            if chain.verify_rules().is_err() {
                // This release does not know the rules of what follows.
                break;
            }
            match prove(chain, &committed, &mut self.known) {
                Ok(proven) => taken.push(proven),
                Err(Unfit::Unproven) => {
                    self.faults.blame_sender(&mut self.step, Misdeed::Certificate);
                    break;
                }
                Err(Unfit::Invalid(error)) => {
                    return Err(Halt::DecidedInvalid { height: committed.height, error });
                }
            }
        }
        Ok(taken)
    }

    /// Compares a block of a height that is decided here with the one that is held here [rules.md R30].
    fn compare(&mut self, committed: &CommittedBlock) {
        let certificate =
            codec::decode::<CommitCertificate, CERTIFICATE_BYTES_MAX>(&committed.certificate);
        if let Ok(certificate) = certificate {
            self.compare_certificate(&certificate);
        }
    }

    /// Compares a certificate with the block of its height that is held here. A valid certificate for another
    /// block stops the node, unless every member has sealed the block that is held here: holders of node
    /// keys that were replaced since can make a certificate for any past height.
    pub(super) fn compare_certificate(&mut self, certificate: &CommitCertificate) {
        let (height, theirs) = (certificate.height, certificate.value_id);
        let Some(ours) = self.seals.boundary(height).map(|boundary| boundary.id) else { return };
        if ours == theirs {
            return;
        }
        if certificate.verify(self.council, &self.voters_at(height)).is_ok() {
            self.convict_voters(certificate);
            if height > self.seals.sealed_by_all() {
                self.ending.stop_for(Halt::ForkDecided { height, ours, theirs });
            }
        } else {
            self.faults.blame_sender(&mut self.step, Misdeed::Certificate);
        }
    }

    /// A member whose certificate stops this node gets the seals of the block that is held here: its
    /// own ledger may be too short to find the fork otherwise.
    pub(super) fn show_fork(&mut self, member: &Code, height: Height) {
        if self.ending.stop().is_some() {
            let seals = self.seals.at(height);
            self.step.send(member, &Message::Seals(seals));
        }
    }

    /// Convicts the members that precommitted two blocks in one round, as far as the newest certificate held
    /// here shows.
    fn convict_voters(&mut self, theirs: &CommitCertificate) {
        let Some(ours) = self.certificate.clone() else { return };
        for found in ours.double_votes(theirs, &self.voters_at(theirs.height)) {
            let roster = self.chain.rosters().at(theirs.height);
            let evidence = Evidence::of_consensus(self.council, roster, &found);
            self.step.keep(evidence);
        }
    }

    /// Commits proven blocks; consensus on what they decide is over.
    fn overtake(&mut self, member: &Code, taken: Vec<Proven>) -> Result<(), Halt> {
        if taken.is_empty() {
            self.sync.give_up(&mut self.step, member, self.chain.height());
            return Ok(());
        }
        let here = self.chain.height();
        let is_dropwise = self.sync.gives_dropwise(self.step.now, member, &taken, here);
        self.commit(taken, true);
        self.rest()?;
        self.sync.given(&self.step, member, self.chain.height(), is_dropwise);
        if !self.sync.catch_up_if_behind(&mut self.step, self.chain.height()) {
            // Others may have gone on meanwhile, and seals are lacking: ask where they stand.
            let standing = self.standing();
            self.step.send(member, &Message::Standing(standing));
        }
        Ok(())
    }
}
