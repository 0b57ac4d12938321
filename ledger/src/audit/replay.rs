//! Every block again, by the council's law.

use nemcon_crypto::{LeafIndex, TreeSize};

use super::faults::{Fault, Place};
use super::report::{ChangeReport, Report};
use crate::chain::{BLOCK_BYTES_MAX, Block, BlockError, Chain};
use crate::record::genesis::Genesis;
use crate::record::{Body, ChainKey, Record};

/// A replay under way. It holds the council and the block that is not ended yet, never the log.
pub(super) struct Replay {
    chain: Chain,
    /// Leaf 0.
    founding: Vec<u8>,
    records: u64,
    block: Block,
    block_bytes: usize,
    is_broken: bool,
}

impl Replay {
    pub(super) fn new(genesis: &Genesis) -> Self {
        Self {
            chain: Chain::found(genesis.clone()),
            founding: genesis.render().into_bytes(),
            records: 0,
            block: Block { records: Vec::new() },
            block_bytes: 0,
            is_broken: false,
        }
    }

    /// The next record of the log; behind a fault none is judged.
    pub(super) fn push(&mut self, record: Vec<u8>, report: &mut Report) {
        self.records += 1;
        if self.is_broken {
            return;
        }
        if self.records == 1 {
            if record == self.founding {
                report.counts.records = 1;
            } else {
                self.fail(Fault::LeafZero, report);
            }
            return;
        }
        self.block_bytes += record.len();
        self.block.records.push(record);
        // A block too large is one that does not end in time: no more of it is held.
        if self.block.is_ended() || self.block_bytes > BLOCK_BYTES_MAX {
            self.follow(report);
        }
    }

    fn follow(&mut self, report: &mut Report) {
        let block = Block { records: core::mem::take(&mut self.block.records) };
        self.block_bytes = 0;
        match self.chain.apply(&block) {
            Ok(next) => {
                count(&block, self.chain.size(), report);
                self.chain = next;
            }
            Err(error) => {
                let leaf = LeafIndex(self.chain.size().0 + leaf_of(&error, &block) as u64);
                let place = Place { leaf, height: self.chain.height().next() };
                self.fail(Fault::Block { place, error }, report);
            }
        }
    }

    /// The chain after the last block that follows, and whether the whole log does.
    pub(super) fn finish(mut self, report: &mut Report) -> (Chain, bool) {
        if self.records == 0 {
            self.fail(Fault::LeafZero, report);
        } else if !self.block.records.is_empty() {
            let leaf = LeafIndex(self.records - 1);
            self.fail(Fault::OpenEnd { leaf }, report);
        }
        (self.chain, !self.is_broken)
    }

    fn fail(&mut self, fault: Fault, report: &mut Report) {
        report.faults.push(fault);
        self.is_broken = true;
    }
}

/// Counts the records of a block that follows a log of this size.
fn count(block: &Block, size: TreeSize, report: &mut Report) {
    let counts = &mut report.counts;
    counts.blocks += 1;
    counts.records += block.records.len() as u64;
    for (leaf, record) in (size.0..).map(LeafIndex).zip(&block.records) {
        match Record::parse(record) {
            Ok(Record::Statement(statement)) => {
                counts.statements += 1;
                counts.officer_signatures += statement.note.signatures().len() as u64;
                report.changes.extend(change(&statement.body, leaf));
            }
            Ok(Record::Decision(_)) => counts.decisions += 1,
            _ => {}
        }
    }
}

/// What a party says about itself, if that is what it says.
fn change(body: &Body, leaf: LeafIndex) -> Option<ChangeReport> {
    match body.link()?.chain {
        ChainKey::Own(by) | ChainKey::Keys(by) => {
            Some(ChangeReport { kind: body.kind(), by, leaf })
        }
        ChainKey::Measure(..) | ChainKey::Incident(..) => None,
    }
}

/// Which of the block's leaves an error speaks of; the block record if none.
fn leaf_of(error: &BlockError, block: &Block) -> usize {
    match error {
        BlockError::Record { leaf, .. }
        | BlockError::Misplaced { leaf }
        | BlockError::Refused { leaf, .. }
        | BlockError::Order { leaf }
        | BlockError::NotDerived { leaf, .. } => *leaf,
        BlockError::NoBlockRecord
        | BlockError::TooLarge
        | BlockError::Empty
        | BlockError::Rules(_)
        | BlockError::Time { .. } => block.records.len() - 1,
    }
}
