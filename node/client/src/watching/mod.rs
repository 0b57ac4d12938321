//! Watches the logs that several members give out: whether each only grows, and whether all are one.
//!
//! What it guarantees: each new checkpoint is audited, back to what was verified before; two sealed logs that
//! contradict each other are found as soon as both were shown here, and shown to others in a file that needs no word of this watch. What
//! it does not: it sees only what it is given. A member that shows one log here and another one elsewhere is found by
//! whoever sees both.

mod finding;
mod memory;
mod round;
mod watched;
mod webhook;

pub use finding::{Finding, Sort};
pub use memory::Memory;
pub use round::look_at_all;
pub use watched::{Looked, Round, Watch};
pub use webhook::tell;
