//! What a member's people are told without asking: which events there are, which of them hold, and which were told.
//!
//! ```text
//! View: what a node tells ──▶ facts: events that hold, each with a key ──▶ Told: those that were not told so far
//! ```
//!
//! What it guarantees: an event is told once, also across restarts, as long as the state of what was told is kept. After a
//! crash between the two an event is told again under the same id. What it does not: a condition that has begun and
//! ended while nobody looked is not told.

mod facts;
mod kind;
mod notice;
mod told;
mod view;

pub use facts::facts;
pub use kind::{EventKind, EventKindError};
pub use notice::Notice;
pub use told::Told;
pub use view::View;

#[cfg(test)]
mod tests;
