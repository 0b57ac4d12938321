//! What a node keeps on its disk: the journal, the file `signed`, and the index.
//!
//! What it guarantees: what was synced is there after a crash, at whatever operation it came; a torn
//! end is cut, damage before it is refused, never skipped. What it does not: it reads no record, and
//! says nothing about whether a block is lawful.
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
