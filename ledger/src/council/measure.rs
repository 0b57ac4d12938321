//! What the council knows of one measure.
//!
//! What it guarantees: the law that the measure was tabled under stays with it. What it does not: a
//! state changes only through the council's own statements and blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use super::balloted::{BallotState, Balloting, FormerBallot, FormerText, Kept, Place};
use super::frozen::{Frozen, no_law};
use super::heads::Heads;
use super::history::Ended;
use super::outcome::{Standing, Tally};
use super::refusal::Refusal;
use super::status::Status;
use super::terms::Terms;
use crate::record::charter::Charter;
use crate::record::measure_fields::Relation;
use crate::record::{About, Measure, Revision};
use crate::text::{Code, Time};

/// An adopted measure that renews, amends or repeals this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// What it does.
    pub relation: Relation,
    /// Its number.
    pub number: u64,
}

/// One measure with its ballots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureState {
    /// Its number, from 1.
    pub number: u64,
    /// Its revision, from 1.
    pub revision: u32,
    /// The hash of its text.
    pub text_hash: Digest,
    /// What the law goes on asking of it.
    #[serde(with = "crate::codec::shared")]
    pub terms: Arc<Terms>,
    /// All that it says, as long as it is open: its proposer may revise it.
    #[serde(with = "crate::codec::shared::option")]
    pub measure: Option<Arc<Measure>>,
    /// Its deadline as it stands.
    pub closes: Time,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub tabled: Time,
    /// The law that it was tabled under; measures of one kind and one roster share it.
    #[serde(skip, default = "no_law")]
    pub frozen: Arc<Frozen>,
    /// The text hash of the package that it belongs to.
    pub package: Option<Digest>,
    /// What was adopted about it since.
    pub successors: Vec<Successor>,
    /// The leaf of the first attestation that it is annulled, if there is one.
    pub annulled: Option<LeafIndex>,
    /// The leaf of the first attestation that what was said on its text is released, if there is one.
    pub released: Option<LeafIndex>,
    /// How many remarks each party has made on its text, also after its end; parties without are not in it.
    pub(super) remarked: BTreeMap<Code, u32>,
    /// The leaf hash of the last statement for each code.
    pub(super) heads: Heads,
    /// What was said on it: all of that while it is open, what it amounts to when it has ended.
    pub kept: Kept,
    /// Where it stands.
    pub status: Status,
    /// The time of the block in which balloting ended, if it has.
    pub ended: Option<Time>,
}

impl MeasureState {
    /// A measure when it is tabled.
    pub(super) fn tabled(
        number: u64,
        measure: &Measure,
        charter: &Charter,
        frozen: Arc<Frozen>,
        Place { leaf, time, text_hash }: Place,
    ) -> Self {
        Self {
            number,
            revision: 1,
            text_hash,
            closes: measure.closes,
            terms: Arc::new(Terms::of(measure, charter)),
            measure: Some(Arc::new(measure.clone())),
            leaf,
            tabled: time,
            frozen,
            package: None,
            successors: Vec::new(),
            annulled: None,
            released: None,
            remarked: BTreeMap::new(),
            heads: Heads::default(),
            kept: Kept::Balloting(Arc::default()),
            status: Status::Open,
            ended: None,
        }
    }

    /// Another text takes the place of the one that stands.
    pub(super) fn replace_text(
        &mut self,
        Revision { measure, revision, .. }: Revision,
        charter: &Charter,
        Place { leaf, time, text_hash }: Place,
    ) {
        let (before, last, place) = (self.revision, self.text_hash, self.leaf);
        let said = self.on_table_mut();
        let ballots = core::mem::take(&mut said.ballots);
        let signed = ballots.into_iter().map(|(code, ballot)| {
            let (position, by) = (ballot.position, ballot.by);
            FormerBallot { code, position, by }
        });
        said.former.push(FormerText {
            revision: before,
            text_hash: last,
            leaf: place,
            replaced: time,
            signed: signed.collect(),
        });
        let ended = Ended::Revision(revision);
        said.end_mandates(|_, _| true, &ended, time);
        said.end_reservations(None, &ended, time);
        said.attestations.clear();
        said.remarks.clear();
        self.remarked.clear();
        self.released = None;
        self.revision = revision;
        self.text_hash = text_hash;
        self.leaf = leaf;
        self.closes = measure.closes;
        self.terms = Arc::new(Terms::of(&measure, charter));
        self.measure = Some(Arc::new(measure));
    }

    /// How a statement names this measure.
    pub fn about(&self) -> About {
        About {
            measure: self.number,
            revision: self.revision,
            text: self.text_hash,
            title: self.terms.title.clone(),
            rule: self.terms.rule.clone(),
            package: self.package,
        }
    }

    /// The leaf of the decision or the lapse, if there is one.
    pub const fn outcome_leaf(&self) -> Option<LeafIndex> {
        match self.status {
            Status::Adopted { decision } | Status::NotAdopted { decision } => Some(decision),
            Status::Lapsed { lapse } => Some(lapse),
            Status::Open | Status::Withdrawn => None,
        }
    }

    /// Whether this code's ballot is needed.
    pub fn is_entitled(&self, code: &Code) -> bool {
        self.frozen.entitled.iter().any(|entitled| entitled.code == *code)
    }

    /// What was said on it, while the council has all of that: until the measure ends.
    pub fn balloting(&self) -> Option<&Balloting> {
        match &self.kept {
            Kept::Balloting(balloting) => Some(balloting),
            Kept::Counted(_) => None,
        }
    }

    /// What was said on an open measure.
    pub(super) fn on_table(&self) -> &Balloting {
        self.balloting().expect("an open measure keeps what was said on it")
    }

    /// The same, to change; copied if it is shared.
    pub(super) fn on_table_mut(&mut self) -> &mut Balloting {
        match &mut self.kept {
            Kept::Balloting(balloting) => Some(Arc::make_mut(balloting)),
            Kept::Counted(_) => None,
        }
        .expect("an open measure keeps what was said on it")
    }

    /// The ballot of this code on an open measure, if it has said something and not taken it back.
    pub(super) fn ballot(&self, code: &Code) -> Option<&BallotState> {
        self.on_table().ballot(code)
    }

    /// Who has not signed, in roster order.
    pub fn missing(&self) -> Vec<Code> {
        self.tally().missing
    }

    /// The ballots, counted.
    pub fn tally(&self) -> Tally {
        match &self.kept {
            Kept::Balloting(balloting) => balloting.tally(&self.frozen),
            Kept::Counted(counted) => counted.tally.clone(),
        }
    }

    /// The ballots that others have cast under a mandate: whose they are, and who cast them.
    pub fn cast_by_mandate(&self) -> Vec<(Code, Code)> {
        match &self.kept {
            Kept::Balloting(balloting) => balloting.cast_by_mandate(&self.frozen),
            Kept::Counted(counted) => counted.by_mandate.clone(),
        }
    }

    /// The leaf hash of the last statement for this code.
    pub fn last_statement(&self, code: &Code) -> Option<Digest> {
        self.heads.get(&self.frozen, code)
    }

    /// The leaf hash of the last statement for each code that has one.
    pub fn last_statements(&self) -> BTreeMap<Code, Digest> {
        self.heads.all(&self.frozen)
    }

    /// Makes this statement the last one for `code`; none: nothing was said.
    pub(super) fn set_last(&mut self, code: &Code, last: Option<Digest>) {
        self.heads.set(&self.frozen, code, last);
    }

    /// Balloting is over: what was said leaves memory, but for what it amounts to. Returns it.
    pub(super) fn count(&mut self) -> Option<Arc<Balloting>> {
        let counted = match &self.kept {
            Kept::Balloting(balloting) => Box::new(balloting.counted(&self.frozen)),
            Kept::Counted(_) => return None,
        };
        match core::mem::replace(&mut self.kept, Kept::Counted(counted)) {
            Kept::Balloting(balloting) => Some(balloting),
            Kept::Counted(_) => None,
        }
    }

    /// What the ballots amount to under the measure's own law.
    pub fn standing(&self) -> Standing {
        self.tally().standing(&self.frozen)
    }

    /// Checks that the measure has not ended.
    pub(super) fn verify_not_ended(&self) -> Result<(), Refusal> {
        match self.status {
            Status::Open => Ok(()),
            status => Err(Refusal::Ended { measure: self.number, status }),
        }
    }

    /// All that it says; refused where it has ended.
    pub(super) fn open_text(&self) -> Result<&Measure, Refusal> {
        self.verify_not_ended()?;
        Ok(self.measure.as_deref().expect("an open measure keeps its text"))
    }

    /// Checks that it was `by` that tabled it.
    pub(super) fn verify_proposer(&self, by: &Code, act: &'static str) -> Result<(), Refusal> {
        let proposer = &self.terms.by;
        if by == proposer {
            return Ok(());
        }
        let (by, proposer, measure) = (by.clone(), proposer.clone(), self.number);
        Err(Refusal::NotProposer { by, proposer, measure, act })
    }

    /// Checks that its deadline has not passed, though a later block may have to end it.
    pub(super) fn verify_before_deadline(&self, now: Time) -> Result<(), Refusal> {
        let (measure, closes) = (self.number, self.closes);
        if now < closes { Ok(()) } else { Err(Refusal::PastDeadline { measure, closes }) }
    }

    /// Checks that balloting has begun at `now`.
    pub(super) fn verify_opened(&self, now: Time) -> Result<(), Refusal> {
        match self.terms.opens {
            Some(opens) if now < opens => Err(Refusal::NotOpenYet { measure: self.number, opens }),
            _ => Ok(()),
        }
    }

    /// Checks that a statement names this measure as it is [rules.md R7].
    pub(super) fn verify_about(&self, about: &About) -> Result<(), Refusal> {
        let is = self.about();
        if about.revision < is.revision && self.kept.has_former(&about.text) {
            let (said, is) = (about.revision, is.revision);
            return Err(Refusal::Superseded { measure: self.number, said, is });
        }
        let package = |hash: Option<Digest>| hash.map_or_else(String::new, |h| h.to_string());
        let fields = [
            ("revision", about.revision.to_string(), is.revision.to_string()),
            ("text", about.text.to_string(), is.text.to_string()),
            ("title", about.title.to_string(), is.title.to_string()),
            ("rule", about.rule.to_string(), is.rule.to_string()),
            ("package", package(about.package), package(is.package)),
        ];
        let measure = self.number;
        match fields.into_iter().find(|(_, said, is)| said != is) {
            None => Ok(()),
            Some((field, said, is)) => Err(Refusal::Mismatch { measure, field, said, is }),
        }
    }
}
