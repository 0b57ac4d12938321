//! The result of an audit: how much was checked, what follows from it, what is wrong.

use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex, PublicKey, TreeSize};

use super::faults::{Fault, Wrong};
use super::heirs::Heir;
use super::kept::Kept;
use super::remarks::Remark;
use super::source::{FileError, Strays};
use super::unjudged::Unjudged;
use crate::Height;
use crate::council::{Council, Status, Tally};
use crate::record::{Outcome, Position, Roster, Succession};
use crate::rosters::Rosters;
use crate::text::{Code, Label, Line, Time};

/// How many faults are named if the caller asks for no other number; those beyond are counted.
pub const FAULTS_NAMED_MAX: usize = 100;

/// How much was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files read.
    pub files: usize,
    /// Members of the council, as the roster stands that seals the checkpoint.
    pub members: usize,
    /// Signatures of founding officers under the genesis.
    pub founding_signatures: usize,
    /// Records gone through, the genesis among them.
    pub records: u64,
    /// Blocks gone through.
    pub blocks: u64,
    /// Statements that the law lets in.
    pub statements: u64,
    /// Officers' signatures on them.
    pub officer_signatures: u64,
    /// Decisions that are what the law derives.
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
    /// The party that made the statement.
    pub by: Code,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
}

/// A ballot that another member has cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateReport {
    /// The member whose ballot it is.
    pub code: Code,
    /// Who cast it.
    pub holder: Code,
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
    /// The ballots, counted.
    pub tally: Tally,
    /// Why it ended as it did, where the law says why.
    pub reason: Option<String>,
    /// Ballots that others have cast under a mandate.
    pub mandates: Vec<MandateReport>,
    /// The refused record because of which it is not judged.
    pub unjudged: Option<LeafIndex>,
}

/// From where on the records were checked: those before them an earlier audit has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// How many records the earlier audit has verified. The log goes on from them.
    pub size: TreeSize,
    /// Their root.
    pub root: Digest,
    /// Why they were checked again all the same, if they were.
    pub again: Option<String>,
}

/// What a public export shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// How many records it gives, the genesis among them.
    pub records: u64,
    /// How many it withholds.
    pub withheld: u64,
    /// What was decided, by the decisions that it gives.
    pub decided: Vec<DecidedAct>,
    /// Of how many of the statements that it gives the signatures were not verified, because it is not known
    /// who signed for the parties then.
    pub unverified: u64,
}

/// A measure that a public export shows to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedAct {
    /// The measure's number.
    pub measure: u64,
    /// Whether it was adopted.
    pub outcome: Outcome,
    /// Its title.
    pub title: Line,
    /// Its kind, if its text is shown.
    pub kind: Option<Label>,
    /// The rule that decided it.
    pub rule: Label,
    /// The hash of its text.
    pub text: Digest,
    /// Where its decision stands in the log.
    pub leaf: LeafIndex,
    /// Who voted how, if all of that is shown and is what the decision counted.
    pub votes: Option<VotesShown>,
    /// What is shown to have become of it later.
    pub later: Vec<Later>,
}

/// Votes that were compared with their decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VotesShown {
    /// How they add up.
    pub reason: Line,
    /// The members that were entitled, in roster order, and what each ballot said.
    pub ballots: Vec<(Code, Position)>,
}

/// What became of an adopted measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// In words: `annulled`, `repealed by measure 7`.
    pub what: String,
    /// The record that says so.
    pub leaf: LeafIndex,
}

/// The whole result.
#[derive(Debug, Default)]
pub struct Report {
    /// The council, once its genesis was found.
    pub council: Option<Digest>,
    /// Its name.
    pub name: String,
    /// The founding members, in roster order.
    pub founders: Vec<Code>,
    /// The ledger that the council says it goes on from: [`verify_link`](super::verify_link).
    pub succeeds: Option<Succession>,
    /// Which founding officers' keys have signed the genesis, and for whom.
    pub founded_with: Vec<(Code, PublicKey)>,
    /// The founding members with the keys that they brought from that ledger, once the link was
    /// checked.
    pub heirs: Option<Vec<Heir>>,
    /// The checkpoint's size.
    pub size: TreeSize,
    /// The checkpoint's root.
    pub root: Option<Digest>,
    /// The earlier audit from which this one goes on.
    pub since: Option<Since>,
    /// What the next audit can go on from, if the caller asked for it and nothing is wrong.
    pub kept: Option<Box<Kept>>,
    /// The root at the size that the caller asked about.
    pub watched: Option<Digest>,
    /// The last block, at whose end the checkpoint stands.
    pub height: Height,
    /// Its time: nothing later is in an export of this size.
    pub time: Option<Time>,
    /// The members as they stand at that size, in roster order.
    pub members: Vec<Code>,
    /// The same with their keys.
    pub roster: Option<Arc<Roster>>,
    /// Who has sealed it.
    pub sealed_by: Vec<Code>,
    /// When, in seconds since the Unix epoch, by each one's own word.
    pub seal_times: Vec<(Code, u64)>,
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
    /// What a public export shows; none if the export is a whole one.
    pub shown: Option<Shown>,
    /// The council behind the last block that was judged, unless the export is a public one.
    pub state: Option<Council>,
    /// Files that lie in the export and were not looked at.
    pub strays: Strays,
    /// What is odd and breaks no rule.
    pub remarks: Vec<Remark>,
    /// How many faults are named; if `None`, [`FAULTS_NAMED_MAX`].
    pub faults_named_max: Option<usize>,
    /// What is wrong, as far as it is named; empty if the export is verified.
    pub faults: Vec<Fault>,
    /// How much is wrong.
    pub fault_count: u64,
    /// What could not be judged because of it.
    pub unjudged: Unjudged,
}

impl MeasureReport {
    /// Whether anybody's ballot stands.
    pub fn has_ballots(&self) -> bool {
        let Tally { in_favour, abstained, qualified, against, .. } = &self.tally;
        [in_favour, abstained, qualified].into_iter().any(|count| *count > 0) || !against.is_empty()
    }
}

impl Report {
    /// Whether nothing is wrong, and nothing was withheld.
    pub const fn is_verified(&self) -> bool {
        self.fault_count == 0 && self.shown.is_none()
    }

    /// Whether a public export is verified as far as it is public: nothing is wrong, and all seals were
    /// judged.
    pub const fn is_verified_in_public(&self) -> bool {
        self.fault_count == 0 && self.shown.is_some() && self.unjudged.seals.is_none()
    }

    /// Why the audit could not be made, where that is all that is wrong: this machine does not let
    /// files be read.
    pub fn obstacle(&self) -> Option<&Fault> {
        let is_unreadable =
            |fault: &&Fault| matches!(fault.wrong, Wrong::File(FileError::Unreadable(_)));
        let all = self.faults.iter().filter(is_unreadable).count() as u64 == self.fault_count;
        self.faults.first().filter(|_| all)
    }

    /// Notes that something is wrong.
    pub fn fault(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < self.faults_named_max.unwrap_or(FAULTS_NAMED_MAX) {
            self.faults.push(fault);
        }
    }
}
