//! The ledger of a council: records, the council's law, the journal, and the audit of an export.

pub mod codec;
pub mod frame;
pub mod index;
pub mod journal;
mod log_file;
pub mod signed;
pub mod storage;
pub mod store;
pub mod units;

pub use units::Height;
