//! A block: its leaves, its record, and why it does not follow from the chain before it.

use nemcon_crypto::Digest;
use nemcon_crypto::merkle::leaf_hash;
use serde::{Deserialize, Serialize};

use crate::council::{Candidate, Refusal};
use crate::known::Known;
use crate::record::council_change::NextRules;
use crate::record::{BlockRecord, Record, RecordError};
use crate::text::Time;

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
        /// The place of the leaf in the block.
        leaf: usize,
        /// Why the leaf is not a record.
        error: Box<RecordError>,
    },
    /// A leaf is of a kind that cannot stand within a block.
    #[error("leaf {leaf} of the block may not stand there")]
    Misplaced {
        /// The place of the leaf in the block.
        leaf: usize,
    },
    /// The council refuses a statement.
    #[error("leaf {leaf} of the block: {refusal} [{}]", .refusal.code())]
    Refused {
        /// The place of the statement in the block.
        leaf: usize,
        /// The rule of the council's law that the statement breaks.
        refusal: Box<Refusal>,
    },
    /// The statements do not stand in the one order of their block [rules.md R10].
    #[error("leaf {leaf} of the block: the statements are not in their order")]
    Order {
        /// The place of the first statement that is out of order.
        leaf: usize,
    },
    /// A derived record is not what follows from the ledger.
    #[error(
        "leaf {leaf} of the block is not the {kind} that follows from the records before it: \
         it says `{found}` where the council's law says `{expected}`"
    )]
    NotDerived {
        /// The place of the leaf in the block.
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
        /// The time of the block.
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

/// Cuts the records of a log, without leaf 0, into blocks; what follows the last block record is
/// the last item.
pub fn blocks_of(records: &[Vec<u8>]) -> impl Iterator<Item = Block> {
    records
        .split_inclusive(|record| record.starts_with(BLOCK_RECORD_BEGINS))
        .map(|records| Block { records: records.to_vec() })
}

/// What is known of the leaves of a block before it is judged. The verdict is the same, whatever is known.
pub(crate) trait Memory {
    /// What is known of the leaf at this place of the block, which has these bytes.
    fn find(&self, place: usize, bytes: &[u8]) -> Found;

    /// Takes in a statement that the council has let in.
    fn keep(&mut self, candidate: Candidate);
}

/// What is known of a leaf.
pub(crate) enum Found {
    /// It is this statement.
    Statement(Candidate),
    /// It is a decision or a lapse.
    Derived,
    /// It was not read before.
    Unread,
}

impl Memory for Known {
    fn find(&self, _: usize, bytes: &[u8]) -> Found {
        let known = if self.is_empty() { None } else { self.get(&leaf_hash(bytes)) };
        known.map_or(Found::Unread, |it| Found::Statement(it.clone()))
    }

    fn keep(&mut self, candidate: Candidate) {
        Self::keep(self, candidate);
    }
}

/// The statements of a block with their places.
pub(super) fn candidates_of(
    block: &Block,
    memory: &dyn Memory,
) -> Result<Vec<(usize, Candidate)>, BlockError> {
    let mut candidates = Vec::with_capacity(block.records.len());
    for (leaf, bytes) in block.records[..block.records.len() - 1].iter().enumerate() {
        match memory.find(leaf, bytes) {
            Found::Statement(candidate) => {
                candidates.push((leaf, candidate));
                continue;
            }
            Found::Derived => continue,
            Found::Unread => {}
        }
        match Record::parse(bytes)
            .map_err(|error| BlockError::Record { leaf, error: Box::new(error) })?
        {
            Record::Statement(statement) => candidates.push((leaf, (*statement).into())),
            Record::Decision(_) | Record::Lapse(_) => {}
            Record::Genesis(_) | Record::Block(_) => return Err(BlockError::Misplaced { leaf }),
        }
    }
    Ok(candidates)
}

/// Compares leaf by leaf as far as `expected` goes.
pub(super) fn verify_same(expected: &[Vec<u8>], found: &[Vec<u8>]) -> Result<(), BlockError> {
    for (leaf, record) in expected.iter().enumerate() {
        let found = found.get(leaf).map_or(&[][..], Vec::as_slice);
        if found != record {
            return Err(not_derived(leaf, record, found));
        }
    }
    Ok(())
}

pub(super) fn not_derived(leaf: usize, expected: &[u8], found: &[u8]) -> BlockError {
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
