//! Judges a certificate by the council's law.
//!
//! What it guarantees: the records stand in the log that all members have sealed; each statement is signed by
//! the officers of its day; the decision follows from the ballots. What it does not: what came later, and
//! whether the charter lets such a text be tabled: all nodes judged that before they sealed it.

use std::collections::BTreeMap;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::{leaf_hash, root_with};
use nemcon_crypto::{Digest, LeafIndex};

use super::Certificate;
use super::proven::{BallotShown, Ending, MandateShown, Moment, Proven};
use crate::Height;
use crate::audit::faults::{Fault, Field, Place, Wrong};
use crate::audit::public::Reading;
use crate::audit::report::Report;
use crate::audit::{founding, head, seals};
use crate::export::CHECKPOINT_FILE;
use crate::record::genesis::Genesis;
use crate::record::statement::Statement;
use crate::record::{BlockRecord, Body, Decision, Lapse, Measure, Outcome, Record};
use crate::text::Code;

impl Certificate {
    /// Judges it against the council digest that the caller brings.
    pub fn verify(&self, council: &Digest) -> Proven {
        let mut report = Report::default();
        let genesis = founding::read(self.genesis.as_bytes(), council, || None, &mut report);
        let Some(genesis) = genesis else { return Proven::of(self.measure, report) };
        report.council = Some(*council);
        report.name = genesis.charter.name.to_string();
        let marks = genesis.charter.publication.as_ref().map(|it| &it.marking);
        if self.marking.is_some() && self.marking.as_ref() != marks {
            report.fault(Fault::new(Place::default(), Wrong::Marking));
        }
        let read = head::read_checkpoint(self.checkpoint.as_bytes(), &genesis, &mut report);
        let Some((note, checkpoint)) = read else { return Proven::of(self.measure, report) };
        self.verify_tree(&genesis, &checkpoint, &mut report);
        let mut walk = Walk::new(&genesis, self.measure);
        walk.read(&self.records, &mut report);
        walk.end(&checkpoint, &mut report);
        if let Some(height) = walk.reading.followed.lost_at() {
            report.unjudged.seals = Some(format!(
                "block {} was decided by another roster than the records of the certificate lead to, or by rules \
                 that this release does not know",
                height.0
            ));
        } else {
            let roster = walk.reading.followed.roster();
            seals::verify_seals(&genesis, roster, &note, &checkpoint, &mut report);
        }
        walk.conclude(report)
    }

    /// Checks that genesis and records are leaves of the tree that the checkpoint names.
    fn verify_tree(&self, genesis: &Genesis, checkpoint: &Checkpoint, report: &mut Report) {
        let mut leaves = vec![(LeafIndex(0), leaf_hash(genesis.render().as_bytes()))];
        leaves.extend(self.records.iter().map(|(at, record)| (*at, leaf_hash(record.as_bytes()))));
        let place = || Place::of_file(CHECKPOINT_FILE);
        match root_with(checkpoint.size(), &leaves, &self.hashes) {
            Ok(root) if root == checkpoint.root() => {}
            Ok(found) => {
                let said = checkpoint.root();
                report.fault(Fault::new(place().line(3), Wrong::CheckpointRoot { said, found }));
            }
            Err(error) => report.fault(Fault::new(place(), Wrong::Proof(error))),
        }
    }
}

impl Proven {
    fn of(measure: u64, report: Report) -> Self {
        let (ballots, mandates, package) = (Vec::new(), Vec::new(), Vec::new());
        let (text, tabled, ending, source, members) = (None, None, None, None, Vec::new());
        Self { report, measure, source, members, text, tabled, ballots, mandates, ending, package }
    }
}

/// A text of a measure.
pub(super) struct Text {
    pub(super) measure: Box<Measure>,
    pub(super) revision: u32,
    /// The measure and the text that it revises.
    pub(super) revises: Option<(u64, Digest)>,
    pub(super) at: Moment,
    /// The roster of its block.
    pub(super) roster: Digest,
}

/// The records so far.
pub(super) struct Walk<'a> {
    pub(super) genesis: &'a Genesis,
    pub(super) measure: u64,
    pub(super) reading: Reading<'a>,
    /// The last block record, and its leaf hash.
    pub(super) last: Option<(LeafIndex, BlockRecord, Digest)>,
    pub(super) texts: BTreeMap<Digest, Text>,
    /// The last ballot for each code, with the text that it is about.
    pub(super) ballots: BTreeMap<Code, (Digest, BallotShown, Option<Digest>)>,
    pub(super) mandates: BTreeMap<Digest, MandateShown>,
    /// The texts under which statements name the measure, in their order.
    pub(super) named: Vec<Digest>,
    /// Whether there are ballots on another measure.
    pub(super) is_on_another: bool,
    /// The measures that share its fate, itself among them.
    pub(super) bound: Vec<u64>,
    pub(super) ending: Option<Ending>,
    /// The other decisions: measure, whether adopted, text, package.
    pub(super) others: Vec<(u64, bool, Digest, Option<Digest>)>,
}

impl<'a> Walk<'a> {
    fn new(genesis: &'a Genesis, measure: u64) -> Self {
        Self {
            genesis,
            measure,
            reading: Reading::new(genesis),
            last: None,
            texts: BTreeMap::new(),
            ballots: BTreeMap::new(),
            mandates: BTreeMap::new(),
            named: Vec::new(),
            is_on_another: false,
            bound: vec![measure],
            ending: None,
            others: Vec::new(),
        }
    }

    /// Goes through the records block by block: the record of a block stands behind its others.
    fn read(&mut self, records: &[(LeafIndex, String)], report: &mut Report) {
        report.counts.records = records.len() as u64 + 1;
        let mut open: Vec<(LeafIndex, Record)> = Vec::new();
        for (at, bytes) in records {
            match Record::parse(bytes.as_bytes()) {
                Ok(Record::Block(block)) => {
                    let ended = (*at, leaf_hash(bytes.as_bytes()));
                    self.block(ended, block, core::mem::take(&mut open), report);
                }
                Ok(Record::Genesis(_)) => self.fault(*at, Wrong::RecordZero, report),
                Ok(record) => open.push((*at, record)),
                Err(error) => {
                    let (kind, error) = ("record", Box::new(error));
                    self.fault(*at, Wrong::Malformed { kind, error }, report);
                }
            }
        }
        if let Some((at, _)) = open.first() {
            self.fault(*at, Wrong::OpenEnd, report);
        }
    }

    pub(super) fn fault(&self, at: LeafIndex, wrong: Wrong, report: &mut Report) {
        let height = self.last.as_ref().map_or(Height(0), |(_, block, _)| block.height).next();
        report.fault(Fault::new(Place::of_record(at, height), wrong));
    }

    fn block(
        &mut self,
        (at, hash): (LeafIndex, Digest),
        block: BlockRecord,
        records: Vec<(LeafIndex, Record)>,
        report: &mut Report,
    ) {
        report.counts.blocks += 1;
        let before = self.last.as_ref().map_or(Height(0), |(_, last, _)| last.height);
        let is_exact = before.next() == block.height;
        self.verify_header(at, &block, report);
        for (leaf, record) in records {
            let moment = Moment { leaf, height: block.height, time: block.time, is_exact };
            self.hear(&record, moment, block.roster);
            if let Record::Statement(statement) = &record
                && let Body::Entry(entry) = &statement.body
            {
                // Which blocks were the last ones then is for the nodes to judge.
                self.reading.followed.bound(entry.checkpoint);
            }
            self.reading.record(leaf, block.height, record, report);
        }
        self.reading.block(&block, report);
        self.last = Some((at, block, hash));
    }

    /// Blocks come one after another, each of this council and at its place.
    fn verify_header(&self, at: LeafIndex, block: &BlockRecord, report: &mut Report) {
        let mut wrong = |field, found: String, expected: String| {
            let wrong = Wrong::Header { field, found, expected };
            report.fault(Fault::new(Place::of_record(at, block.height), wrong));
        };
        let council = self.genesis.digest();
        if block.council != council {
            wrong(Field::Council, block.council.to_string(), council.to_string());
        }
        if block.size.0 != at.0 {
            wrong(Field::Size, block.size.0.to_string(), at.0.to_string());
        }
        let (before, parent) = match &self.last {
            Some((_, last, hash)) => (last.height, *hash),
            None => (Height(0), council),
        };
        if block.height == before.next() && block.previous != parent {
            wrong(Field::Previous, block.previous.to_string(), parent.to_string());
        }
        if block.height <= before {
            let expected = format!("more than {}", before.0);
            wrong(Field::Height, block.height.0.to_string(), expected);
        }
        if let Some((_, last, _)) = self.last.as_ref().filter(|it| block.time <= it.1.time) {
            let wrong = Wrong::BlockTime { time: block.time, parent: last.time };
            report.fault(Fault::new(Place::of_record(at, block.height), wrong));
        }
    }

    /// Keeps what a record says of the measure.
    fn hear(&mut self, record: &Record, at: Moment, roster: Digest) {
        match record {
            Record::Statement(statement) => self.hear_statement(statement, at, roster),
            Record::Decision(decision) => self.hear_decision(decision, at),
            Record::Lapse(lapse) if lapse.measure == self.measure => {
                let lapse: Box<Lapse> = Box::new(lapse.clone());
                self.ending.get_or_insert(Ending::Lapsed { lapse, at });
            }
            Record::Lapse(_) | Record::Genesis(_) | Record::Block(_) => {}
        }
    }

    fn hear_decision(&mut self, decision: &Decision, at: Moment) {
        if decision.measure == self.measure {
            let decision = Box::new(decision.clone());
            self.ending.get_or_insert(Ending::Decided { decision, at, votes: None });
        } else {
            let is_adopted = decision.outcome == Outcome::Adopted;
            let other = (decision.measure, is_adopted, decision.text, decision.package);
            self.others.push(other);
        }
    }

    fn hear_statement(&mut self, statement: &Statement, at: Moment, roster: Digest) {
        let hash = statement.text_hash;
        if let Body::Package(it) = &statement.body {
            let own = it.measures.iter().find(|it| it.number == self.measure);
            self.named.extend(own.map(|own| own.text));
        }
        let about = statement.body.about().filter(|about| about.measure == self.measure);
        self.named.extend(about.map(|about| about.text));
        let mut text = |measure: &Measure, revision, revises| {
            let measure = Box::new(measure.clone());
            self.texts.insert(hash, Text { measure, revision, revises, at, roster });
        };
        match &statement.body {
            Body::Measure(measure) => text(measure, 1, None),
            Body::Revision(it) => {
                text(&it.measure, it.revision, Some((it.revises.number, it.revises.text)));
            }
            Body::Ballot(it) if it.said.about.measure == self.measure => {
                let ballot = BallotShown {
                    code: it.said.on_behalf.clone(),
                    by: it.said.head.by.clone(),
                    position: it.position,
                    at,
                    officers: officers(statement),
                    text_hash: hash,
                    declaration: it.declaration,
                    is_tacit: it.is_tacit,
                };
                let kept = (it.said.about.text, ballot, it.mandate);
                self.ballots.insert(it.said.on_behalf.clone(), kept);
            }
            Body::Ballot(_) => self.is_on_another = true,
            Body::Mandate(it) if it.said.about.measure == self.measure => {
                let (code, holder) = (it.said.on_behalf.clone(), it.holder.clone());
                let shown = holder.map(|holder| MandateShown { code, holder, at });
                self.mandates.extend(shown.map(|shown| (hash, shown)));
            }
            Body::Package(it) if it.measures.iter().any(|it| it.number == self.measure) => {
                self.bound = it.measures.iter().map(|it| it.number).collect();
            }
            Body::Withdrawal(it) if self.bound.contains(&it.said.about.measure) => {
                self.ending.get_or_insert(Ending::Withdrawn { at });
            }
            _ => {}
        }
    }

    /// The log ends with the record of a block.
    fn end(&self, checkpoint: &Checkpoint, report: &mut Report) {
        let ends = self.last.as_ref().is_some_and(|(at, ..)| at.0 + 1 == checkpoint.size().0);
        if !ends {
            let last = LeafIndex(checkpoint.size().0.saturating_sub(1));
            self.fault(last, Wrong::OpenEnd, report);
        }
        if let Some((_, block, _)) = &self.last {
            (report.height, report.time) = (block.height, Some(block.time));
        }
    }
}

/// The officers that a statement's signature lines name, by their labels.
fn officers(statement: &Statement) -> Vec<crate::text::Label> {
    let names = statement.note.signatures().iter().map(|line| line.name().to_string());
    names.filter_map(|name| name.rsplit('/').next()?.parse().ok()).collect()
}
