//! What is shown of a log, record by record: texts, votes, decisions, and what became of them.
//!
//! What it guarantees: decisions are compared with the votes that are shown, statements with the keys of their
//! day. What it does not: whether a record stands in the log at all; whoever reads it says so.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{Digest, LeafIndex};

use super::followed::{self, Followed};
use super::text::Text;
use super::votes::{Case, Found, Votes};
use crate::Height;
use crate::audit::faults::{Derivation, Fault, Place, Wrong};
use crate::audit::report::{DecidedAct, Later, Report, Shown, VotesShown};
use crate::council::keeps_votes;
use crate::record::genesis::Genesis;
use crate::record::measure_fields::{Cited, Predecessor, Relation};
use crate::record::{
    Attestation, BlockRecord, Body, CouncilChange, Decision, Lapse, Measure, Outcome, Record,
    Statement,
};

/// The records that were read so far.
pub(in crate::audit) struct Reading<'a> {
    genesis: &'a Genesis,
    /// The digest of the genesis.
    council: Digest,
    pub(in crate::audit) followed: Followed,
    pub(in crate::audit) shown: Shown,
    /// What is shown of the block under way.
    page: followed::Shown,
    votes: Votes,
    texts: BTreeMap<Digest, Text>,
    /// The measures of the packages that are shown, by their text hash.
    pub(in crate::audit) packages: BTreeMap<Digest, Vec<u64>>,
    /// The measures that have ended.
    ended: BTreeSet<u64>,
    /// Where a decided measure stands among those of the report.
    decided: BTreeMap<u64, usize>,
}

impl<'a> Reading<'a> {
    pub(in crate::audit) fn new(genesis: &'a Genesis) -> Self {
        Self {
            genesis,
            council: genesis.digest(),
            followed: Followed::new(genesis),
            shown: Shown::default(),
            page: followed::Shown::default(),
            votes: Votes::default(),
            texts: BTreeMap::new(),
            packages: BTreeMap::new(),
            ended: BTreeSet::new(),
            decided: BTreeMap::new(),
        }
    }

    /// Takes a statement, a decision or a lapse at its place in the log, in the block of this height.
    pub(in crate::audit) fn record(
        &mut self,
        at: LeafIndex,
        height: Height,
        record: Record,
        report: &mut Report,
    ) {
        match record {
            Record::Decision(decision) => self.decision(at, height, decision, report),
            Record::Lapse(lapse) => {
                self.ending(
                    (at, height),
                    (Derivation::Lapse, lapse.measure),
                    lapse.council,
                    report,
                );
                self.lapse_as_its_text(Place::of_record(at, height), &lapse, report);
                self.votes.end(lapse.measure);
            }
            Record::Statement(statement) => self.statement(at, statement, report),
            Record::Genesis(_) | Record::Block(_) => {}
        }
    }

    /// The block of the records so far ends.
    pub(in crate::audit) fn block(&mut self, block: &BlockRecord, report: &mut Report) {
        let page = core::mem::take(&mut self.page);
        self.shown.unverified += self.followed.block(block, page, report);
    }

    /// Forgets what was read of the block under way.
    pub(super) fn drop_block(&mut self) {
        self.page = followed::Shown::default();
    }

    /// What was read, and the council behind it.
    pub(in crate::audit) fn end(self) -> (Shown, Followed) {
        (self.shown, self.followed)
    }

    /// A measure ends once, in its own council.
    fn ending(
        &mut self,
        (at, height): (LeafIndex, Height),
        (kind, measure): (Derivation, u64),
        council: Digest,
        report: &mut Report,
    ) {
        let mut wrong = |why: String| {
            let wrong = Wrong::DerivedFalse { kind, measure, why };
            report.fault(Fault::new(Place::of_record(at, height), wrong));
        };
        if !self.ended.insert(measure) {
            wrong("the measure has ended before".to_owned());
        }
        if council != self.council {
            wrong(format!("it names council {council}"));
        }
    }

    /// What a lapse says of its text is what the text says.
    fn lapse_as_its_text(&self, place: Place, lapse: &Lapse, report: &mut Report) {
        let text = self.texts.get(&lapse.text);
        if text.is_some_and(|it| (&it.title, it.revision) != (&lapse.title, lapse.revision)) {
            let (kind, measure) = (Derivation::Lapse, lapse.measure);
            let why = "it names another title or revision than its text has".to_owned();
            report.fault(Fault::new(place, Wrong::DerivedFalse { kind, measure, why }));
        }
    }

    /// What a decision says of its text is what the text says.
    fn as_its_text(&self, place: Place, decision: &Decision, report: &mut Report) {
        let Some(text) = self.texts.get(&decision.text) else { return };
        let said = (&decision.title, decision.revision, &decision.rule);
        let charter = &self.genesis.charter;
        let keeps =
            charter.kind(&text.kind).map(|kind| keeps_votes(charter.publication.is_some(), kind));
        let why = if said != (&text.title, text.revision, &text.rule) {
            "it names another title, revision or rule than its text has"
        } else if keeps.is_some_and(|keeps| keeps != decision.votes.is_some()) {
            "it tells its votes, or keeps them, otherwise than the charter says"
        } else {
            return;
        };
        let (kind, measure) = (Derivation::Decision, decision.measure);
        let wrong = Wrong::DerivedFalse { kind, measure, why: why.to_owned() };
        report.fault(Fault::new(place, wrong));
    }

    fn decision(&mut self, at: LeafIndex, height: Height, decision: Decision, report: &mut Report) {
        report.counts.decisions += 1;
        let ended = (Derivation::Decision, decision.measure);
        self.ending((at, height), ended, decision.council, report);
        self.as_its_text(Place::of_record(at, height), &decision, report);
        let text = self.texts.get(&decision.text);
        let votes = self.counted(Place::of_record(at, height), &decision, report);
        self.votes.end(decision.measure);
        let number = decision.measure;
        if let Some(text) = text.filter(|_| decision.outcome == Outcome::Adopted) {
            let measure = Cited { number, text: decision.text };
            let change = text.change.clone();
            self.page.adopted.push(followed::Adopted { at, measure, change });
            if let Some(Predecessor { relation, cited }) = text.predecessor {
                let word = match relation {
                    Relation::Renews => "renewed",
                    Relation::Amends => "amended",
                    Relation::Repeals => "repealed",
                };
                let what = format!("{word} by measure {number}");
                self.later(cited.number, Later { what, leaf: at });
            }
        }
        let kind = self.texts.get(&decision.text).map(|text| text.kind.clone());
        self.decided.insert(number, self.shown.decided.len());
        self.shown.decided.push(DecidedAct {
            measure: number,
            outcome: decision.outcome,
            title: decision.title,
            kind,
            rule: decision.rule,
            text: decision.text,
            leaf: at,
            votes,
            later: Vec::new(),
        });
    }

    /// The votes behind a decision, if they are shown and are what it has counted.
    fn counted(
        &self,
        place: Place,
        decision: &Decision,
        report: &mut Report,
    ) -> Option<VotesShown> {
        let charter = &self.genesis.charter;
        if decision.votes.is_some() && decision.reason != decision.outcome.without_votes() {
            report.fault(Fault::new(place, Wrong::OutcomeDiffers(decision.measure)));
            return None;
        }
        let text = self.texts.get(&decision.text)?;
        let authorising = text.authorised_by.and_then(|cited| self.texts.get(&cited.text));
        let is_adopted = text.authorised_by.is_some_and(|cited| {
            let act = self.decided.get(&cited.number).map(|at| &self.shown.decided[*at]);
            act.is_some_and(|act| act.text == cited.text && act.outcome == Outcome::Adopted)
        });
        let participating =
            authorising.filter(|_| is_adopted).and_then(|text| match &text.change {
                CouncilChange::Participation(codes) => Some(&codes[..]),
                _ => None,
            });
        let package = decision.package.and_then(|text| self.packages.get(&text));
        let package = package.map(Vec::as_slice);
        let (kind, rule) = (charter.kind(&text.kind)?, charter.rule(&decision.rule)?);
        let case = Case { decision, text, kind, rule, charter, participating, package };
        let wrong = match self.votes.judge(&case, self.followed.seats(&decision.roster)) {
            Found::Counted(votes) => return Some(votes),
            Found::NotShown => return None,
            Found::Others => Wrong::VotesDiffer(decision.measure),
            Found::OtherOutcome => Wrong::OutcomeDiffers(decision.measure),
        };
        report.fault(Fault::new(place, wrong));
        None
    }

    /// Notes what became of a measure that is shown to be decided.
    fn later(&mut self, measure: u64, later: Later) {
        if let Some(at) = self.decided.get(&measure) {
            self.shown.decided[*at].later.push(later);
        }
    }

    fn statement(&mut self, at: LeafIndex, statement: Box<Statement>, report: &mut Report) {
        report.counts.statements += 1;
        match &statement.body {
            Body::Measure(measure) => self.text(statement.text_hash, measure, 1),
            Body::Revision(it) => self.text(statement.text_hash, &it.measure, it.revision),
            Body::Package(package) => {
                let numbers = package.measures.iter().map(|it| it.number).collect();
                self.packages.insert(statement.text_hash, numbers);
            }
            Body::Ballot(_) | Body::Mandate(_) => self.votes.hear(at, &statement),
            Body::Attestation(Attestation { said, attests, .. })
                if self.genesis.charter.annuls.contains(attests) =>
            {
                let later = Later { what: attests.to_string(), leaf: at };
                self.later(said.about.measure, later);
            }
            _ => {}
        }
        self.page.statements.push((at, statement));
    }

    fn text(&mut self, hash: Digest, measure: &Measure, revision: u32) {
        self.texts.insert(hash, Text::of(measure, revision));
    }
}
