//! What an audit has checked and what came of it.

use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex, TreeSize};

use super::faults::Fault;
use super::folder::Strays;
use crate::Height;
use crate::chain::Chain;
use crate::council::Status;
use crate::record::Succession;
use crate::rosters::Rosters;
use crate::text::{Code, Line, Time};

/// How much was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files read.
    pub files: usize,
    /// Members of the council, as the roster stands that seals the checkpoint.
    pub members: usize,
    /// Signatures under the genesis.
    pub founding_signatures: usize,
    /// Records replayed, the genesis among them.
    pub records: u64,
    /// Blocks replayed.
    pub blocks: u64,
    /// Statements among the records.
    pub statements: u64,
    /// Officers' signatures on them.
    pub officer_signatures: u64,
    /// Decisions derived again.
    pub decisions: u64,
    /// Hash tiles compared.
    pub hash_tiles: usize,
    /// Seals on the checkpoint.
    pub seals: usize,
}

/// A decision as the audit derived it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionReport {
    /// The measure's number.
    pub measure: u64,
    /// Its title.
    pub title: Line,
    /// Whether it is adopted.
    pub adopted: bool,
    /// Where the decision stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub decided: Option<Time>,
    /// Whether every entitled member that is still in the roster has sealed a checkpoint above it.
    pub is_final: bool,
}

/// A statement of a party about itself: its keys, its seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeReport {
    /// `freeze`, `keys`, `rotation`, `notice`, `entry`.
    pub kind: &'static str,
    /// Whose.
    pub by: Code,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
}

/// Where a measure stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureReport {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: Line,
    /// Where it stands.
    pub status: Status,
    /// Whose ballots are missing.
    pub missing: Vec<Code>,
}

/// The whole result.
#[derive(Debug, Default)]
pub struct Report {
    /// The council, once its genesis was verified.
    pub council: Option<Digest>,
    /// Its name.
    pub name: String,
    /// The founding members, in roster order.
    pub founders: Vec<Code>,
    /// The ledger that the council says it goes on from: [`verify_link`](super::verify_link).
    pub succeeds: Option<Succession>,
    /// Whether that was checked, with that ledger at hand.
    pub is_linked: bool,
    /// The checkpoint's size.
    pub size: TreeSize,
    /// The checkpoint's root.
    pub root: Option<Digest>,
    /// The root at the size that the caller asked about; see [`audit_at`](super::audit_at).
    pub watched: Option<Digest>,
    /// The last block, at whose end the checkpoint stands.
    pub height: Height,
    /// Its time: nothing later is in an export of this size.
    pub time: Option<Time>,
    /// The members as they stand at that size, in roster order.
    pub members: Vec<Code>,
    /// Who has sealed it.
    pub sealed_by: Vec<Code>,
    /// How much was checked.
    pub counts: Counts,
    /// The decisions.
    pub decisions: Vec<DecisionReport>,
    /// All measures.
    pub measures: Vec<MeasureReport>,
    /// What parties have said about their own keys and seats, as it stands in the log.
    pub changes: Vec<ChangeReport>,
    /// Which roster decided which block.
    pub rosters: Option<Arc<Rosters>>,
    /// Files that lie in the export and were not looked at.
    pub strays: Strays,
    /// What is wrong; empty if the export is verified.
    pub faults: Vec<Fault>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_verified(&self) -> bool {
        self.faults.is_empty()
    }

    /// Reads decisions and measures off the state that the replay ended in. Whoever was entitled
    /// and has left since owes no seal (R14).
    pub(super) fn conclude(&mut self, chain: &Chain) {
        self.rosters = Some(Arc::clone(chain.rosters()));
        self.height = chain.height();
        self.time = (chain.height() > Height(0)).then(|| chain.time());
        let members = &chain.council().roster().members;
        self.members = members.iter().map(|it| it.code.clone()).collect();
        let roster = chain.sealing_roster();
        for state in chain.council().measures() {
            let title = state.measure.title.clone();
            let mut owed =
                state.frozen.entitled.iter().filter(|e| roster.member(&e.code).is_some());
            let sealed = owed.all(|e| self.sealed_by.contains(&e.code));
            if let Status::Adopted { decision } | Status::NotAdopted { decision } = state.status {
                self.decisions.push(DecisionReport {
                    measure: state.number,
                    title: title.clone(),
                    adopted: matches!(state.status, Status::Adopted { .. }),
                    leaf: decision,
                    decided: state.ended,
                    is_final: sealed && self.is_verified(),
                });
            }
            self.measures.push(MeasureReport {
                number: state.number,
                title,
                status: state.status,
                missing: state.missing(),
            });
        }
        self.decisions.sort_by_key(|decision| decision.leaf);
    }
}
