//! The charter: the council's own law as data. No constant of any one council stands in the code.

mod basis;
mod definition;
mod difference;
mod error;
mod fields;
mod form;
mod fraction;
mod kind;
mod limits;
mod lines;
mod publication;
mod shares;
mod verify;

pub use basis::rests_on;
pub use definition::{
    Charter, QualifiedBlock, ROLE_MEMBER, ROLE_PROPOSER, Weight, is_a_participants,
};
pub use difference::{Difference, How};
pub use error::CharterError;
pub use fields::{FIELDS, is_field};
pub use form::{Form, ReferenceKind};
pub use fraction::{Fraction, percent};
pub use kind::{
    Authority, Category, Effect, Elsewhere, EntitledSet, Incidents, Kind, Procedure, Restriction,
    Roles, Rule, Use,
};
pub use limits::{BLOCK_SHARE_MAX, SOURCE_BYTES_MAX};
pub use publication::{Publication, Votes};
pub use shares::{Allowance, Shares};
