//! What the council knows of one measure.
//!
//! What it guarantees: the law that the measure was tabled under stays with it. What it does not: a
//! state changes only through the council's own statements and blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use super::frozen::{Entitled, Frozen};
use super::history::History;
use super::outcome::{Standing, Tally};
use super::refusal::Refusal;
use super::status::Status;
use super::terms::Terms;
use crate::record::measure_fields::Relation;
use crate::record::{About, Measure, Position};
use crate::text::{Code, Label, Line, Time};

/// A member's ballot as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotState {
    /// Who signed it: the member, or who holds its mandate.
    pub by: Code,
    /// What it says; `Retracted` counts as missing.
    pub position: Position,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// Its text hash.
    pub text_hash: Digest,
    /// The time of its block.
    pub time: Time,
    /// The formal declaration's digest, with a qualified abstention.
    pub declaration: Option<Digest>,
    /// The mandate that it was cast under.
    pub mandate: Option<MandateState>,
    /// Whether a standing instruction signed it.
    pub is_tacit: bool,
}

/// A mandate as it stands [TFEU 239].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MandateState {
    /// Who may cast the ballot.
    pub holder: Code,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// Its text hash.
    pub text_hash: Digest,
    /// The time of its block.
    pub time: Time,
    /// Whether its holder has cast a ballot by it.
    pub is_used: bool,
}

/// A reservation as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservationState {
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub time: Time,
    /// The text of the reservation, where it stands in the ledger.
    pub reason: Option<Line>,
    /// The commitment to its text.
    pub digest: Option<Digest>,
}

/// What a participant attests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestationState {
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub time: Time,
    /// Where it can be found.
    pub reference: Option<Line>,
}

/// A text that a revision has replaced, with what had been signed on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerText {
    /// Its revision.
    pub revision: u32,
    /// Its hash.
    pub text_hash: Digest,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// When it was replaced.
    pub replaced: Time,
    /// The ballots on it; all of them void.
    pub signed: Vec<FormerBallot>,
}

/// A ballot on a text that a revision has replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerBallot {
    /// The member whose ballot it was.
    pub code: Code,
    /// What it said.
    pub position: Position,
    /// Who had signed it: the member, or who held its mandate.
    pub by: Code,
}

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
    /// The law that it was tabled under.
    pub frozen: Frozen,
    /// Ballots by code.
    pub ballots: BTreeMap<Code, BallotState>,
    /// Mandates by whose ballot they are about.
    pub mandates: BTreeMap<Code, MandateState>,
    /// Reservations by member and sort.
    pub reservations: BTreeMap<(Code, Label), ReservationState>,
    /// Attestations by party and word.
    pub attestations: BTreeMap<(Code, Label), AttestationState>,
    /// The text hash of the package that it belongs to.
    pub package: Option<Digest>,
    /// The texts before, the first one first.
    pub former: Vec<FormerText>,
    /// What stood on it and stands no more, and how its deadline moved.
    pub history: History,
    /// What was adopted about it since.
    pub successors: Vec<Successor>,
    /// The text hash of the last statement for each code.
    pub chain: BTreeMap<Code, Digest>,
    /// Where it stands.
    pub status: Status,
    /// The time of the block in which balloting ended, if it has.
    pub ended: Option<Time>,
}

impl MeasureState {
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

    /// Whether this code's ballot is needed.
    pub fn is_entitled(&self, code: &Code) -> bool {
        self.frozen.entitled.iter().any(|entitled| entitled.code == *code)
    }

    /// The ballot of this code, if it has said something and not taken it back.
    pub fn ballot(&self, code: &Code) -> Option<&BallotState> {
        self.ballots.get(code).filter(|ballot| ballot.position != Position::Retracted)
    }

    /// Who has not signed, in roster order.
    pub fn missing(&self) -> Vec<Code> {
        let entitled = self.frozen.entitled.iter();
        entitled.filter(|e| self.ballot(&e.code).is_none()).map(|e| e.code.clone()).collect()
    }

    /// The ballots, counted.
    pub fn tally(&self) -> Tally {
        Tally::of(self.frozen.entitled.iter().map(|Entitled { code, weight }| {
            (code, *weight, self.ballot(code).map(|ballot| ballot.position))
        }))
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
        if about.revision < is.revision && self.former_text(about).is_some() {
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

    fn former_text(&self, about: &About) -> Option<&FormerText> {
        self.former.iter().find(|former| former.text_hash == about.text)
    }
}
