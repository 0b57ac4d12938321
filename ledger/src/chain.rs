//! Blocks: how the council's state goes from one to the next.
//!
//! A block's leaves are, in this order [rules.md R10]: what its time causes; its statements; what they bring
//! about; the block record. All but the statements follows from them and the block's header, so
//! whoever has the chain can write the block again and compare: that is how a block is judged, before
//! a vote, after the commit, in an audit.
//!
//! The statements stand by their [`Share`], ballots before what steers, and within one share by
//! `SHA-256(id of the block before || text hash)`, the smallest first, of those whose `after` is met.
//! Who signs a statement does not know that hash: nobody can choose a place in a block to come.

mod walk;

pub(crate) use walk::Walk;

use std::sync::Arc;

use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_crypto::{Digest, TreeSize, hash};
use serde::{Deserialize, Serialize};

use crate::Height;
use crate::council::{Council, Refusal};
use crate::record::genesis::Genesis;
use crate::record::matter::NextRules;
use crate::record::statement::Share;
use crate::record::{BlockRecord, Boundary, Record, RecordError, Roster, Statement};
use crate::rosters::Rosters;
use crate::text::{Code, Time};

/// The most bytes that the leaves of one block have together.
pub const BLOCK_BYTES_MAX: usize = 5 * 1024 * 1024;

/// How a block record begins.
const BLOCK_RECORD_BEGINS: &[u8] = b"nemcon/v1 block\n";

/// A block: its leaves in order. Its last one is its block record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The leaves.
    #[serde(with = "crate::codec::bytes::lists")]
    pub records: Vec<Vec<u8>>,
}

/// What a proposer chooses of a block, beside its statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The block's time.
    pub time: Time,
    /// The round in which it is first proposed; with the height it fixes the proposer.
    pub round: u32,
}

/// A council, its log and the block that it stands at.
#[derive(Clone, Debug)]
pub struct Chain {
    council: Council,
    frontier: Frontier,
    height: Height,
    /// The leaf hash of the last block record; the council digest before block 1.
    previous: Digest,
    time: Time,
    /// The roster that decided the last block; the founding one before block 1.
    roster: Arc<Roster>,
    roster_digest: Digest,
    rosters: Arc<Rosters>,
}

/// Why a block does not follow. Leaves are counted from 0 within the block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// It has no leaves, or its last one is not a block record.
    #[error("the block does not end with a block record")]
    NoBlockRecord,
    /// More bytes than a block may have.
    #[error("the block is larger than {BLOCK_BYTES_MAX} bytes")]
    TooLarge,
    /// It holds nothing but its block record, and nothing that waited acts in it.
    #[error("the block holds nothing but its block record")]
    Empty,
    /// The council has adopted rules that this release does not know [rules.md R25].
    #[error(
        "the council goes on by rules version {}, which this release does not know: it needs {}",
        .0.version,
        .0.release
    )]
    Rules(Box<NextRules>),
    /// A leaf is not a record.
    #[error("leaf {leaf} of the block: {error}")]
    Record {
        /// Which.
        leaf: usize,
        /// Why.
        error: Box<RecordError>,
    },
    /// A leaf is of a kind that cannot stand within a block.
    #[error("leaf {leaf} of the block may not stand there")]
    Misplaced {
        /// Which.
        leaf: usize,
    },
    /// The council refuses a statement.
    #[error("leaf {leaf} of the block: {refusal} [{}]", .refusal.code())]
    Refused {
        /// Which.
        leaf: usize,
        /// Why.
        refusal: Box<Refusal>,
    },
    /// The statements do not stand in the one order of their block [rules.md R10].
    #[error("leaf {leaf} of the block: the statements are not in their order")]
    Order {
        /// Which.
        leaf: usize,
    },
    /// A derived record is not what follows from the ledger.
    #[error(
        "leaf {leaf} of the block is not the {kind} that follows from the records before it: \
         it says `{found}` where the council's law says `{expected}`"
    )]
    NotDerived {
        /// Which.
        leaf: usize,
        /// `decision`, `lapse`, `block record`, or what stands there.
        kind: &'static str,
        /// The first line that differs.
        found: String,
        /// What it must be.
        expected: String,
    },
    /// Its time is not after the block before.
    #[error("the block's time {time} is not after {parent}, the time of the block before")]
    Time {
        /// Its time.
        time: Time,
        /// The parent's.
        parent: Time,
    },
}

impl Block {
    /// The block record at its end.
    ///
    /// # Errors
    /// [`BlockError::NoBlockRecord`], or `Record` if it does not parse.
    pub fn record(&self) -> Result<BlockRecord, BlockError> {
        let last = self.records.last().ok_or(BlockError::NoBlockRecord)?;
        match Record::parse(last) {
            Ok(Record::Block(record)) => Ok(record),
            Ok(_) => Err(BlockError::NoBlockRecord),
            Err(error) => {
                Err(BlockError::Record { leaf: self.records.len() - 1, error: Box::new(error) })
            }
        }
    }

    /// Its id: the leaf hash of its block record, the value that consensus decides.
    ///
    /// # Errors
    /// [`BlockError::NoBlockRecord`] if it has no leaves.
    pub fn id(&self) -> Result<Digest, BlockError> {
        self.records.last().map(|last| leaf_hash(last)).ok_or(BlockError::NoBlockRecord)
    }

    /// Whether its last leaf is a block record.
    pub fn is_ended(&self) -> bool {
        self.records.last().is_some_and(|last| last.starts_with(BLOCK_RECORD_BEGINS))
    }

    /// Its leaves' bytes together.
    pub fn bytes(&self) -> usize {
        self.records.iter().map(Vec::len).sum()
    }
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

    /// Writes the next block from the candidates that can stand in it; `None` if nothing would.
    ///
    /// Candidates that are refused are left out: they may wait.
    pub fn assemble(
        &self,
        proposal: &Proposal,
        candidates: &[&Statement],
    ) -> Option<(Block, Self)> {
        self.verify_rules().ok()?;
        let mut next = self.clone();
        let mut records = next.begin(proposal.time);
        let mut waiting = next.in_order(candidates.iter().copied());
        while let Some(at) = next.first_ready(&waiting) {
            let statement = waiting.remove(at);
            if next.council.apply(statement).is_ok() {
                next.push(&mut records, statement.render());
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
        let statements = statements_of(block)?;
        verify_same(&expected, &block.records)?;
        next.apply_in_order(&statements, &mut expected)?;
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
        statements: &[(usize, Statement)],
        records: &mut Vec<Vec<u8>>,
    ) -> Result<(), BlockError> {
        let mut waiting = self.in_order(statements.iter().map(|(_, statement)| statement));
        for (leaf, statement) in statements {
            let leaf = *leaf;
            if leaf != records.len() {
                return Err(BlockError::Misplaced { leaf });
            }
            let due = self.first_ready(&waiting).map(|first| waiting.remove(first).text_hash);
            // A refusal says more than the order that a forgery also breaks.
            self.council
                .apply(statement)
                .map_err(|refusal| BlockError::Refused { leaf, refusal: Box::new(refusal) })?;
            if due != Some(statement.text_hash) {
                return Err(BlockError::Order { leaf });
            }
            self.push(records, statement.render());
        }
        Ok(())
    }

    /// Statements in the order in which the block under way takes them, were nothing to wait for
    /// another.
    fn in_order<'a>(&self, statements: impl Iterator<Item = &'a Statement>) -> Vec<&'a Statement> {
        let mut statements: Vec<_> = statements.collect();
        statements.sort_by_cached_key(|statement| place(&self.previous, statement));
        statements
    }

    /// The first of the waiting statements whose `after` is met; measures follow nothing.
    fn first_ready(&self, waiting: &[&Statement]) -> Option<usize> {
        waiting.iter().position(|statement| {
            statement.body.link().is_none_or(|link| self.council.is_next_in_chain(&link))
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
    fn record(&self, proposal: &Proposal) -> BlockRecord {
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
    fn pass_boundary(&mut self) {
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

/// Cuts the records of a log, without leaf 0, into blocks; what follows the last block record is
/// the last item.
pub fn blocks_of(records: &[Vec<u8>]) -> impl Iterator<Item = Block> {
    records
        .split_inclusive(|record| record.starts_with(BLOCK_RECORD_BEGINS))
        .map(|records| Block { records: records.to_vec() })
}

/// The statements of a block with their places.
fn statements_of(block: &Block) -> Result<Vec<(usize, Statement)>, BlockError> {
    let mut statements = Vec::new();
    for (leaf, bytes) in block.records[..block.records.len() - 1].iter().enumerate() {
        match Record::parse(bytes)
            .map_err(|error| BlockError::Record { leaf, error: Box::new(error) })?
        {
            Record::Statement(statement) => statements.push((leaf, *statement)),
            Record::Decision(_) | Record::Lapse(_) => {}
            Record::Genesis(_) | Record::Block(_) => return Err(BlockError::Misplaced { leaf }),
        }
    }
    Ok(statements)
}

/// Compares leaf by leaf as far as `expected` goes.
fn verify_same(expected: &[Vec<u8>], found: &[Vec<u8>]) -> Result<(), BlockError> {
    for (leaf, record) in expected.iter().enumerate() {
        let found = found.get(leaf).map_or(&[][..], Vec::as_slice);
        if found != record {
            return Err(not_derived(leaf, record, found));
        }
    }
    Ok(())
}

fn not_derived(leaf: usize, expected: &[u8], found: &[u8]) -> BlockError {
    let shown = if expected.is_empty() { found } else { expected };
    let kind = Record::parse(shown).map_or("record", |record| kind_of(&record));
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let mut lines = expected.lines().zip(found.lines());
    let (expected, found) =
        lines.find(|(expected, found)| expected != found).unwrap_or_else(|| {
            let at = expected.lines().count().min(found.lines().count());
            (expected.lines().nth(at).unwrap_or(""), found.lines().nth(at).unwrap_or(""))
        });
    BlockError::NotDerived { leaf, kind, found: found.to_owned(), expected: expected.to_owned() }
}

const fn kind_of(record: &Record) -> &'static str {
    match record {
        Record::Genesis(_) => "genesis",
        Record::Statement(_) => "statement",
        Record::Decision(_) => "decision",
        Record::Lapse(_) => "lapse",
        Record::Block(_) => "block record",
    }
}
