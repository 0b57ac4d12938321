//! The ledger of a council: records, the council's law, the journal, and the audit of an export.
//!
//! What it guarantees: every byte of a record has one reading; every block follows from the one
//! before by the council's law, and the same code says so to the node before it votes, to the node
//! after, and to the auditor. What it does not: it orders nothing and speaks to nobody.
//!
//! ```text
//! text ── record ── council ── chain ── audit      pure: bytes in, verdicts out
//!                                 └──── export
//! codec ── frame ── journal ── store               the disk
//!            └───── signed       └─ index
//! files                                            what others hand over, to a limit
//! ```

pub mod audit;
pub mod chain;
pub mod codec;
pub mod council;
pub mod export;
pub mod files;
pub mod frame;
pub mod index;
pub mod journal;
mod log_file;
pub mod quorum;
pub mod record;
pub mod rosters;
pub mod signed;
pub mod storage;
pub mod store;
pub mod text;
pub mod units;

pub use chain::{Block, Chain};
pub use record::Record;
pub use rosters::Rosters;
pub use text::{Code, Time};
pub use units::Height;
