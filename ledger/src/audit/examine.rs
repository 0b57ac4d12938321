//! Examines a block that does not follow from the chain, record by record.
//!
//! What it guarantees: everything wrong in the block is named, and the audit goes on behind the
//! block. What it does not: what may follow from an earlier refused record is not called a fault of
//! its own.

use std::sync::Arc;

use nemcon_crypto::LeafIndex;

mod ending;
mod header;

use super::faults::{Place, Wrong};
use super::proving::{Finds, Looked, What};
use super::sketch::Sketch;
use super::taint::{Subjects, Taints};
use crate::Height;
use crate::chain::{Block, Chain, Proposal, Walk};
use crate::council::{Candidate, Council, Derived, Numbers, Refusal};
use crate::record::{Body, ChainLink, Entry, Record, RecordError, Statement};
use crate::text::{Code, Line, Time};

/// What was found at a record.
pub(super) struct Finding {
    pub(super) place: Place,
    pub(super) wrong: Wrong,
    /// The earlier refused record from which it may follow; `None` if it is a fault of its own.
    pub(super) because: Option<LeafIndex>,
}

/// How a block fared.
pub(super) struct Examined {
    /// The chain behind it.
    pub(super) chain: Chain,
    pub(super) findings: Vec<Finding>,
    /// The statements that the law let in, and how many decisions are what it derives.
    pub(super) let_in: Vec<(LeafIndex, Arc<Statement>)>,
    pub(super) decisions: u64,
    /// The measures that the law ends, and why.
    pub(super) ended: Vec<(u64, Line)>,
    /// Whether the block record names the roster that the audit has.
    pub(super) is_roster_known: bool,
}

/// A leaf, or why it is none.
enum Leaf {
    Statement(Candidate),
    Derived(Box<Derived>),
    Other(&'static str),
    Broken(Box<RecordError>),
}

/// What became of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    In,
    Out,
    /// Refused, because its text stands in the log already.
    Copy,
}

struct Examiner<'a> {
    taints: &'a mut Taints,
    first: u64,
    height: Height,
    /// Whether the block names the block record before it as it stands.
    is_linked: bool,
    findings: Vec<Finding>,
    let_in: Vec<(LeafIndex, Arc<Statement>)>,
    decisions: u64,
}

/// Goes through a block, whose last record begins as a block record does.
pub(super) fn examine(
    chain: &Chain,
    block: &Block,
    finds: &Finds,
    taints: &mut Taints,
) -> Examined {
    let (first, height) = (chain.size().0, chain.height().next());
    let mut examiner = Examiner {
        taints,
        first,
        height,
        is_linked: false,
        findings: Vec::new(),
        let_in: Vec::new(),
        decisions: 0,
    };
    examiner.go_through(chain, block, finds)
}

fn read(bytes: &[u8], looked: &Looked) -> Leaf {
    match looked.what() {
        What::Proven(candidate) => return Leaf::Statement(candidate.clone()),
        What::Derived(derived) => return Leaf::Derived(derived.clone()),
        What::Unread => {}
    }
    match Record::parse(bytes) {
        Ok(Record::Statement(statement)) => Leaf::Statement(Candidate::from(*statement)),
        Ok(Record::Decision(decision)) => Leaf::Derived(Box::new(Derived::Decision(decision))),
        Ok(Record::Lapse(lapse)) => Leaf::Derived(Box::new(Derived::Lapse(lapse))),
        Ok(record) => Leaf::Other(record.kind()),
        Err(error) => Leaf::Broken(Box::new(error)),
    }
}

/// The time of a block record that does not parse, if a line of it is one.
fn time_in(bytes: &[u8]) -> Option<Time> {
    let text = core::str::from_utf8(bytes).ok()?;
    text.lines().find_map(|line| line.strip_prefix("time ")?.parse().ok())
}

impl Examiner<'_> {
    fn go_through(&mut self, chain: &Chain, block: &Block, finds: &Finds) -> Examined {
        let (last, leaves) = block.records.split_last().expect("a block has its record");
        let read = |(leaf, looked): (&Vec<u8>, &Looked)| read(leaf, looked);
        let leaves: Vec<Leaf> = leaves.iter().zip(&finds.0).map(read).collect();
        let header = Record::parse(last);
        let said = if let Ok(Record::Block(record)) = &header {
            Proposal { time: record.time, round: record.round }
        } else {
            self.proposal_of(chain, block, last)
        };
        if let Ok(Record::Block(found)) = &header {
            self.is_linked = found.previous == chain.previous();
            self.height(leaves.len(), found);
        }
        if said.time <= chain.time() {
            let (time, parent) = (said.time, chain.time());
            let because = self.taints.of_all();
            self.find(leaves.len(), Wrong::BlockTime { time, parent }, because);
        }
        let (mut walk, mut law) = chain.walk(said.time);
        let due = law.len();
        let numbers = self.statements(chain, &mut walk, block, &leaves);
        let trailing = leaves.iter().rposition(|leaf| !matches!(leaf, Leaf::Derived(_)));
        law.extend(walk.close(trailing.map_or(due, |at| at + 1)));
        self.endings(&walk, &leaves, &law, due);
        if law.is_empty() && leaves.is_empty() && !walk.council().has_acted() {
            self.find(0, Wrong::BlockEmpty, self.taints.of_all());
            // What it held was taken out.
            self.taints.spoil_everything(self.leaf(0));
        }
        let (next, expected) = walk.end(block, &said, numbers);
        let is_roster_known = match header {
            Ok(Record::Block(found)) => self.header(leaves.len(), &found, &expected),
            Ok(_) => false,
            Err(error) => {
                let error = Box::new(error);
                self.find(leaves.len(), Wrong::Malformed { kind: "block", error }, None);
                self.taints.spoil_tree(self.leaf(leaves.len()));
                self.taints.set_previous(Some(self.leaf(leaves.len())));
                self.taints.redraw();
                false
            }
        };
        Examined {
            chain: next,
            findings: core::mem::take(&mut self.findings),
            let_in: core::mem::take(&mut self.let_in),
            decisions: self.decisions,
            ended: law.iter().map(Derived::ending).collect(),
            is_roster_known,
        }
    }

    const fn leaf(&self, at: usize) -> LeafIndex {
        LeafIndex(self.first + at as u64)
    }

    fn find(&mut self, at: usize, wrong: Wrong, because: Option<LeafIndex>) {
        let place = Place::of_record(self.leaf(at), self.height);
        self.findings.push(Finding { place, wrong, because });
    }

    /// What a block record that does not parse leaves of time and round.
    fn proposal_of(&mut self, chain: &Chain, block: &Block, last: &[u8]) -> Proposal {
        let time = time_in(last).filter(|time| *time > chain.time()).unwrap_or_else(|| {
            // Without the block's time nobody knows which deadlines had passed.
            self.taints.spoil_everything(self.leaf(block.records.len() - 1));
            chain.next_time(Time::default())
        });
        Proposal { time, round: 0 }
    }

    /// Judges the statements in the order in which they stand; returns how many measures, incidents
    /// and decisions the block holds.
    fn statements(
        &mut self,
        chain: &Chain,
        walk: &mut Walk,
        block: &Block,
        leaves: &[Leaf],
    ) -> Numbers {
        let mut waiting = walk.in_order(leaves.iter().filter_map(|leaf| match leaf {
            Leaf::Statement(candidate) => Some(&**candidate.statement()),
            Leaf::Derived(_) | Leaf::Other(_) | Leaf::Broken(_) => None,
        }));
        let before = chain.council().numbers();
        let mut holds = Numbers::default();
        let (mut is_order_known, mut disorder) = (true, None);
        for (at, leaf) in leaves.iter().enumerate() {
            let next =
                (before.measures + holds.measures + 1, before.incidents + holds.incidents + 1);
            let kind = match leaf {
                Leaf::Statement(candidate) => {
                    let statement = &**candidate.statement();
                    let link = self.believe(walk, statement);
                    // The order is judged only as far as all statements get in: a block of refused ones
                    // does not make it costly.
                    let is_order_open = is_order_known && disorder.is_none();
                    let due = if is_order_open { walk.due(&waiting) } else { None };
                    let due = due.map(|first| waiting.remove(first).text_hash);
                    let became = self.statement(walk, at, candidate, next);
                    if let (Became::In, Some(link)) = (became, link) {
                        self.taints.fasten(link.chain);
                    }
                    if is_order_open && due != Some(statement.text_hash) {
                        disorder = Some(at);
                    }
                    is_order_known &= became == Became::In;
                    if became == Became::Copy { "copy" } else { statement.body.kind() }
                }
                Leaf::Derived(derived) => derived.derivation().as_str(),
                Leaf::Other(kind) => {
                    self.find(at, Wrong::Misplaced(kind), None);
                    self.taints.spoil_tree(self.leaf(at));
                    kind
                }
                Leaf::Broken(error) => {
                    is_order_known = false;
                    self.broken(walk, at, &block.records[at], error, next)
                }
            };
            match kind {
                "measure" => holds.measures += 1,
                "incident" => holds.incidents += 1,
                "decision" => holds.decisions += 1,
                _ => {}
            }
        }
        // An altered statement has another place in the order, so a disorder proves nothing then.
        if let Some(at) = disorder.filter(|_| is_order_known) {
            self.disordered(at);
        }
        holds
    }

    /// The first statement out of the block's order stands at this leaf.
    fn disordered(&mut self, at: usize) {
        self.find(at, Wrong::Order, self.taints.of_order(self.is_linked));
        self.taints.spoil_tree(self.leaf(at));
    }

    /// Takes the statement that this one follows for the last of its chain, if the chain's last
    /// statement is unknown because a record was refused.
    fn believe(&self, walk: &mut Walk, statement: &Statement) -> Option<ChainLink> {
        let link = statement.body.link().filter(|link| self.taints.is_loose(&link.chain))?;
        walk.believe(&link);
        Some(link)
    }

    /// Lets a statement in, or says why not.
    fn statement(
        &mut self,
        walk: &mut Walk,
        at: usize,
        candidate: &Candidate,
        (measure, incident): (u64, u64),
    ) -> Became {
        let statement = &**candidate.statement();
        let Err(refusal) = walk.apply(at, candidate) else {
            self.let_in.push((self.leaf(at), Arc::clone(candidate.statement())));
            return Became::In;
        };
        let is_known = refusal == Refusal::AlreadyRecorded;
        let body = &statement.body;
        let because = self.taints.excuse_refusal(&Subjects::of(body), &refusal);
        let wrong = Wrong::Refused {
            kind: body.kind(),
            by: body.head().by.clone(),
            measure: body.about().map(|about| about.measure),
            refusal: Box::new(refusal),
        };
        self.find(at, wrong, because);
        if let (Body::Entry(entry), Some(_)) = (body, because)
            && self.enters_all_the_same(walk, at, candidate, entry)
        {
            return Became::In;
        }
        if is_known {
            // The first copy acted, so only the tree is another one.
            self.taints.spoil_tree(self.leaf(at));
            return Became::Copy;
        }
        let number = if body.kind() == "incident" { incident } else { measure };
        let leaf = because.unwrap_or_else(|| self.leaf(at));
        self.taints.spoil(body, number, leaf);
        let speakers = speakers(walk.council(), statement);
        if body.is_of_seats() {
            for code in &speakers {
                self.taints.spoil_party(code.clone(), leaf);
            }
        }
        self.taints.silence(speakers, leaf);
        Became::Out
    }

    /// Lets in an entrant whose seal is wrong only in the tree that it names: behind an altered
    /// record, an honest entrant's seal names the tree of the log before it was altered.
    fn enters_all_the_same(
        &mut self,
        walk: &mut Walk,
        at: usize,
        candidate: &Candidate,
        entry: &Entry,
    ) -> bool {
        walk.believe_end(entry.checkpoint);
        let enters = walk.apply(at, candidate).is_ok();
        if enters {
            self.let_in.push((self.leaf(at), Arc::clone(candidate.statement())));
        }
        enters
    }

    fn broken(
        &mut self,
        walk: &Walk,
        at: usize,
        bytes: &[u8],
        error: &RecordError,
        next: (u64, u64),
    ) -> &'static str {
        let sketch = Sketch::of(bytes, &walk.council().genesis().origin);
        let kind = sketch.kind;
        self.find(at, Wrong::Malformed { kind, error: Box::new(error.clone()) }, None);
        sketch.spoil(self.taints, walk.council(), next, self.leaf(at));
        kind
    }
}

/// The parties for which a statement may have been made before somebody altered it: those that it
/// names, and those whose keys its signature lines name.
fn speakers(council: &Council, statement: &Statement) -> Vec<Code> {
    let prefix = format!("{}/", council.genesis().origin);
    let signers = statement.note.signatures().iter().filter_map(|line| {
        line.name().as_str().strip_prefix(&prefix)?.split('/').next()?.parse().ok()
    });
    let chain = statement.body.link().map(|link| link.chain.code().clone());
    signers.chain([statement.body.head().by.clone()]).chain(chain).collect()
}
