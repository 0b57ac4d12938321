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
//!
//! Audit an export. The auditor brings the council digest; an export that does not begin with the text
//! of that digest is not believed:
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use nemcon_crypto::hash::sha256;
//! use nemcon_ledger::audit::{FileError, Source, Strays, audit};
//!
//! /// An export in memory: each file by its path.
//! struct Files(BTreeMap<&'static str, Vec<u8>>);
//!
//! impl Source for Files {
//!     fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
//!         let file = self.0.get(path).ok_or(FileError::Missing)?;
//!         if file.len() as u64 > bytes_max {
//!             return Err(FileError::TooLong { bytes_max });
//!         }
//!         Ok(file.clone())
//!     }
//!
//!     fn strays(&self, _is_ours: &dyn Fn(&str) -> bool) -> Strays {
//!         Strays::default()
//!     }
//! }
//!
//! let export = Files(BTreeMap::from([("genesis", b"nemcon/v1 genesis\n".to_vec())]));
//! let report = audit(&export, &sha256(b"the text that the founders signed"));
//! assert!(!report.faults.is_empty(), "verified only if there is no fault");
//! assert_eq!(report.faults[0].place.to_string(), "genesis");
//! ```

pub mod audit;
pub mod chain;
pub mod codec;
pub mod council;
pub mod durable;
pub mod export;
pub mod fork;
pub mod known;
pub mod quorum;
pub mod record;
pub mod rosters;
pub mod text;
pub mod units;

pub use chain::{Block, Chain};
pub use known::Known;
pub use record::Record;
pub use rosters::Rosters;
pub use text::{Code, Time};
pub use units::Height;
