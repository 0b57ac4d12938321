//! What a node's log says, read as far as all members have sealed it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use nemcon_crypto::Digest;
use nemcon_ledger::record::{Body, Record};

use super::wire::Wire;
use crate::crash::Failed;

/// The most leaves that one answer has.
const LEAVES_PER_ANSWER: u64 = 512;

/// A block as its record tells it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) time_ms: u64,
    pub(super) round: u32,
    pub(super) records: u64,
}

/// The log of a node, as far as it was read.
pub(super) struct Log {
    wire: Wire,
    next: u64,
    in_block: u64,
    pub(super) blocks: Vec<Seen>,
    /// The numbers of measures by their text hashes: they are numbered in the order of the log.
    pub(super) measures: BTreeMap<Digest, u64>,
    pub(super) ballots: u64,
    pub(super) decisions: u64,
}

impl Log {
    /// The log behind this connection, read from its beginning.
    pub(super) const fn of(wire: Wire) -> Self {
        Self {
            wire,
            next: 1,
            in_block: 0,
            blocks: Vec::new(),
            measures: BTreeMap::new(),
            ballots: 0,
            decisions: 0,
        }
    }

    /// Reads what all members have sealed by now.
    pub(super) fn read_sealed(&mut self) -> Result<(), Failed> {
        let size = self.wire.checkpoint()?.size;
        while self.next < size {
            let wanted = LEAVES_PER_ANSWER.min(size - self.next);
            let records = self.wire.records(self.next, wanted)?.records;
            if records.is_empty() {
                return Err(Failed(format!("the node has no leaf {} of {size}", self.next)));
            }
            self.next += records.len() as u64;
            records.iter().try_for_each(|record| self.take(record.as_bytes()))?;
        }
        Ok(())
    }

    /// Reads until `is_there` holds, at most as long as `patience`.
    pub(super) fn read_until(
        &mut self,
        patience: Duration,
        pause: Duration,
        is_there: impl Fn(&Self) -> bool,
    ) -> Result<(), Failed> {
        let deadline = Instant::now() + patience;
        loop {
            self.read_sealed()?;
            if is_there(self) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let (blocks, ballots) = (self.blocks.len(), self.ballots);
                return Err(Failed(format!(
                    "not there after {} s: {blocks} sealed blocks with {ballots} ballots, {} decisions",
                    patience.as_secs(),
                    self.decisions
                )));
            }
            std::thread::sleep(pause);
        }
    }

    /// The height up to which the log was read.
    pub(super) const fn height(&self) -> u64 {
        self.blocks.len() as u64
    }

    fn take(&mut self, record: &[u8]) -> Result<(), Failed> {
        self.in_block += 1;
        match Record::parse(record).map_err(|error| Failed(error.to_string()))? {
            Record::Statement(statement) => {
                self.ballots += u64::from(matches!(statement.body, Body::Ballot(_)));
                if matches!(statement.body, Body::Measure(_)) {
                    let number = self.measures.len() as u64 + 1;
                    self.measures.insert(statement.text_hash, number);
                }
            }
            Record::Decision(_) => self.decisions += 1,
            Record::Block(block) => {
                let records = core::mem::take(&mut self.in_block);
                let time_ms = block.time.as_ms();
                self.blocks.push(Seen { time_ms, round: block.round, records });
            }
            Record::Genesis(_) | Record::Lapse(_) => {}
        }
        Ok(())
    }
}
