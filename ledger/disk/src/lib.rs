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

pub mod frame;
pub mod index;
pub mod journal;
mod log_file;
pub mod signed;
pub mod storage;
pub mod store;
