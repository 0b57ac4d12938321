//! Catch-up: decided blocks come from any peer, and prove themselves by their certificates.

use nemcon_crypto::TreeSize;
use nemcon_ledger::chain::BlockError;
use nemcon_ledger::journal::{CommittedBlock, Seal};
use nemcon_ledger::record::{Body, Statement};
use nemcon_ledger::text::{Code, Time};
use nemcon_ledger::{Block, Chain, Height, codec};

use super::message::{BLOCKS_PER_MESSAGE_MAX, Message, SEALS_PER_MESSAGE_MAX, Standing};
use super::{Effect, Halt, Misdeed, Replica, block_of, voters};
use crate::consensus::CommitCertificate;
use crate::evidence::Evidence;

/// How long a peer may take to answer with blocks, in milliseconds.
const FETCH_MS: u64 = 5_000;
/// For how long a peer that did not give the blocks that it claims is asked after all others, in
/// milliseconds: a liar delays catch-up by [`FETCH_MS`] once in that time.
const BARRED_MS: u64 = 60_000;
/// The longest encoding of a certificate: 90 signatures with room to spare.
const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;

/// How soon the same blocks go to one member again, in milliseconds.
pub const SERVE_AGAIN_MS: u64 = 1_000;
/// The most answers with blocks or seals that one member gets in one second: more than it can
/// verify.
pub const ANSWERS_PER_SECOND_MAX: u32 = 128;

/// The last answer to a member that lacks blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Served {
    from: Height,
    at: Time,
    /// When the second began in which answers are counted, and how many there were.
    second: (Time, u32),
    /// When it was last told what this node saw it sign.
    told_seen: Option<Time>,
}

/// Whether the second that began then is over.
const fn is_over(since: Time, now: Time) -> bool {
    now.as_ms().abs_diff(since.as_ms()) >= SERVE_AGAIN_MS
}

impl Served {
    const fn nothing(now: Time) -> Self {
        Self { from: Height(0), at: now, second: (now, 0), told_seen: None }
    }

    /// Whether one more answer may be sent at `now`; counts it if so.
    pub(crate) fn has_room(&mut self, now: Time) -> bool {
        if is_over(self.second.0, now) {
            self.second = (now, 0);
        }
        let has_room = self.second.1 < ANSWERS_PER_SECOND_MAX;
        self.second.1 += u32::from(has_room);
        has_room
    }

    /// Whether blocks from `from` on may be sent at `now`, after this answer; counts it if so.
    pub(crate) fn allows(&mut self, from: Height, now: Time) -> bool {
        let is_news = from > self.from || is_over(self.at, now);
        if !is_news || !self.has_room(now) {
            return false;
        }
        (self.from, self.at) = (from, now);
        true
    }
}

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
                let ms = if has_claimed { BARRED_MS } else { FETCH_MS };
                let until = Time::from_ms(self.now.as_ms() + ms).unwrap_or(self.now);
                self.barred.insert(member.clone(), until);
            }
            if self.is_behind() {
                self.catch_up();
            }
        }
    }

    /// A peer works on a height that is decided here: it gets the blocks.
    pub(super) fn answer_behind(&mut self, height: Height) {
        if let Some(sender) = self.sender.clone() {
            self.serve(sender, height);
        }
    }

    /// Sends decided blocks, unless this member has them on their way to it already: reading them
    /// costs more than asking for them.
    pub(super) fn serve(&mut self, member: Code, from: Height) {
        let now = self.now;
        if self.served_to(&member).allows(from, now) {
            self.out.push(Effect::SendBlocks(member, from));
        }
    }

    /// Sends the seals that a peer with this standing lacks.
    pub(super) fn serve_seals(&mut self, member: &Code, standing: &Standing) {
        if !self.may_answer(member) {
            return;
        }
        let top = standing.height;
        let mut lacking = self.seals.lacking(top, &standing.sealed, SEALS_PER_MESSAGE_MAX);
        // Whoever has sealed more than it has was set back to an older disk: it must hear of it.
        let known = standing.sealed.get(member).copied().unwrap_or(TreeSize(0));
        let newest = self.seals.newest_of(member).filter(|seal| seal.size > known);
        let is_above = |seal: &Seal| self.seals.height_of(seal).is_none_or(|height| height > top);
        lacking.splice(0..0, newest.filter(is_above));
        lacking.truncate(SEALS_PER_MESSAGE_MAX);
        if !lacking.is_empty() {
            self.send(member, &Message::Seals(lacking));
        }
    }

    /// Whether this member may be told now what this node saw it sign: once a second, for that
    /// costs as much as blocks do.
    pub(super) fn may_tell_seen(&mut self, member: &Code) -> bool {
        let now = self.now;
        let served = self.served_to(member);
        let is_due = served.told_seen.is_none_or(|at| is_over(at, now));
        if is_due {
            served.told_seen = Some(now);
        }
        is_due
    }

    /// Whether one more answer may go to this member now; counts it if so.
    pub(super) fn may_answer(&mut self, member: &Code) -> bool {
        let now = self.now;
        self.served_to(member).has_room(now)
    }

    fn served_to(&mut self, member: &Code) -> &mut Served {
        self.served.entry(member.clone()).or_insert(Served::nothing(self.now))
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
        let mut chain = self.chain.clone();
        let mut taken = Vec::new();
        for committed in blocks {
            if committed.height != chain.height().next() {
                self.compare(&committed);
                continue;
            }
            if chain.verify_rules().is_err() {
                // What follows is for another release to judge.
                break;
            }
            match prove(&chain, &committed) {
                Ok((block, certificate, next)) => {
                    chain = next.clone();
                    taken.push((block, certificate, next));
                }
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

    /// A certificate for another block than the one held stops the node, if it proves it.
    pub(super) fn compare_certificate(&mut self, certificate: &CommitCertificate) {
        let (height, theirs) = (certificate.height, certificate.value_id);
        let Some(ours) = self.seals.boundary(height).map(|boundary| boundary.id) else { return };
        if ours == theirs {
            return;
        }
        if certificate.verify(self.council, &self.voters_at(height)).is_ok() {
            self.convict_voters(certificate);
            self.stop = Some(Halt::ForkDecided { height, ours, theirs });
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
            self.out.extend(evidence.map(|evidence| Effect::Evidence(Box::new(evidence))));
        }
    }

    /// Commits proven blocks; consensus on what they decide is over.
    fn overtake(&mut self, member: &Code, taken: Vec<Proven>) -> Result<(), Halt> {
        if taken.is_empty() {
            self.give_up_fetch(member);
            return Ok(());
        }
        self.commit(taken, true);
        self.rest()?;
        self.fetch = None;
        self.barred.remove(member);
        if self.is_behind() {
            self.catch_up();
        } else {
            // Others may have gone on meanwhile, and seals are lacking: ask where they stand.
            self.send(member, &Message::Standing(self.standing()));
        }
        Ok(())
    }
}
