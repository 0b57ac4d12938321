//! The audit of an export: everything is derived again from the genesis, nothing is believed.
//!
//! Trust enters by the council digest that the caller brings, and only there. The audit reads the
//! files of an export, replays every block by the council's law, rebuilds the tree and its tiles,
//! and checks each signature and seal. It needs no network, no database and no other tool.
//!
//! It goes on past what it refuses, as far as what follows can be judged, and says what could not be.

pub mod certificate;
mod conclude;
mod derived;
mod examine;
mod faults;
mod founding;
mod head;
mod heirs;
mod inquiry;
mod kept;
mod oddities;
mod proving;
mod public;
mod remarks;
mod replay;
mod report;
mod seals;
mod since;
mod sketch;
mod source;
mod succession;
mod taint;
mod unjudged;
mod window;

pub use faults::{Derivation, FAULTS, Fault, FaultRule, Field, LinkFault, Place, Wrong, shown};
pub use head::judge_checkpoint;
pub use heirs::{Heir, OldKey};
pub use inquiry::{Derived, Inquiry, NOTE_BYTES_MAX, Progress, audit};
pub use kept::{KEPT_BYTES_MAX, Kept, KeptError};
pub use proving::{Looked, OneByOne, RECORDS_AT_ONCE_MAX, Workers};
pub use remarks::{Remark, at as seal_time};
pub use report::{
    ChangeReport, Counts, DecidedAct, DecisionReport, FAULTS_NAMED_MAX, Later, MandateReport,
    MeasureReport, Report, Shown, Since, VotesShown,
};

pub use source::{FileError, Other, Source, Strays};
pub use succession::verify_link;
pub use unjudged::{Following, Rest, Unjudged};
pub use window::TILE_BYTES_MAX;
