//! What was said on a measure, and what stays of that when it has ended.
//!
//! What it guarantees: the whole of it is in memory while the measure is open. What it does not: of a
//! measure that has ended the records in the log have it, and [`Council::retell`] reads it from them.
//!
//! [`Council::retell`]: super::Council::retell

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};
use serde::{Deserialize, Serialize};

use super::frozen::{Entitled, Frozen};
use super::history::History;
use super::outcome::Tally;
use crate::record::Position;
use crate::text::{Code, Label, Line, Time};

/// Where a statement stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its leaf.
    pub(super) leaf: LeafIndex,
    /// The time of its block.
    pub(super) time: Time,
    /// Its text hash.
    pub(super) text_hash: Digest,
}

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
    /// The hash of its signatures, where its measure's decision commits to the votes.
    pub signatures: Option<Digest>,
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

/// A party's statement for the minutes. Its text stands in its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemarkState {
    /// Whose it is.
    pub code: Code,
    /// Its sort, one of the charter's.
    pub sort: Label,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The time of its block.
    pub time: Time,
    /// The digest of its text, where that stays off the ledger.
    pub digest: Option<Digest>,
    /// Whether its party makes it public with the act.
    pub is_public: bool,
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

/// All that was said on a measure and stands, and what stood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balloting {
    /// Ballots by code.
    pub ballots: BTreeMap<Code, BallotState>,
    /// Mandates by whose ballot they are about.
    pub mandates: BTreeMap<Code, MandateState>,
    /// Reservations by member and sort.
    pub reservations: BTreeMap<(Code, Label), ReservationState>,
    /// Attestations by party and word.
    pub attestations: BTreeMap<(Code, Label), AttestationState>,
    /// Remarks on the text that stands, in the order of the log.
    pub remarks: Vec<RemarkState>,
    /// The texts before, the first one first.
    pub former: Vec<FormerText>,
    /// What stood on it and stands no more, and how its deadline moved.
    pub history: History,
}

/// What stays in memory of what was said on a measure that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The ballots, counted.
    pub tally: Tally,
    /// The ballots that others have cast under a mandate: whose they are, and who cast them.
    pub by_mandate: Vec<(Code, Code)>,
    /// Where those ballots and mandates stand in the log, if they are public or can become so.
    pub(super) leaves: Vec<LeafIndex>,
    /// The hashes of the texts before the last one.
    pub(super) former: Vec<Digest>,
}

/// What the council keeps of what was said on a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// All of it, while the measure is open.
    Balloting(#[serde(with = "crate::codec::shared")] Arc<Balloting>),
    /// What it amounts to, when the measure has ended.
    Counted(Box<Counted>),
}

impl Balloting {
    /// The ballot of this code, if it has said something and not taken it back.
    pub fn ballot(&self, code: &Code) -> Option<&BallotState> {
        self.ballots.get(code).filter(|ballot| ballot.position != Position::Retracted)
    }

    /// Whether the ballot for `code`, or the mandate that it has given, stands with this text.
    pub(super) fn stands(&self, code: &Code, text: &Digest) -> bool {
        self.ballots.get(code).is_some_and(|it| it.text_hash == *text)
            || self.mandates.get(code).is_some_and(|it| it.text_hash == *text)
    }

    /// The ballots, counted.
    pub fn tally(&self, law: &Frozen) -> Tally {
        Tally::of(law.entitled.iter().map(|Entitled { code, weight }| {
            (code, *weight, self.ballot(code).map(|ballot| ballot.position))
        }))
    }

    /// The ballots that others have cast under a mandate: whose they are, and who cast them.
    pub(super) fn cast_by_mandate(&self, law: &Frozen) -> Vec<(Code, Code)> {
        let cast = law.entitled.iter().filter_map(|entitled| {
            let mandate = self.ballot(&entitled.code)?.mandate.as_ref()?;
            Some((entitled.code.clone(), mandate.holder.clone()))
        });
        cast.collect()
    }

    /// Where the ballots that count stand in the log, and the mandates of those that others cast.
    fn leaves(&self, law: &Frozen) -> Vec<LeafIndex> {
        let ballots = law.entitled.iter().filter_map(|entitled| self.ballot(&entitled.code));
        let leaves = ballots.flat_map(|ballot| {
            core::iter::once(ballot.leaf).chain(ballot.mandate.iter().map(|it| it.leaf))
        });
        leaves.collect()
    }

    /// What stays of it when the measure ends.
    pub(super) fn counted(&self, law: &Frozen) -> Counted {
        Counted {
            tally: self.tally(law),
            by_mandate: self.cast_by_mandate(law),
            leaves: if law.opens_votes() { self.leaves(law) } else { Vec::new() },
            former: self.former.iter().map(|former| former.text_hash).collect(),
        }
    }
}

impl Kept {
    /// Whether a revision has replaced this text.
    pub(super) fn has_former(&self, text: &Digest) -> bool {
        match self {
            Self::Balloting(it) => it.former.iter().any(|former| former.text_hash == *text),
            Self::Counted(it) => it.former.contains(text),
        }
    }
}
