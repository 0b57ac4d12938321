//! What a node keeps on its disk: the journal, the file `signed`, and the index.
//!
//! What it guarantees: an entry that was synced is there after a crash, whichever operation the crash
//! interrupted. A torn end is cut. Damage before the end is refused, never skipped. What it does not
//! guarantee: it parses no record and does not say whether a block is lawful.
//!
//! ```text
//! storage ── log_file ── journal ── store
//! frame ──────┘  └────── signed       └─ index
//! ```
//!
//! Append to a journal, and read it back after a restart:
//!
//! ```
//! use nemcon_crypto::hash::sha256;
//! use nemcon_disk::journal::{Journal, SEGMENT_BYTES_MAX};
//! use nemcon_ledger::Height;
//! use nemcon_ledger::durable::{CommittedBlock, Entry};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dir = tempfile::tempdir()?;
//! let council = sha256(b"the text that the founders signed");
//! let entry = Entry::Block(CommittedBlock {
//!     height: Height(1),
//!     records: vec![b"a record".to_vec()],
//!     certificate: b"the votes that decided the block".to_vec(),
//! });
//!
//! let (mut journal, _) = Journal::open(dir.path(), council, SEGMENT_BYTES_MAX)?;
//! let position = journal.append(&entry)?;
//! journal.sync()?; // From here on the entry survives a crash.
//! drop(journal);
//!
//! let (journal, _) = Journal::open(dir.path(), council, SEGMENT_BYTES_MAX)?;
//! assert_eq!(journal.read(position)?, entry);
//! # Ok(())
//! # }
//! ```

pub mod frame;
pub mod index;
pub mod journal;
mod log_file;
pub mod signed;
pub mod storage;
pub mod store;
