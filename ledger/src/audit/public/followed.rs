//! The council as a public export shows it: its blocks are followed by what is public of them.
//!
//! What it guarantees: who sits and who signs for whom is as the council's law has it, as long as each block
//! names the roster that follows. What it does not: that a measure was rightly adopted; an adoption that
//! changes the council is believed, as its decision says.

use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::{Digest, LeafIndex};

use super::votes::Seats;
use crate::Height;
use crate::audit::faults::{Derivation, Fault, Field, Place, Wrong};
use crate::audit::report::Report;
use crate::council::{Council, Refusal};
use crate::record::genesis::Genesis;
use crate::record::measure_fields::Cited;
use crate::record::{BlockRecord, Body, Boundary, CouncilChange, Roster, Statement};
use crate::text::Code;

/// The council behind the last block.
pub(in crate::audit) struct Followed {
    council: Council,
    /// The roster that decided the last block.
    roster: Arc<Roster>,
    /// Who sat under the roster with this digest; more than once, if the whole weight was changed alone.
    seats: BTreeMap<Digest, Vec<Seats>>,
    /// The first block of which nothing can be said.
    lost_at: Option<Height>,
}

/// What is shown of a block before its own record.
#[derive(Default)]
pub(in crate::audit) struct Shown {
    pub(in crate::audit) statements: Vec<(LeafIndex, Box<Statement>)>,
    /// What its adopted measures change in the council.
    pub(in crate::audit) adopted: Vec<Adopted>,
}

/// A measure that was adopted, and what it changes in the council.
pub(in crate::audit) struct Adopted {
    /// Where its decision stands in the log.
    pub(in crate::audit) at: LeafIndex,
    pub(in crate::audit) measure: Cited,
    pub(in crate::audit) change: CouncilChange,
}

impl Followed {
    pub(in crate::audit) fn new(genesis: &Genesis) -> Self {
        let council = Council::new(genesis.clone());
        let roster = Arc::clone(council.roster());
        let mut followed = Self { council, roster, seats: BTreeMap::new(), lost_at: None };
        followed.note_seats();
        followed
    }

    /// The roster of the next block by its digest, and whether a change of it waits for a block.
    pub(in crate::audit) fn standing(&self) -> (Digest, bool) {
        (self.council.roster_digest(), self.council.waiting().next().is_some())
    }

    /// The roster that decided the last block and seals the size at which it ends.
    pub(in crate::audit) const fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// The roster that decides the next block.
    pub(super) fn next_roster(&self) -> &Arc<Roster> {
        self.council.roster()
    }

    /// The codes of those who sat under the roster with this digest, in its order.
    pub(in crate::audit) fn members_under(&self, roster: &Digest) -> Option<Vec<Code>> {
        self.seats.get(roster)?.first().map(|seats| seats.codes().cloned().collect())
    }

    /// Who sat under the roster with this digest.
    pub(super) fn seats(&self, roster: &Digest) -> &[Seats] {
        self.seats.get(roster).map_or(&[], Vec::as_slice)
    }

    /// The first block that cannot be followed.
    pub(in crate::audit) const fn lost_at(&self) -> Option<Height> {
        self.lost_at
    }

    /// Goes through a block by what is shown of it; how many of its statements could not be verified.
    pub(in crate::audit) fn block(
        &mut self,
        block: &BlockRecord,
        shown: Shown,
        report: &mut Report,
    ) -> u64 {
        self.lose(block, report);
        if self.lost_at.is_some() {
            return shown.statements.len() as u64;
        }
        self.roster = Arc::clone(self.council.roster());
        self.verify_proposer(block, report);
        self.council.open(block.time);
        // What the time of a block brings about stands before its statements, and acts before them.
        let last = shown.statements.last().map_or(LeafIndex(0), |(at, _)| *at);
        let (early, late): (Vec<_>, Vec<_>) =
            shown.adopted.into_iter().partition(|it| it.at < last);
        self.adopt(block, early, report);
        for (at, statement) in shown.statements {
            match self.take(&statement) {
                Ok(()) => {
                    report.counts.officer_signatures += statement.note.signatures().len() as u64;
                }
                Err(refusal) => {
                    let (body, refusal) = (&statement.body, Box::new(refusal));
                    let (kind, by) = (body.kind(), body.head().by.clone());
                    let measure = body.measures().first().copied();
                    let wrong = Wrong::Refused { kind, by, measure, refusal };
                    report.fault(Fault::new(Place::of_record(at, block.height), wrong));
                }
            }
        }
        self.council.settle_followed();
        self.adopt(block, late, report);
        self.council.close_followed();
        self.note_seats();
        0
    }

    /// What these measures change in the council takes effect, in their order.
    fn adopt(&mut self, block: &BlockRecord, adopted: Vec<Adopted>, report: &mut Report) {
        for Adopted { at, measure, change } in adopted {
            if let Err(why) = self.council.adopt_followed(measure, &change) {
                let (kind, measure) = (Derivation::Decision, measure.number);
                let why = format!("it was adopted, and could not be: {why}");
                let wrong = Wrong::DerivedFalse { kind, measure, why };
                report.fault(Fault::new(Place::of_record(at, block.height), wrong));
            }
        }
    }

    /// Height and round of a block fix who proposes it.
    fn verify_proposer(&self, block: &BlockRecord, report: &mut Report) {
        let expected = &self.roster.proposer(block.height, block.round).code;
        if block.proposer != *expected {
            let (found, expected) = (block.proposer.to_string(), expected.to_string());
            let wrong = Wrong::Header { field: Field::Proposer, found, expected };
            let place = Place::of_record(LeafIndex(block.size.0), block.height);
            report.fault(Fault::new(place, wrong));
        }
    }

    /// From a block on that nothing can be said of, nothing is followed: another roster has decided it, or
    /// rules that this release does not know.
    fn lose(&mut self, block: &BlockRecord, report: &mut Report) {
        if self.lost_at.is_some() {
            return;
        }
        let unknown = self.council.rules().filter(|rules| !rules.is_known()).cloned();
        if unknown.is_some() || block.roster != self.council.roster_digest() {
            self.lost_at = Some(block.height);
        }
        if let Some(rules) = unknown {
            let place = Place::of_record(LeafIndex(block.size.0), block.height);
            report.fault(Fault::new(place, Wrong::Rules(Box::new(rules))));
        }
    }

    /// Tells the council where the block that was gone through ends.
    pub(in crate::audit) fn bound(&mut self, boundary: Boundary) {
        self.council.bound(boundary);
    }

    /// Statements about keys and seats are judged whole; of the others, who has signed.
    fn take(&mut self, statement: &Statement) -> Result<(), Refusal> {
        match &statement.body {
            Body::Keys(_)
            | Body::Freeze(_)
            | Body::Rotation(_)
            | Body::Notice(_)
            | Body::Entry(_) => self.council.apply(statement),
            body => {
                self.council.verify_signed(statement)?;
                let change = match body {
                    Body::Measure(measure) => &measure.council_change,
                    Body::Revision(revision) => &revision.measure.council_change,
                    _ => return Ok(()),
                };
                Council::verify_named_officers(change)
            }
        }
    }

    fn note_seats(&mut self) {
        let seats = Seats::of(&self.council);
        let known = self.seats.entry(self.council.roster_digest()).or_default();
        if known.last() != Some(&seats) {
            known.push(seats);
        }
    }
}
