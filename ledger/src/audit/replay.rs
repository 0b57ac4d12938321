//! Replays every block by the council's law.
//!
//! What it guarantees: a block counts as right only if the chain that nodes use derives the same bytes.
//! What it does not: the replay never holds the log, only the state and one block.

use nemcon_crypto::LeafIndex;

use super::examine::{Examined, examine};
use super::faults::{Fault, Place, Wrong};
use super::kept::Reasons;
use super::proving::{Finds, Looked, What};
use super::report::{ChangeReport, Report};
use super::taint::Taints;
use super::unjudged::Rest;
use crate::chain::{BLOCK_BYTES_MAX, Block, BlockError, Chain};
use crate::council::{Council, Derived};
use crate::record::genesis::Genesis;
use crate::record::{Body, ChainKey, Record, Statement};

/// How many measures, parties and chains may be unknown before an audit ends: behind so many, nobody
/// asks what else is wrong.
const UNKNOWN_MAX: usize = 100_000;

/// What each record of a block counts for at least. Every record that the law lets in is longer, by its
/// first line and its council's digest; what is shorter is held in memory all the same.
const RECORD_BYTES_MIN: usize = 80;

/// A replay under way. It holds the council and the block that is not ended yet, never the log.
pub(super) struct Replay {
    chain: Chain,
    /// The text of the genesis, which is leaf 0.
    founding: Vec<u8>,
    records: u64,
    block: Block,
    block_bytes: usize,
    /// What was found of the records of the block.
    finds: Finds,
    taints: Taints,
    reasons: Reasons,
    is_roster_known: bool,
    is_stopped: bool,
}

/// What a replay comes to.
pub(super) struct Replayed {
    /// The chain behind the last block that was judged.
    pub(super) chain: Chain,
    /// What is not known of it.
    pub(super) taints: Taints,
    pub(super) reasons: Reasons,
    /// Whether the roster that seals the log's end is known.
    pub(super) is_roster_known: bool,
}

impl Replay {
    pub(super) fn new(genesis: &Genesis) -> Self {
        Self {
            chain: Chain::found(genesis.clone()),
            founding: genesis.render().into_bytes(),
            records: 0,
            block: Block { records: Vec::new() },
            block_bytes: 0,
            finds: Finds::default(),
            taints: Taints::default(),
            reasons: Reasons::new(),
            is_roster_known: true,
            is_stopped: false,
        }
    }

    /// A replay that goes on behind the last block of `chain`, in which measures have ended for these reasons.
    pub(super) fn resume(genesis: &Genesis, chain: Chain, reasons: Reasons) -> Self {
        let records = chain.size().0;
        Self { chain, records, reasons, ..Self::new(genesis) }
    }

    /// The next record of the log, and what was found of it.
    pub(super) fn push(&mut self, record: Vec<u8>, looked: Looked, report: &mut Report) {
        self.records += 1;
        if self.is_stopped {
            return;
        }
        if self.records == 1 {
            report.counts.records = 1;
            if record != self.founding {
                let zero = LeafIndex(0);
                report.fault(Fault::new(
                    Place { record: Some(zero), ..Place::default() },
                    Wrong::RecordZero,
                ));
                self.taints.spoil_tree(zero);
            }
            return;
        }
        self.block_bytes += record.len().max(RECORD_BYTES_MIN);
        self.finds.0.push(looked);
        self.block.records.push(record);
        if self.block_bytes > BLOCK_BYTES_MAX {
            // The block's end is out of reach: the audit holds no more of it and judges nothing
            // behind it.
            self.stop(Wrong::BlockTooLarge, self.records - 1, report);
        } else if self.block.is_ended() {
            self.follow(report);
        }
    }

    fn follow(&mut self, report: &mut Report) {
        let block = Block { records: core::mem::take(&mut self.block.records) };
        let mut finds = core::mem::take(&mut self.finds);
        self.block_bytes = 0;
        report.counts.blocks += 1;
        report.counts.records += block.records.len() as u64;
        match self.chain.apply_with(&block, &mut finds) {
            Ok(next) => {
                self.count(&block, &finds, report);
                self.chain = next;
                self.is_roster_known = true;
            }
            Err(BlockError::Rules(rules)) => {
                self.stop(Wrong::Rules(rules), self.chain.size().0, report);
            }
            Err(_) => self.examine(&block, &finds, report),
        }
    }

    fn examine(&mut self, block: &Block, finds: &Finds, report: &mut Report) {
        let Examined { chain, findings, let_in, ended, decisions, is_roster_known } =
            examine(&self.chain, block, finds, &mut self.taints);
        for (leaf, statement) in &let_in {
            count_statement(statement, *leaf, report);
        }
        report.counts.decisions += decisions;
        self.reasons.extend(ended);
        for finding in findings {
            match finding.because {
                None => report.fault(Fault::new(finding.place, finding.wrong)),
                Some(because) => report.unjudged.follow(because, &finding.wrong, &finding.place),
            }
        }
        self.chain = chain;
        self.is_roster_known = is_roster_known;
        if self.taints.size() > UNKNOWN_MAX {
            self.is_stopped = true;
            report.unjudged.rest = Some(Rest::new(self.chain.size(), "too many faults before it"));
        }
    }

    /// Ends the judging at a record: nobody knows what follows it.
    fn stop(&mut self, wrong: Wrong, leaf: u64, report: &mut Report) {
        let place = Place::of_record(LeafIndex(leaf), self.chain.height().next());
        let why = wrong.rule().name;
        report.fault(Fault::new(place, wrong));
        report.unjudged.rest = Some(Rest::new(self.chain.size(), why));
        self.is_stopped = true;
        self.block.records.clear();
        self.finds = Finds::default();
    }

    /// The council by whose keys records to come are looked at; none if they are not judged.
    pub(super) fn council(&self) -> Option<&Council> {
        Some(self.chain.council()).filter(|_| !self.is_stopped)
    }

    /// The end of the log. `is_whole` tells whether all of it could be read.
    pub(super) fn finish(mut self, is_whole: bool, report: &mut Report) -> Replayed {
        if self.records == 0 && is_whole {
            let place = Place { record: Some(LeafIndex(0)), ..Place::default() };
            report.fault(Fault::new(place, Wrong::RecordZero));
        } else if !self.block.records.is_empty() && is_whole {
            let open = self.block.records.len() as u64;
            let place = Place::of_record(LeafIndex(self.records - 1), self.chain.height().next());
            report.fault(Fault::new(place, Wrong::OpenEnd));
            report.counts.records += open;
            report.unjudged.rest = Some(Rest::new(self.chain.size(), "log-open-end"));
            self.is_stopped = true;
        }
        let is_roster_known = self.is_roster_known && is_whole && !self.is_stopped;
        let Self { chain, taints, reasons, .. } = self;
        Replayed { chain, taints, reasons, is_roster_known }
    }

    /// Counts the records of a block that follows.
    fn count(&mut self, block: &Block, finds: &Finds, report: &mut Report) {
        let leaves = (self.chain.size().0..).map(LeafIndex);
        for ((record, looked), leaf) in block.records.iter().zip(&finds.0).zip(leaves) {
            match looked.what() {
                What::Proven(candidate) => count_statement(candidate.statement(), leaf, report),
                What::Derived(derived) => {
                    report.counts.decisions += u64::from(matches!(**derived, Derived::Decision(_)));
                    self.reasons.extend([derived.ending()]);
                }
                What::Unread => match Record::parse(record) {
                    Ok(Record::Statement(statement)) => count_statement(&statement, leaf, report),
                    Ok(
                        Record::Genesis(_)
                        | Record::Block(_)
                        | Record::Decision(_)
                        | Record::Lapse(_),
                    )
                    | Err(_) => {}
                },
            }
        }
    }
}

fn count_statement(statement: &Statement, leaf: LeafIndex, report: &mut Report) {
    report.counts.statements += 1;
    report.counts.officer_signatures += statement.note.signatures().len() as u64;
    report.changes.extend(change(&statement.body, leaf));
}

/// The statement as a change of its own party, if it is one.
fn change(body: &Body, leaf: LeafIndex) -> Option<ChangeReport> {
    match body.link()?.chain {
        ChainKey::Own(by) | ChainKey::Keys(by) => {
            Some(ChangeReport { kind: body.kind(), by, leaf })
        }
        ChainKey::Measure(..) | ChainKey::Incident(..) => None,
    }
}
