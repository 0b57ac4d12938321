//! Catch-up: decided blocks come from any peer, and prove themselves by their certificates.

use nemcon_crypto::TreeSize;
use nemcon_ledger::chain::BlockError;
use nemcon_ledger::journal::{CommittedBlock, Seal};
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Block, Chain, Height, codec};

use super::message::{BLOCKS_PER_MESSAGE_MAX, Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::{Effect, Halt, Misdeed, Replica, Told, Wish, Write, block_of, voters};
use crate::consensus::{CommitCertificate, RECOLLECTION_MESSAGE_BYTES_MIN};
use crate::evidence::Evidence;

/// How long a peer may take to answer with blocks, in milliseconds.
const FETCH_MS: u64 = 5_000;
/// For how long a peer that did not give the blocks that it claims is asked after all others, in
/// milliseconds: a liar delays catch-up by [`FETCH_MS`] once in that time.
const BARRED_MS: u64 = 60_000;
/// How long a peer may take for little, though it claims to have more, in milliseconds; and what is
/// little, unless it is as many blocks as an answer carries, in bytes.
const DROPWISE_MS: u64 = 2_000;
const DROPWISE_BYTES: usize = 1024 * 1024;
/// The longest encoding of a certificate: 90 signatures with room to spare.
const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

/// An entrant's node is the only one but a member's that has a statement to pass on.
pub(super) fn is_entry(record: &[u8]) -> bool {
    Statement::parse(record).is_ok_and(|statement| matches!(statement.body, Body::Entry(_)))
}

/// A question for blocks that is under way.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    pub(super) from: Code,
    pub(super) until: Time,
}

/// A block that follows, what proves it, and the chain after it.
pub(super) type Proven = (Block, CommitCertificate, Chain);

/// Why a block that a peer sent is not taken.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// It proves nothing: the peer's fault.
    Unproven,
    /// More than two thirds decided it, and it does not follow.
    Invalid(BlockError),
}

/// Checks the certificate by the roster that decides the block, before anything is applied, and that
/// it is of this very block.
pub(crate) fn prove(
    chain: &Chain,
    committed: &CommittedBlock,
) -> Result<(Block, CommitCertificate, Chain), Unfit> {
    let bytes = &committed.certificate;
    let certificate = codec::decode::<CommitCertificate, CERTIFICATE_BYTES_MAX>(bytes)
        .map_err(|_| Unfit::Unproven)?;
    let block = block_of(committed);
    let record = block.record().map_err(|_| Unfit::Unproven)?;
    let id = block.id().map_err(|_| Unfit::Unproven)?;
    let is_of_block = certificate.height == committed.height
        && certificate.value_id == id
        && chain.is_bound(&block, &record);
    let roster = voters(chain.council().roster());
    if !is_of_block || certificate.verify(chain.council().digest(), &roster).is_err() {
        return Err(Unfit::Unproven);
    }
    let next = chain.apply(&block).map_err(Unfit::Invalid)?;
    Ok((block, certificate, next))
}

impl Replica {
    /// Asks a peer for the blocks that this node lacks, if no question is under way.
    pub(super) fn catch_up(&mut self) {
        if self.fetch.is_some() {
            return;
        }
        // The peer that has told the greatest height; of those that told none, any.
        let best = self.peers.iter().max_by_key(|(code, height)| (!self.is_barred(code), **height));
        let Some(from) = best.map(|(code, _)| code.clone()) else { return };
        let until = Time::from_ms(self.now.as_ms() + FETCH_MS).unwrap_or(self.now);
        self.send(&from, &Message::BlocksWanted { from: self.chain.height().next() });
        self.fetch = Some(Fetch { from, until });
    }

    /// Whether others are asked for blocks before this one.
    pub(super) fn is_barred(&self, member: &Code) -> bool {
        self.barred.get(member).is_some_and(|until| *until > self.now)
    }

    /// Whether somebody who is not barred has told a greater height than this node's.
    fn is_behind(&self) -> bool {
        let here = self.chain.height();
        self.peers.iter().any(|(code, height)| *height > here && !self.is_barred(code))
    }

    /// Members that were barred long enough are believed again.
    pub(super) fn end_bars(&mut self) {
        let (before, now) = (self.barred.len(), self.now);
        self.barred.retain(|_, until| *until > now);
        if self.barred.len() < before && self.is_behind() {
            self.catch_up();
        }
    }

    /// The question to this peer comes to nothing: others are asked before it for a while.
    pub(super) fn give_up_fetch(&mut self, member: &Code) {
        if self.fetch.as_ref().is_some_and(|fetch| fetch.from == *member) {
            self.fetch = None;
            if let Some(height) = self.peers.get(member) {
                let has_claimed = *height > self.chain.height();
                self.bar(member, if has_claimed { BARRED_MS } else { FETCH_MS });
            }
            if self.is_behind() {
                self.catch_up();
            }
        }
    }

    fn bar(&mut self, member: &Code, ms: u64) {
        let until = Time::from_ms(self.now.as_ms() + ms).unwrap_or(self.now);
        self.barred.insert(member.clone(), until);
    }

    /// Whether a peer that was asked gives blocks drop by drop while somebody else claims to have them.
    fn gives_dropwise(&self, member: &Code, taken: &[Proven]) -> bool {
        let Some(fetch) = self.fetch.as_ref().filter(|fetch| fetch.from == *member) else {
            return false;
        };
        let took_ms = (self.now.as_ms() + FETCH_MS).saturating_sub(fetch.until.as_ms());
        let bytes: usize = taken.iter().flat_map(|(block, ..)| &block.records).map(Vec::len).sum();
        let is_little = taken.len() < BLOCKS_PER_MESSAGE_MAX && bytes < DROPWISE_BYTES;
        let top = Height(self.chain.height().0 + taken.len() as u64);
        let claims_more = |code: &Code| self.peers.get(code).is_some_and(|height| *height > top);
        let mut others = self.peers.keys().filter(|code| *code != member && !self.is_barred(code));
        took_ms >= DROPWISE_MS && is_little && claims_more(member) && others.any(claims_more)
    }

    /// A peer works on a height that is decided here: it gets the blocks, the same ones once a second,
    /// for it has not asked.
    pub(super) fn answer_behind(&mut self, height: Height) {
        let Some(sender) = self.sender.clone() else { return };
        if self.shares.is_stuck_anew(&sender, height, self.now) {
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
        while let Some(wish) = self.shares.next(member, self.now) {
            let bytes = match wish {
                Wish::Blocks(from) => self.send_blocks(member, from),
                // It was decided while the answer was put off.
                Wish::Seen(height) if self.chain.height() >= height => {
                    self.send_blocks(member, height)
                }
                Wish::Seals(told) => match self.lacking_at(member, &told) {
                    seals if seals.is_empty() => 0,
                    seals => self.send_counted(member, &Message::Seals(seals)),
                },
                Wish::Standing => self.send_counted(member, &Message::Standing(self.standing())),
                Wish::Seen(height) => {
                    let (memory, looked_at) = self.remembered(member, height);
                    let bytes = self.send_counted(member, &Message::Seen { height, memory });
                    bytes.max(looked_at as u64 * RECOLLECTION_MESSAGE_BYTES_MIN)
                }
            };
            self.shares.of(member, self.now).charge(bytes);
        }
    }

    fn send_blocks(&mut self, member: &Code, from: Height) -> u64 {
        self.out.push(Effect::SendBlocks(member.clone(), from));
        self.seals.boundaries().answer_bytes(from)
    }

    /// Answers what was put off until a share is refilled.
    pub(super) fn grant_due(&mut self) {
        for member in self.shares.waiting().cloned().collect::<Vec<_>>() {
            self.grant(&member);
        }
    }

    /// The seals that a peer which tells this lacks.
    fn lacking_at(&self, member: &Code, (top, sealed): &Told) -> Vec<Seal> {
        let mut lacking = self.seals.lacking(*top, sealed, SEALS_PER_MESSAGE_MAX);
        // Whoever has sealed more than it has was set back to an older disk: it must hear of it.
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

    /// A frame of one who is no member: of use are only blocks and seals that prove themselves, and
    /// an entry, which an admitted party's own keys sign.
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
            Ok(Message::Pending(record)) if is_entry(&record) => self.heard(&record),
            Ok(_) | Err(_) => self.fault(Misdeed::Frame),
        }
        Ok(())
    }

    /// Takes seals up to the first that is wrong: there is no connection to charge for the others.
    fn take_offered(&mut self, seals: &[Seal]) {
        let faults = |replica: &Self| replica.faults().values().sum::<u64>();
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
            self.fault(Misdeed::Oversized);
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
                // What follows is for another release to judge.
                break;
            }
            match prove(chain, &committed) {
                Ok(proven) => taken.push(proven),
                Err(Unfit::Unproven) => {
                    self.fault(Misdeed::Certificate);
                    break;
                }
                Err(Unfit::Invalid(error)) => {
                    return Err(Halt::DecidedInvalid { height: committed.height, error });
                }
            }
        }
        Ok(taken)
    }

    /// A block of a height that is decided here must be the one that is held here (R30).
    fn compare(&mut self, committed: &CommittedBlock) {
        let certificate =
            codec::decode::<CommitCertificate, CERTIFICATE_BYTES_MAX>(&committed.certificate);
        if let Ok(certificate) = certificate {
            self.compare_certificate(&certificate);
        }
    }

    /// A certificate for another block than the one held stops the node, if it proves it, and if that
    /// block is not one that every member has sealed: whoever keeps node keys that were rotated since
    /// can make one for any past height.
    pub(super) fn compare_certificate(&mut self, certificate: &CommitCertificate) {
        let (height, theirs) = (certificate.height, certificate.value_id);
        let Some(ours) = self.seals.boundary(height).map(|boundary| boundary.id) else { return };
        if ours == theirs {
            return;
        }
        if certificate.verify(self.council, &self.voters_at(height)).is_ok() {
            self.convict_voters(certificate);
            if height > self.seals.sealed_by_all() {
                self.stop = Some(Halt::ForkDecided { height, ours, theirs });
            }
        } else {
            self.fault(Misdeed::Certificate);
        }
    }

    /// A member whose certificate stops this node gets the seals of the block that is held here: its
    /// own ledger may be too short to find the fork otherwise.
    pub(super) fn show_fork(&mut self, member: &Code, height: Height) {
        if self.stop.is_some() {
            let seals = self.seals.at(height);
            self.send(member, &Message::Seals(seals));
        }
    }

    /// Who precommitted two blocks in one round, as far as the newest certificate held here shows.
    fn convict_voters(&mut self, theirs: &CommitCertificate) {
        let Some(ours) = &self.certificate else { return };
        for found in ours.double_votes(theirs, &self.voters_at(theirs.height)) {
            let roster = self.chain.rosters().at(theirs.height);
            let evidence = Evidence::of_consensus(self.council, roster, &found);
            if let Some(evidence) = evidence {
                self.write(Write::Evidence(Box::new(evidence)));
            }
        }
    }

    /// Commits proven blocks; consensus on what they decide is over.
    fn overtake(&mut self, member: &Code, taken: Vec<Proven>) -> Result<(), Halt> {
        if taken.is_empty() {
            self.give_up_fetch(member);
            return Ok(());
        }
        let is_dropwise = self.gives_dropwise(member, &taken);
        self.commit(taken, true);
        self.rest()?;
        self.fetch = None;
        self.barred.remove(member);
        if is_dropwise {
            self.bar(member, BARRED_MS);
        }
        if self.is_behind() {
            self.catch_up();
        } else {
            // Others may have gone on meanwhile, and seals are lacking: ask where they stand.
            self.send(member, &Message::Standing(self.standing()));
        }
        Ok(())
    }
}
