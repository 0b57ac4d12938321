//! The hashes of a chain without its law: that each block names the one before, and the tree of all leaves.
//!
//! What it guarantees: two chains of blocks with one height and one last block id have the same bytes.
//! What it does not: whether a block is lawful.

use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_crypto::{Digest, TreeSize};

use super::state::Chain;
use crate::Height;
use crate::record::{Genesis, Record};
use crate::text::Time;

/// How far a log goes, and the hashes that bind its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashChain {
    frontier: Frontier,
    height: Height,
    previous: Digest,
    time: Time,
    roster: Digest,
}

/// A block does not name the block before it, or the tree of the leaves before its block record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the block's record does not name the block and the tree before it")]
pub struct Unbound;

impl HashChain {
    /// Before block 1, with the genesis as leaf 0.
    pub fn found(genesis: &Genesis) -> Self {
        let mut frontier = Frontier::new();
        frontier.append(leaf_hash(genesis.render().as_bytes()));
        Self {
            frontier,
            height: Height(0),
            previous: genesis.digest(),
            time: Time::default(),
            roster: genesis.roster.digest(),
        }
    }

    /// Goes on to the next block, of which these are all leaves.
    ///
    /// # Errors
    /// [`Unbound`]; then this is of no use any more.
    pub fn follow(&mut self, records: &[Vec<u8>]) -> Result<(), Unbound> {
        let (last, leaves) = records.split_last().ok_or(Unbound)?;
        let Ok(Record::Block(record)) = Record::parse(last) else { return Err(Unbound) };
        for leaf in leaves {
            self.frontier.append(leaf_hash(leaf));
        }
        let is_bound = (record.height, record.previous) == (self.height.next(), self.previous)
            && (record.size, record.root) == (self.frontier.size(), self.frontier.root());
        (self.height, self.time, self.roster) = (record.height, record.time, record.roster);
        self.previous = leaf_hash(last);
        self.frontier.append(self.previous);
        if is_bound { Ok(()) } else { Err(Unbound) }
    }

    /// The height of the last block.
    pub const fn height(&self) -> Height {
        self.height
    }

    /// The id of the last block; the council digest before block 1.
    pub const fn previous(&self) -> Digest {
        self.previous
    }

    /// The time of the last block; the beginning of 1970 before block 1.
    pub const fn time(&self) -> Time {
        self.time
    }

    /// The log's size.
    pub const fn size(&self) -> TreeSize {
        self.frontier.size()
    }

    /// The log's root.
    pub fn root(&self) -> Digest {
        self.frontier.root()
    }

    /// The digest of the roster that decided the last block, as the block says; the founding one before
    /// block 1.
    pub const fn roster(&self) -> Digest {
        self.roster
    }

    /// Whether `chain` stands at this very end, with the same leaves, at the same time.
    pub fn is_end_of(&self, chain: &Chain) -> bool {
        (self.height, self.previous, self.time, &self.frontier)
            == (chain.height(), chain.previous(), chain.time(), &chain.frontier)
    }
}
