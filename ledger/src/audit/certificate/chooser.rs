//! Goes through a log and notes what a certificate of one measure needs of it.
//!
//! What it guarantees: whatever a certificate needs is noted. What it does not: nothing is judged here; the log is
//! one that an audit has verified.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::merkle::Tree;
use nemcon_crypto::{Digest, LeafIndex};

use crate::audit::public::{Adopted, Followed, ShownOfBlock};
use crate::audit::report::Report;
use crate::record::genesis::Genesis;
use crate::record::measure_fields::Cited;
use crate::record::statement::Statement;
use crate::record::{Body, CouncilChange, Decision, Measure, Outcome, Position, Record};
use crate::text::Code;

/// A ballot on the measure.
pub(super) struct Ballot {
    pub(super) code: Code,
    by: Code,
    pub(super) leaf: LeafIndex,
    about: Digest,
    is_retracted: bool,
    mandate: Option<Digest>,
}

/// The log so far.
pub(super) struct Chooser {
    measure: u64,
    /// How statements on the measure name it.
    mention: Vec<u8>,
    pub(super) tree: Tree,
    followed: Followed,
    /// Faults are an audit's to tell.
    report: Report,
    /// What is shown of the block under way.
    page: ShownOfBlock,
    frozen: Vec<Code>,
    blocks: Vec<LeafIndex>,
    /// What a certificate of any measure needs: changes of keys and seats.
    kept: BTreeSet<LeafIndex>,
    /// What was said on the measure, beside ballots and mandates.
    own: BTreeSet<LeafIndex>,
    /// The measures that share its fate, itself among them.
    bound: Vec<u64>,
    measures: u64,
    /// Whether a record was withheld: then measures cannot be counted.
    withholds: bool,
    /// The texts by their hash: where, and what they change in the council.
    texts: BTreeMap<Digest, (LeafIndex, CouncilChange)>,
    /// The last text of the measure, where nothing has ended it.
    last_text: Option<(Digest, Option<Cited>)>,
    authorising: BTreeMap<Digest, Cited>,
    ballots: Vec<Ballot>,
    mandates: BTreeMap<Digest, LeafIndex>,
    decision: Option<Decision>,
    lapsed: Option<Digest>,
    /// Every decision: where, and of which package.
    decisions: BTreeMap<u64, (LeafIndex, Option<Digest>)>,
}

impl Chooser {
    pub(super) fn new(genesis: &Genesis, measure: u64) -> Self {
        Self {
            measure,
            mention: format!("\nmeasure {measure}\n").into_bytes(),
            tree: Tree::new(),
            followed: Followed::new(genesis),
            report: Report::default(),
            page: ShownOfBlock::default(),
            frozen: Vec::new(),
            blocks: Vec::new(),
            kept: BTreeSet::new(),
            own: BTreeSet::new(),
            bound: vec![measure],
            measures: 0,
            withholds: false,
            texts: BTreeMap::new(),
            last_text: None,
            authorising: BTreeMap::new(),
            ballots: Vec::new(),
            mandates: BTreeMap::new(),
            decision: None,
            lapsed: None,
            decisions: BTreeMap::new(),
        }
    }

    /// The next leaf of the log: its hash, and its record, which is empty where it is withheld.
    pub(super) fn append(&mut self, hash: Digest, record: &[u8]) {
        let at = self.tree.append(hash);
        self.withholds |= record.is_empty();
        if !record.is_empty() && may_matter(record, &self.mention) {
            self.take(at, record);
        }
    }

    fn take(&mut self, at: LeafIndex, record: &[u8]) {
        let Ok(record) = Record::parse(record) else { return };
        match record {
            Record::Statement(statement) => self.statement(at, statement),
            Record::Decision(decision) => self.decision(at, decision),
            Record::Lapse(lapse) => {
                self.thaw();
                if lapse.measure == self.measure {
                    self.own.insert(at);
                    self.lapsed = Some(lapse.text);
                }
            }
            Record::Block(block) => {
                self.thaw();
                let before = self.followed.standing();
                let page = core::mem::take(&mut self.page);
                self.followed.block(&block, page, &mut self.report);
                let behind = self.followed.standing();
                if before != behind || behind.1 {
                    self.kept.insert(at);
                }
                self.blocks.push(at);
            }
            Record::Genesis(_) => {}
        }
    }

    /// Voids the ballots of whom this block has frozen.
    fn thaw(&mut self) {
        let frozen = core::mem::take(&mut self.frozen);
        if self.decision.is_none() {
            self.ballots.retain(|it| !frozen.contains(&it.code) && !frozen.contains(&it.by));
        }
    }

    fn statement(&mut self, at: LeafIndex, statement: Box<Statement>) {
        let hash = statement.text_hash;
        match &statement.body {
            Body::Keys(_) | Body::Rotation(_) | Body::Notice(_) | Body::Entry(_) => {
                self.kept.insert(at);
                self.page.statements.push((at, statement));
            }
            Body::Freeze(freeze) => {
                self.frozen.push(freeze.head.by.clone());
                self.kept.insert(at);
                self.page.statements.push((at, statement));
            }
            Body::Measure(measure) => {
                self.measures += 1;
                let is_own = self.measures == self.measure && !self.withholds;
                self.hear_text(at, hash, measure, is_own);
            }
            Body::Revision(it) => {
                self.hear_text(at, hash, &it.measure, it.revises.number == self.measure);
            }
            body if body.measures().iter().any(|it| self.bound.contains(it)) => {
                self.said(at, hash, body);
            }
            _ => {}
        }
    }

    fn hear_text(&mut self, at: LeafIndex, hash: Digest, measure: &Measure, is_own: bool) {
        self.texts.insert(hash, (at, measure.council_change.clone()));
        self.authorising.extend(measure.authorised_by.map(|cited| (hash, cited)));
        if is_own {
            self.own.insert(at);
            self.last_text = Some((hash, measure.authorised_by));
        }
    }

    /// What a party says on the measure.
    fn said(&mut self, at: LeafIndex, hash: Digest, body: &Body) {
        match body {
            Body::Ballot(it)
                if it.said.about.measure == self.measure && self.decision.is_none() =>
            {
                let code = it.said.on_behalf.clone();
                self.ballots.push(Ballot {
                    by: it.said.head.by.clone(),
                    leaf: at,
                    about: it.said.about.text,
                    is_retracted: it.position == Position::Retracted,
                    mandate: it.mandate,
                    code,
                });
            }
            Body::Mandate(_) => drop(self.mandates.insert(hash, at)),
            Body::Package(package) => {
                self.bound = package.measures.iter().map(|cited| cited.number).collect();
                self.own.insert(at);
            }
            Body::Extension(_) | Body::Withdrawal(_) | Body::Close(_) => {
                self.own.insert(at);
            }
            _ => {}
        }
    }

    fn decision(&mut self, at: LeafIndex, decision: Decision) {
        self.thaw();
        self.decisions.insert(decision.measure, (at, decision.package));
        let is_adopted = decision.outcome == Outcome::Adopted;
        if let Some((leaf, change)) = self.texts.get(&decision.text).filter(|_| is_adopted)
            && !matches!(change, CouncilChange::None | CouncilChange::Participation(_))
        {
            self.kept.extend([*leaf, at]);
            let measure = Cited { number: decision.measure, text: decision.text };
            self.page.adopted.push(Adopted { at, measure, change: change.clone() });
        }
        if decision.measure == self.measure {
            self.own.insert(at);
            self.decision = Some(decision);
        }
    }

    /// The text that was decided on, or that stands; none if the measure is not shown.
    pub(super) fn text(&self) -> Option<Digest> {
        let decided = self.decision.as_ref().map(|decision| decision.text);
        decided.or(self.lapsed).or(self.last_text.map(|(text, _)| text))
    }

    /// The leaves of the certificate, the genesis not among them; none if the measure is not shown.
    pub(super) fn chosen(&self) -> Option<Vec<LeafIndex>> {
        let text = self.text()?;
        let mut kept = &self.kept | &self.own;
        kept.extend(self.texts.get(&text).map(|(leaf, _)| *leaf));
        if let Some(cited) = self.authorising.get(&text) {
            kept.extend(self.texts.get(&cited.text).map(|(leaf, _)| *leaf));
            kept.extend(self.decisions.get(&cited.number).map(|(leaf, _)| *leaf));
        }
        if let Some(package) = self.decision.as_ref().and_then(|decision| decision.package) {
            let of_it = self.decisions.values().filter(|(_, of)| *of == Some(package));
            kept.extend(of_it.map(|(leaf, _)| *leaf));
        }
        for ballot in self.counted(&text) {
            kept.insert(ballot.leaf);
            let mandate = ballot.mandate.and_then(|text| self.mandates.get(&text));
            kept.extend(mandate.copied());
        }
        // The record of each block in which one of them stands, and the last one.
        let ends = |at: &LeafIndex| {
            self.blocks.get(self.blocks.partition_point(|block| block < at)).copied()
        };
        // And the record of the block before, so that it cannot stand in an earlier one.
        let begins = |at: &LeafIndex| {
            let block = self.blocks.partition_point(|block| block < at);
            self.blocks.get(block.checked_sub(1)?).copied()
        };
        let blocks: Vec<_> = kept.iter().flat_map(|at| [ends(at), begins(at)]).flatten().collect();
        kept.extend(blocks);
        kept.extend(self.blocks.last());
        Some(kept.into_iter().collect())
    }

    /// The last ballot of each member on this text, or those that the decision lists.
    pub(super) fn counted(&self, text: &Digest) -> Vec<&Ballot> {
        let listed = self.decision.iter().flat_map(|decision| &decision.ballots);
        let listed: BTreeSet<_> = listed.map(|line| line.leaf).collect();
        if !listed.is_empty() {
            return self.ballots.iter().filter(|ballot| listed.contains(&ballot.leaf)).collect();
        }
        let of_text = self.ballots.iter().filter(|ballot| ballot.about == *text);
        let last: BTreeMap<_, _> = of_text.map(|ballot| (&ballot.code, ballot)).collect();
        last.into_values().filter(|ballot| !ballot.is_retracted).collect()
    }
}

/// Whether a record can matter: of ballots and mandates only those on this measure.
fn may_matter(record: &[u8], mention: &[u8]) -> bool {
    let first = record.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match first.strip_prefix(b"nemcon/v1 ") {
        Some(b"incident" | b"attribution" | b"reservation" | b"attestation" | b"remark") => false,
        Some(b"ballot" | b"mandate") => {
            record.windows(mention.len()).any(|window| window == mention)
        }
        _ => true,
    }
}
