//! Records: the leaves of the log. Each is a text with one written form.
//!
//! What it guarantees: `render(parse(bytes)) == bytes` for every record. What it does not: whether
//! the council lets a statement in is for `council` to judge.
//!
//! ```text
//! genesis                                   leaf 0, a text; its signatures travel beside it
//! measure revision package ballot ...       statements: C2SP signed notes of officers
//! decision lapse block                      derived by the state machine: texts
//! ```

pub mod as_text;
mod ballot;
pub mod body;
pub mod charter;
pub mod council_change;
pub mod derived;
pub mod error;
pub mod genesis;
pub mod grammar;
pub mod incident;
pub mod keys;
mod leaf;
pub mod limits;
pub mod mandate;
pub mod measure;
pub mod measure_fields;
pub mod membership;
pub mod particulars;
pub mod remark;
pub mod reservation;
pub mod revision;
pub mod roster;
pub mod share;
pub mod signers;
pub mod statement;
pub mod steering;
pub mod succession;
pub mod used;

pub use ballot::{Ballot, Position};
pub use body::Body;
pub use charter::{Charter, Fraction};
pub use council_change::CouncilChange;
pub use derived::{BlockRecord, Decision, Lapse, Outcome};
pub use error::{GenesisError, RecordError};
pub use genesis::{Genesis, Visibility};
pub use grammar::{About, ChainKey, ChainLink, Said};
pub use incident::{Attribution, Incident};
pub use keys::{Freeze, Keys, Rotation};
pub use leaf::Record;
pub use limits::{MEMBERS_MAX, RECORD_BYTES_MAX, RULES_VERSION};
pub use mandate::Mandate;
pub use measure::Measure;
pub use membership::{Boundary, Entry, Notice};
pub use particulars::{Particulars, Prepared};
pub use remark::{Remark, RemarkText};
pub use reservation::{Reservation, ReservationAct};
pub use revision::{Package, Revision};
pub use roster::{Member, Officer, Participant, Roster};
pub use statement::Statement;
pub use steering::{Attestation, Close, Extension, Withdrawal};
pub use succession::Succession;
