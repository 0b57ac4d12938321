//! A council under trial: whatever is said, and what must hold of it at every step.

use std::collections::BTreeMap;

use nemcon_ledger::council::{Council, Refusal, Status};
use nemcon_ledger::record::{Boundary, Genesis, Outcome, Record, Statement};
use nemcon_ledger::text::{Code, Time};

use super::{Choice, Said, Sight, Speaker, Topic};
use crate::fixture::{Ledger, after_start};

/// How many statements, the last ones, are said again after every block.
const REPLAYED: usize = 24;

/// A ledger to which a speaker speaks.
pub struct Trial {
    /// The speaker that writes the statements.
    pub speaker: Speaker,
    /// The ledger that takes the statements in.
    pub ledger: Ledger,
    /// The council as it would be if all that waits were ordered now.
    ahead: Council,
    waiting: Vec<Statement>,
    /// What the ledger holds of what was said.
    ordered: Vec<Statement>,
    /// How often each kind of statement was let in.
    pub accepted: BTreeMap<&'static str, u64>,
    /// How often each refusal came.
    pub refused: BTreeMap<&'static str, u64>,
    /// How each measure ended.
    ended: BTreeMap<u64, &'static str>,
    /// The next block's time.
    time: Time,
}

impl Trial {
    /// Before the first word.
    pub fn begin(genesis: Genesis, topics: impl IntoIterator<Item = Topic>) -> Self {
        let speaker = Speaker::new(&genesis, 2, topics);
        let ledger = Ledger::found(genesis);
        let time = after_start(core::time::Duration::ZERO);
        let mut ahead = ledger.council().clone();
        ahead.open(time);
        Self {
            speaker,
            ledger,
            ahead,
            waiting: Vec::new(),
            ordered: Vec::new(),
            accepted: BTreeMap::new(),
            refused: BTreeMap::new(),
            ended: BTreeMap::new(),
            time,
        }
    }

    /// Everybody who may ever speak: members, participants, entrants.
    pub fn parties(&self) -> Vec<Code> {
        let genesis = &self.ledger.parties.genesis;
        let members = genesis.roster.members.iter().chain(self.speaker.entrants());
        let participants = genesis.participants.iter().map(|party| party.code.clone());
        let appointees = self.speaker.appointees();
        let others = participants.chain(appointees);
        members.map(|member| member.code.clone()).chain(others).collect()
    }

    /// `by` says something; the council takes it or says why not.
    pub fn say(&mut self, choice: &mut dyn Choice, by: &Code) {
        let chain = &self.ledger.chain;
        let sight = Sight {
            council: &self.ahead,
            last: &|chain| self.ahead.last_statement(chain),
            boundary: Boundary { size: chain.size(), root: chain.root() },
            now: self.time,
        };
        if let Some(Said { statement, .. }) = self.speaker.say(choice, &sight, by) {
            self.submit(statement);
        }
    }

    fn submit(&mut self, statement: Statement) {
        let before = self.ahead.next_leaf().0;
        assert_eq!(Statement::parse(&statement.render()).as_ref(), Ok(&statement));
        let is_replay = self.is_known(&statement);
        match self.ahead.apply(&statement) {
            Ok(()) => {
                assert!(!is_replay, "a statement is accepted once");
                assert_eq!(self.ahead.next_leaf().0, before + 1);
                *self.accepted.entry(statement.body.kind()).or_default() += 1;
                self.waiting.push(statement);
            }
            Err(refusal) => {
                assert_eq!(self.ahead.next_leaf().0, before);
                verify_words(&refusal);
                *self.refused.entry(refusal.code()).or_default() += 1;
            }
        }
    }

    fn is_known(&self, statement: &Statement) -> bool {
        let mut known = self.ordered.iter().chain(&self.waiting);
        known.any(|old| old.text_hash == statement.text_hash)
    }

    /// Orders what waits, `wait_ms` after the block before.
    pub fn block(&mut self, wait_ms: u64) {
        if self.ledger.chain.verify_rules().is_err() {
            // Another release goes on from here.
            return;
        }
        let waiting = core::mem::take(&mut self.waiting);
        self.time = Time::from_ms(self.time.as_ms() + 1 + wait_ms).expect("tests end in this age");
        let block = self.ledger.offer_at(self.time, &waiting);
        for leaf in block.iter().flat_map(|block| &block.records) {
            let record = Record::parse(leaf).expect("what a council orders is a record");
            assert_eq!(record.render(), *leaf);
            self.note(record);
        }
        self.ledger.restore_judge();
        self.ahead = self.ledger.council().clone();
        self.ahead.open(self.time);
        self.verify_statuses();
        // The last ones, one by one, at every moment; all of them when the trial ends.
        self.verify_refused(&self.ordered[self.ordered.len().saturating_sub(REPLAYED)..]);
    }

    /// How many statements the ledger holds.
    pub const fn ordered(&self) -> usize {
        self.ordered.len()
    }

    fn note(&mut self, record: Record) {
        let (measure, how) = match record {
            Record::Statement(statement) => {
                assert!(!self.ordered.iter().any(|old| old.text_hash == statement.text_hash));
                return self.ordered.push(*statement);
            }
            Record::Decision(it) if it.outcome == Outcome::Adopted => (it.measure, "adopted"),
            Record::Decision(it) => (it.measure, "not adopted"),
            Record::Lapse(it) => (it.measure, "lapsed"),
            Record::Block(_) | Record::Genesis(_) => return,
        };
        assert_eq!(self.ended.insert(measure, how), None, "a measure ends once");
    }

    fn verify_statuses(&self) {
        for state in self.ledger.council().measures() {
            let says = match state.status {
                Status::Open | Status::Withdrawn => None,
                Status::Adopted { .. } => Some("adopted"),
                Status::NotAdopted { .. } => Some("not adopted"),
                Status::Lapsed { .. } => Some("lapsed"),
            };
            assert_eq!(self.ended.get(&state.number).copied(), says);
            assert_eq!(state.ended.is_some(), state.status != Status::Open);
        }
    }

    /// Everything that was ever accepted is refused now.
    pub fn verify_no_replay(&self) {
        self.verify_refused(&self.ordered);
    }

    fn verify_refused(&self, ordered: &[Statement]) {
        let mut council = self.ahead.clone();
        for old in ordered {
            let kind = old.body.kind();
            let refusal = council.apply(old).expect_err(kind);
            verify_words(&refusal);
        }
    }
}

/// A refusal says what, by which law, and what to do.
fn verify_words(refusal: &Refusal) {
    assert!(!refusal.to_string().is_empty() && !refusal.code().is_empty());
    assert!(!refusal.law().way_out.is_empty());
}
