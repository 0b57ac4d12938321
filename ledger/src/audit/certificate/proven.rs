//! What a certificate shows.

use nemcon_crypto::{Digest, LeafIndex};

use crate::Height;
use crate::audit::report::Report;
use crate::record::{Decision, Lapse, Measure, Position};
use crate::text::{Code, Label, Line, Time};

/// A place in the log, and when its block was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The record.
    pub leaf: LeafIndex,
    /// Its block.
    pub height: Height,
    /// The time of the block.
    pub time: Time,
    /// Whether the block before is shown too: else the record may stand in an earlier block.
    pub is_exact: bool,
}

/// A ballot as its officers signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotShown {
    /// The member whose ballot it is.
    pub code: Code,
    /// The member that has signed it: another one under a mandate.
    pub by: Code,
    /// What it says.
    pub position: Position,
    /// Where it stands.
    pub at: Moment,
    /// The officers that have signed it, by their labels.
    pub officers: Vec<Label>,
    /// The hash of its text.
    pub text_hash: Digest,
    /// The commitment to the declaration that goes with it.
    pub declaration: Option<Digest>,
    /// Whether it is the tacit assent that the procedure knows.
    pub is_tacit: bool,
}

/// A mandate as its grantor signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateShown {
    /// The member whose ballot another one cast.
    pub code: Code,
    /// Who cast it.
    pub holder: Code,
    /// Where the mandate stands.
    pub at: Moment,
}

/// How the measure has ended, as far as the certificate shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was decided.
    Decided {
        /// The record.
        decision: Box<Decision>,
        /// Where it stands.
        at: Moment,
        /// How the votes add up, if they are shown and are what the decision has counted.
        votes: Option<String>,
    },
    /// It ended without a decision.
    Lapsed {
        /// The record.
        lapse: Box<Lapse>,
        /// Where it stands.
        at: Moment,
    },
    /// It was taken back.
    Withdrawn {
        /// Where the withdrawal stands.
        at: Moment,
    },
    /// The certificate shows no end: these members had not signed.
    Open {
        /// Their codes, in roster order.
        missing: Vec<Code>,
    },
}

/// What a certificate was found to show.
#[derive(Debug)]
pub struct Proven {
    /// What is wrong, how much was checked, who has sealed.
    pub report: Report,
    /// The number of the measure.
    pub measure: u64,
    /// Where the law on the measure comes from, as the charter says.
    pub source: Option<Line>,
    /// The members at the checkpoint, by code and name.
    pub members: Vec<(Code, Line)>,
    /// The text in force, with its hash and its revision, and where that stands.
    pub text: Option<(Box<Measure>, Digest, u32, Moment)>,
    /// Where the measure was tabled, if that is shown.
    pub tabled: Option<Moment>,
    /// The ballots on that text, in roster order.
    pub ballots: Vec<BallotShown>,
    /// The mandates that they were cast under.
    pub mandates: Vec<MandateShown>,
    /// How the measure has ended.
    pub ending: Option<Ending>,
    /// The decisions on the other measures of its package: number, whether adopted.
    pub package: Vec<(u64, bool)>,
}

impl Proven {
    /// Whether nothing is wrong and the measure has ended by what all its members' nodes have sealed, with the
    /// votes that decided it.
    pub fn is_final(&self) -> bool {
        let has_ended = match &self.ending {
            Some(Ending::Decided { votes, .. }) => votes.is_some(),
            Some(Ending::Lapsed { .. } | Ending::Withdrawn { .. }) => true,
            Some(Ending::Open { .. }) | None => false,
        };
        has_ended && self.is_faultless()
    }

    /// Whether nothing is wrong.
    pub fn is_faultless(&self) -> bool {
        self.report.fault_count == 0
            && self.report.unjudged.seals.is_none()
            && self.ending.is_some()
    }

    /// Whether nothing is wrong, and the votes behind the decision are not public.
    pub fn is_final_in_public(&self) -> bool {
        self.is_faultless() && matches!(self.ending, Some(Ending::Decided { votes: None, .. }))
    }
}
