//! Every block again, by the council's law.

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::{LeafIndex, TreeSize};

use super::faults::{Fault, Place};
use super::report::{ChangeReport, Report};
use crate::chain::{Block, BlockError, Chain, blocks_of};
use crate::record::genesis::Genesis;
use crate::record::{Body, ChainKey, Record};

/// Replays `records` from the genesis on; `None`, with the fault in the report, if they do not follow.
pub(super) fn replay(
    genesis: &Genesis,
    records: &[Vec<u8>],
    checkpoint: &Checkpoint,
    report: &mut Report,
) -> Option<Chain> {
    let wanted = genesis.checkpoint_origin();
    if checkpoint.origin() != wanted {
        report.faults.push(Fault::Origin { found: checkpoint.origin().to_owned(), wanted });
    }
    if records.first().map(Vec::as_slice) != Some(genesis.render().as_bytes()) {
        report.faults.push(Fault::LeafZero);
        return None;
    }
    report.counts.records = 1;
    let mut chain = Chain::found(genesis.clone());
    for block in blocks_of(&records[1..]) {
        if !block.is_ended() {
            let leaf = LeafIndex(records.len() as u64 - 1);
            report.faults.push(Fault::OpenEnd { leaf });
            return None;
        }
        chain = follow(&chain, &block, report)?;
    }
    Some(chain)
}

fn follow(chain: &Chain, block: &Block, report: &mut Report) -> Option<Chain> {
    match chain.apply(block) {
        Ok(next) => {
            count(block, chain.size(), report);
            Some(next)
        }
        Err(error) => {
            let leaf = LeafIndex(chain.size().0 + leaf_of(&error, block) as u64);
            let place = Place { leaf, height: chain.height().next() };
            report.faults.push(Fault::Block { place, error });
            None
        }
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
