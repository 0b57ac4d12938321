//! A block that does not follow, gone through all the same: for an audit, which names what is wrong
//! and goes on. Nodes never do that.
//!
//! What the law lets in acts; what it refuses stands in the log and does nothing. Numbers, places and
//! the tree are those of the log as it is.

use std::sync::Arc;

use nemcon_crypto::LeafIndex;
use nemcon_crypto::merkle::leaf_hash;

use super::block::{Block, Proposal};
use super::state::Chain;
use crate::council::{Candidate, Council, Derived, Numbers, Refusal};
use crate::record::{BlockRecord, Boundary, ChainLink, Statement};
use crate::text::Time;

/// A chain within a block that does not follow.
pub(crate) struct Walk {
    next: Chain,
    first: LeafIndex,
    before: Numbers,
}

impl Chain {
    /// Begins to go through a block of this time; returns what that brings about.
    pub(crate) fn walk(&self, time: Time) -> (Walk, Vec<Derived>) {
        let mut next = self.clone();
        let (first, before) = (LeafIndex(self.size().0), self.council.numbers());
        next.council.stand_at(first);
        next.time = time.max(self.time);
        next.roster = Arc::clone(next.council.roster());
        next.roster_digest = next.council.roster_digest();
        let derived = next.council.open(time);
        (Walk { next, first, before }, derived)
    }
}

impl Walk {
    pub(crate) const fn council(&self) -> &Council {
        &self.next.council
    }

    /// How many decisions stand before this block.
    pub(crate) const fn decisions_before(&self) -> u64 {
        self.before.decisions
    }

    /// These statements in the order in which they are looked at.
    pub(crate) fn in_order<'a>(
        &self,
        statements: impl Iterator<Item = &'a Statement>,
    ) -> Vec<&'a Statement> {
        self.next.in_order(statements)
    }

    /// Which of these statements is the next one in the block's order, if any can be.
    pub(crate) fn due(&self, waiting: &[&Statement]) -> Option<usize> {
        self.next.first_ready(waiting)
    }

    /// Lets the statement at this leaf of the block in.
    ///
    /// # Errors
    /// The [`Refusal`]; then nothing has changed.
    pub(crate) fn apply(&mut self, leaf: usize, candidate: &Candidate) -> Result<(), Refusal> {
        self.next.council.stand_at(LeafIndex(self.first.0 + leaf as u64));
        self.next.council.apply_candidate(&mut candidate.clone())
    }

    /// Takes what `link` follows for the last statement in its chain.
    pub(crate) fn believe(&mut self, link: &ChainLink) {
        self.next.council.believe(link);
    }

    /// Takes it that a block ends with this tree.
    pub(crate) fn believe_end(&mut self, boundary: Boundary) {
        self.next.council.bound(boundary);
    }

    /// What the block brings about, of which the first stands at this leaf of it.
    pub(crate) fn close(&mut self, leaf: usize) -> Vec<Derived> {
        self.next.council.stand_at(LeafIndex(self.first.0 + leaf as u64));
        self.next.council.close()
    }

    /// The chain behind the block as it stands in the log, which holds so many measures, incidents and
    /// decisions; and the block record that would follow from the leaves before it.
    pub(crate) fn end(
        self,
        block: &Block,
        said: &Proposal,
        holds: Numbers,
    ) -> (Chain, BlockRecord) {
        let Self { mut next, first, before } = self;
        let (last, leaves) = block.records.split_last().expect("a block has its record");
        for leaf in leaves {
            next.frontier.append(leaf_hash(leaf));
        }
        next.height = next.height.next();
        let record = next.record(said);
        next.previous = leaf_hash(last);
        next.frontier.append(next.previous);
        next.council.stand_at(LeafIndex(first.0 + block.records.len() as u64));
        next.council.number_from(Numbers {
            measures: before.measures + holds.measures,
            incidents: before.incidents + holds.incidents,
            decisions: before.decisions + holds.decisions,
        });
        next.pass_boundary();
        (next, record)
    }
}
