//! The council: a pure state machine over records. No clock, no I/O, no floats.
//!
//! What it guarantees: the same statements in the same blocks lead to the same state and the same
//! derived records, on every machine; a refusal changes nothing. What it does not: it orders no
//! statements and knows no network.
//!
//! One round a block: [`Council::open`] with the block's time, [`Council::apply`] for each of its
//! statements, [`Council::close`] for what they bring about. The node before it prevotes, the node
//! after the commit and the auditor run this very code.

mod acts;
mod balloted;
mod balloting;
mod block;
mod candidate;
mod chains;
mod coherence;
mod dates;
mod deciding;
mod entitled;
mod following;
mod force;
mod foresight;
mod frozen;
mod going_on;
mod heads;
mod history;
mod incident;
mod keys;
mod kinds;
mod laws;
pub mod limits;
mod lists;
mod lookup;
mod maps;
mod measure;
mod membership;
mod numbers;
mod outcome;
mod page;
mod participants;
mod parties;
mod publication;
mod refusal;
mod remarking;
mod reporting;
mod retelling;
mod rights;
mod room;
mod seating;
mod state;
mod status;
mod steering;
mod tabling;
mod terms;
mod undecidable;
mod voiding;

pub use balloted::{
    AttestationState, BallotState, Balloting, Counted, FormerBallot, FormerText, Kept,
    MandateState, RemarkState, ReservationState,
};
pub use candidate::{Candidate, Proven};
pub use coherence::Incoherent;
pub(crate) use coherence::{Check, verify_all};
pub use deciding::Derived;
pub(crate) use entitled::{why_concerned, why_not_participating};
pub use force::Force;
pub use foresight::{Consequence, RefusedAt};
pub(crate) use frozen::keeps_votes;
pub use frozen::{Entitled, Excluded, Frozen};
pub use history::{Ended, Extended, History, Past, Stood};
pub use incident::{AttributionState, IncidentState};
pub use limits::{
    BALLOT_BYTES_PER_BLOCK_MAX, BLOCK_CHANGE_BYTES_MAX, BLOCK_STATEMENT_BYTES_MAX, BOUNDARIES_KEPT,
    CLOSES_PER_BLOCK_MAX, ENDINGS_PER_BLOCK_MAX, HISTORY_KEPT_MAX, OFFICERS_MAX,
    OPEN_PER_PARTY_MAX, PACKAGE_MEASURES_MAX, PARTICIPANTS_MAX, REMARKS_MAX,
    STATEMENT_BYTES_PER_BLOCK_MAX, STEERED_PER_BLOCK_MAX,
};
pub use measure::{MeasureState, Successor};
pub(crate) use numbers::Numbers;
pub use outcome::{Obstacle, Standing, Tally, join};
pub use parties::Admitted;
pub use publication::Publicity;
pub use refusal::{DaySpent, LAWS, Law, NotInRole, Refusal};
pub use retelling::Told;
pub use rights::Right;
pub use state::Council;
pub use status::Status;
