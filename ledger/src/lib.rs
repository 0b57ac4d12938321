//! The ledger of a council: records, the council's law, the journal, and the audit of an export.

pub mod codec;
pub mod frame;
pub mod journal;
mod log_file;
pub mod storage;
pub mod units;

pub use units::Height;
