//! What a node measures, for programs that watch it: numbers in the text format of `OpenMetrics`, and whether the node
//! takes part.
//!
//! ```text
//! replica's thread ─▶ Observed, when asked ─┐
//! every thread     ─▶ Meters, as it happens ┴─▶ families ─▶ GET /metrics
//! conditions       ─▶ Readiness, every 5 s  ─────────────▶ GET /ready
//! ```
//!
//! What it guarantees: each family has one name, one unit and a row in `docs/metrics.md`; a family is always there, with
//! zeros where nothing happened. No number tells what a statement or a measure says. What it does not: no number
//! decides anything, and those that count since the start begin at zero with each start.

mod address;
mod families;
mod kept;
mod limits;
mod observed;
mod observing;
mod process;
mod readiness;

pub(super) use address::{listener, run};
pub(super) use families::{OPENMETRICS, render};
pub(super) use kept::Meters;
pub(super) use limits::descriptors;
pub(super) use observed::Observed;
pub(super) use readiness::{Readiness, Verdict, judge};
