//! Why the council refuses a statement: typed, with what to do next.

mod day;
mod law;
mod parties;
mod role;
mod standing;
mod statements;
mod table;
mod tabling;

pub use day::DaySpent;
pub use law::Law;
pub use role::NotInRole;
pub use table::{LAWS, Refusal};
