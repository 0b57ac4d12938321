//! The council's law: each rule at its boundary.

mod charters;
mod elsewhere;
mod european_council;
mod flat;
mod force;
mod foresight;
mod genesis;
mod history;
mod lapses;
mod lifecycle;
mod lists;
mod mandates_and_revisions;
mod one_third;
mod order;
mod outcomes;
mod particulars;
mod publication;
mod remarks;
mod rights;
mod sentences;
mod snapshot;
mod toolbox;
mod treaties;
mod unanimity;
pub(crate) mod union;
