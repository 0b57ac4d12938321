//! The ledger of a council: records, the council's law, the chain of blocks, and the audit of an
//! export.
//!
//! What it guarantees: every byte of a record has one reading; every block follows from the one
//! before by the council's law, and the same code says so to the node before it votes, to the node
//! after, and to the auditor. What it does not: it orders nothing and speaks to nobody.
//!
//! ```text
//! text ── record ── council ── chain ── audit      bytes in, verdicts out
//!                                 └──── export
//! codec ── durable                                 what a node must never forget
//! ```
//!
//! It is pure: no disk, no database, no clock, no runtime.

pub mod audit;
pub mod chain;
pub mod codec;
pub mod council;
pub mod durable;
pub mod export;
pub mod quorum;
pub mod record;
pub mod rosters;
pub mod text;
pub mod units;

pub use chain::{Block, Chain};
pub use record::Record;
pub use rosters::Rosters;
pub use text::{Code, Time};
pub use units::Height;
