//! What an auditor does at a terminal: audits an export, takes one decision or one ballot out of it, verifies such a file, and watches logs.
//!
//! The program `nemcon-audit` has these commands alone: no node, no database, no runtime. The program
//! `nemcon` has them too, and its other commands print and read files by the same modules.
//!
//! What it guarantees: nothing is printed that steers a terminal; nothing is called verified by what was found in the
//! file alone. What it does not: it judges nothing itself; [`nemcon_ledger::audit`] does. Evidence of a
//! member's misdeed in consensus is judged by `nemcon verify`, which knows consensus.
//!
//! ```text
//! cli ──> audit, policy, certificate, receipt, verify, watch ──> nemcon-client, nemcon-kit, nemcon-ledger
//!              └──> screen, output, usage, progress
//! ```

pub mod audit;
pub mod certificate;
pub mod cli;
pub mod completions;
pub mod man;
pub mod note;
pub mod output;
pub mod policy;
pub mod progress;
pub mod receipt;
mod screen;
pub mod usage;
pub mod verify;
pub mod watch;

pub use screen::{Screen, unwritten};
