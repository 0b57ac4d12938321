//! The chain: a council, its log and the block that it stands at; how it goes on to the next block.

use std::sync::Arc;

use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_crypto::{Digest, TreeSize, hash};
use serde::{Deserialize, Serialize};

use super::block::{
    BLOCK_BYTES_MAX, Block, BlockError, Memory, Proposal, candidates_of, not_derived, verify_same,
};
use crate::Height;
use crate::council::{Candidate, Council, Refusal};
use crate::known::Known;
use crate::record::genesis::Genesis;
use crate::record::statement::Share;
use crate::record::{BlockRecord, Boundary, Roster, Statement};
use crate::rosters::Rosters;
use crate::text::{Code, Time};

/// How a council lets a statement in.
type LetIn = fn(&mut Council, &mut Candidate) -> Result<(), Refusal>;

/// A council, its log and the block that it stands at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Chain {
    pub(super) council: Council,
    pub(super) frontier: Frontier,
    pub(super) height: Height,
    /// The leaf hash of the last block record; the council digest before block 1.
    pub(super) previous: Digest,
    pub(super) time: Time,
    /// The roster that decided the last block; the founding one before block 1.
    #[serde(with = "crate::codec::shared")]
    pub(super) roster: Arc<Roster>,
    pub(super) roster_digest: Digest,
    #[serde(with = "crate::codec::shared")]
    pub(super) rosters: Arc<Rosters>,
}

impl Chain {
    /// The chain before block 1: leaf 0 is the genesis.
    pub fn found(genesis: Genesis) -> Self {
        let mut frontier = Frontier::new();
        let text = genesis.render();
        frontier.append(leaf_hash(text.as_bytes()));
        let council = Council::new(genesis);
        let (roster, roster_digest) = (Arc::clone(council.roster()), council.roster_digest());
        let rosters = Arc::new(Rosters::found(Arc::clone(&roster)));
        let previous = hash::sha256(text.as_bytes());
        Self {
            council,
            frontier,
            height: Height(0),
            previous,
            time: Time::default(),
            roster,
            roster_digest,
            rosters,
        }
    }

    /// The council's state.
    pub const fn council(&self) -> &Council {
        &self.council
    }

    /// The height of the last block; 0 before block 1.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The time of the last block.
    pub const fn time(&self) -> Time {
        self.time
    }

    /// The roster that decided the last block: it made its certificate and seals the size that ends
    /// it [rules.md R13]. The council's own roster decides the next one.
    pub const fn sealing_roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// Which roster decided each block, and which decides the next one.
    pub const fn rosters(&self) -> &Arc<Rosters> {
        &self.rosters
    }

    /// The id of the last block; the council digest before block 1.
    pub const fn previous(&self) -> Digest {
        self.previous
    }

    /// The log's size.
    pub const fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// The log's root.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The time that a block at `clock` gets: `max(clock, parent's + 1 ms)` [rules.md R27].
    pub fn next_time(&self, clock: Time) -> Time {
        let after = Time::from_ms(self.time.as_ms() + 1).unwrap_or(self.time);
        clock.max(after)
    }

    /// Checks that this release knows the rules of the next block; where it does not, nothing goes on.
    ///
    /// # Errors
    /// [`BlockError::Rules`], which names the release that knows them.
    pub fn verify_rules(&self) -> Result<(), BlockError> {
        match self.council.rules() {
            Some(rules) if !rules.is_known() => Err(BlockError::Rules(Box::new(rules.clone()))),
            _ => Ok(()),
        }
    }

    /// Writes the next block from the statements that can stand in it; `None` if nothing would.
    ///
    /// Statements that are refused are left out: they may wait.
    pub fn assemble(
        &self,
        proposal: &Proposal,
        statements: &[&Statement],
    ) -> Option<(Block, Self)> {
        let read = |statement: &&Statement| Candidate::from((*statement).clone());
        self.assemble_known(proposal, statements.iter().map(read).collect())
    }

    /// As [`Self::assemble`], from statements of which it may be known that they are rightly signed.
    pub fn assemble_known(
        &self,
        proposal: &Proposal,
        candidates: Vec<Candidate>,
    ) -> Option<(Block, Self)> {
        self.verify_rules().ok()?;
        let mut next = self.clone();
        let mut records = next.begin(proposal.time);
        let mut waiting = next.in_order(candidates.into_iter());
        while let Some(at) = next.first_ready(&waiting) {
            let mut candidate = waiting.remove(at);
            if next.council.apply_candidate(&mut candidate).is_ok() {
                next.frontier.append(candidate.leaf_hash());
                records.push(candidate.statement().render());
            }
        }
        next.derive(&mut records);
        if records.is_empty() && !next.council.has_acted() {
            return None;
        }
        next.finish(proposal, &mut records);
        Some((Block { records }, next))
    }

    /// The chain after `block`, which must be exactly what follows from its statements and header.
    ///
    /// # Errors
    /// The first [`BlockError`].
    pub fn apply(&self, block: &Block) -> Result<Self, BlockError> {
        self.apply_known(block, &mut Known::nothing())
    }

    /// As [`Self::apply`]; what is known of the block's statements is not found out again, and what is
    /// found out is known from then on. The verdict is the same, whatever is known.
    ///
    /// # Errors
    /// The first [`BlockError`].
    pub fn apply_known(&self, block: &Block, known: &mut Known) -> Result<Self, BlockError> {
        self.apply_with(block, known)
    }

    /// As [`Self::apply`], for a block of this node's own journal: the node verified the signatures of its
    /// statements before it made the block durable, and they are not verified again. Everything else is.
    /// No block that came from anybody else is given to this function.
    ///
    /// # Errors
    /// The first [`BlockError`].
    pub fn replay_own(&self, block: &Block) -> Result<Self, BlockError> {
        self.follow(block, &mut Known::nothing(), Council::apply_own)
    }

    /// As [`Self::apply_known`], for any memory.
    pub(crate) fn apply_with(
        &self,
        block: &Block,
        memory: &mut dyn Memory,
    ) -> Result<Self, BlockError> {
        self.follow(block, memory, Council::apply_candidate)
    }

    fn follow(
        &self,
        block: &Block,
        memory: &mut dyn Memory,
        let_in: LetIn,
    ) -> Result<Self, BlockError> {
        self.verify_rules()?;
        if block.bytes() > BLOCK_BYTES_MAX {
            return Err(BlockError::TooLarge);
        }
        let record = block.record()?;
        if record.time <= self.time {
            return Err(BlockError::Time { time: record.time, parent: self.time });
        }
        let mut next = self.clone();
        let mut expected = next.begin(record.time);
        let candidates = candidates_of(block, memory)?;
        verify_same(&expected, &block.records)?;
        next.apply_in_order(block, candidates, &mut expected, memory, let_in)?;
        next.derive(&mut expected);
        if expected.is_empty() && !next.council.has_acted() {
            return Err(BlockError::Empty);
        }
        next.finish(&Proposal { time: record.time, round: record.round }, &mut expected);
        verify_same(&expected, &block.records)?;
        if expected.len() != block.records.len() {
            return Err(not_derived(expected.len(), &[], &block.records[expected.len()]));
        }
        Ok(next)
    }

    /// Whether `block`'s leaves hash to what its own record says, on top of this chain: then its id
    /// stands for these very bytes.
    pub fn is_bound(&self, block: &Block, record: &BlockRecord) -> bool {
        let Some((last, leaves)) = block.records.split_last() else { return false };
        if *last != record.render().into_bytes() {
            return false;
        }
        let mut frontier = self.frontier.clone();
        for leaf in leaves {
            frontier.append(leaf_hash(leaf));
        }
        record.height == self.height.next()
            && record.previous == self.previous
            && record.size == frontier.size()
            && record.root == frontier.root()
    }

    fn begin(&mut self, time: Time) -> Vec<Vec<u8>> {
        self.time = time;
        self.roster = Arc::clone(self.council.roster());
        self.roster_digest = self.council.roster_digest();
        let mut records = Vec::new();
        for derived in self.council.open(time) {
            self.push(&mut records, derived.render());
        }
        records
    }

    fn apply_in_order(
        &mut self,
        block: &Block,
        candidates: Vec<(usize, Candidate)>,
        records: &mut Vec<Vec<u8>>,
        memory: &mut dyn Memory,
        let_in: LetIn,
    ) -> Result<(), BlockError> {
        let statements = candidates.iter().map(|(_, candidate)| Arc::clone(candidate.statement()));
        let mut waiting = self.in_order(statements);
        for (leaf, mut candidate) in candidates {
            if leaf != records.len() {
                return Err(BlockError::Misplaced { leaf });
            }
            let due = self.first_ready(&waiting).map(|first| waiting.remove(first).text_hash);
            // A refusal says more than the order that a forgery also breaks.
            let_in(&mut self.council, &mut candidate)
                .map_err(|refusal| BlockError::Refused { leaf, refusal: Box::new(refusal) })?;
            if due != Some(candidate.statement().text_hash) {
                return Err(BlockError::Order { leaf });
            }
            self.frontier.append(candidate.leaf_hash());
            // Its bytes are those of the leaf: a record has one written form.
            records.push(block.records[leaf].clone());
            memory.keep(candidate);
        }
        Ok(())
    }

    /// Statements in the order in which the block under way takes them, were nothing to wait for
    /// another.
    pub(super) fn in_order<S: AsRef<Statement>>(
        &self,
        statements: impl Iterator<Item = S>,
    ) -> Vec<S> {
        let mut statements: Vec<_> = statements.collect();
        statements.sort_by_cached_key(|statement| place(&self.previous, statement.as_ref()));
        statements
    }

    /// The first of the waiting statements whose `after` is met; measures follow nothing.
    pub(super) fn first_ready<S: AsRef<Statement>>(&self, waiting: &[S]) -> Option<usize> {
        waiting.iter().position(|statement| {
            let link = statement.as_ref().body.link();
            link.is_none_or(|link| self.council.is_next_in_chain(&link))
        })
    }

    fn derive(&mut self, records: &mut Vec<Vec<u8>>) {
        for derived in self.council.close() {
            self.push(records, derived.render());
        }
    }

    fn finish(&mut self, proposal: &Proposal, records: &mut Vec<Vec<u8>>) {
        self.height = self.height.next();
        let rendered = self.record(proposal).render().into_bytes();
        self.previous = leaf_hash(&rendered);
        self.push(records, rendered);
        self.pass_boundary();
    }

    /// The record at the end of the block that this chain has gone through.
    pub(super) fn record(&self, proposal: &Proposal) -> BlockRecord {
        BlockRecord {
            council: self.council.digest(),
            height: self.height,
            previous: self.previous,
            time: proposal.time,
            proposer: self.proposer(proposal.round),
            round: proposal.round,
            roster: self.roster_digest,
            size: self.frontier.size(),
            root: self.frontier.root(),
        }
    }

    /// Notes where the block ends, and the roster that decides the next one.
    pub(super) fn pass_boundary(&mut self) {
        self.council.bound(Boundary { size: self.frontier.size(), root: self.frontier.root() });
        if self.council.roster_digest() != self.roster_digest {
            let (next, size) = (self.height.next(), self.size());
            let roster = Arc::clone(self.council.roster());
            Arc::make_mut(&mut self.rosters).change(next, size, roster);
        }
    }

    /// Who proposes at this height in `round` [rules.md R28].
    fn proposer(&self, round: u32) -> Code {
        self.roster.proposer(self.height, round).code.clone()
    }

    fn push(&mut self, records: &mut Vec<Vec<u8>>, rendered: Vec<u8>) {
        self.frontier.append(leaf_hash(&rendered));
        records.push(rendered);
    }
}

/// Where a statement stands in the block after the one with the id `previous`.
fn place(previous: &Digest, statement: &Statement) -> (Share, Digest) {
    let lot = hash::sha256_parts(&[previous.as_bytes(), statement.text_hash.as_bytes()]);
    (statement.body.share(), lot)
}
