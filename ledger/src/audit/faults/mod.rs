//! What an audit finds wrong: what, where, by which rule.

mod broken_rule;
mod fault;
mod field;
mod link;
mod place;
mod rules;
mod shown;
mod wrong;

pub use fault::Fault;
pub use field::Field;
pub use link::LinkFault;
pub use place::Place;
pub use rules::{FAULTS, FaultRule};
pub use shown::shown;
pub use wrong::{Derivation, Wrong};
