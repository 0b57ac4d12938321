//! What would follow from statements that nobody has signed yet: the council's own law, run on a copy
//! of the council, beside a copy in which they are not made. Nothing of either stays.
//!
//! ```text
//!                    ┌─ close ─ blocks until nothing waits ─┐
//! council ─ what waits                                      ├─ compared: what follows
//!                    └─ statements ─ close ─ blocks … ──────┘
//! ```

mod ahead;
mod consequence;
mod difference;
mod look;

pub use consequence::Consequence;
pub use look::RefusedAt;
