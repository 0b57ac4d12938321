//! What an auditor's tools share: they read files that somebody else handed over, exports in folders and in
//! archives, and audit on all cores.
//!
//! What it guarantees: a path that somebody else may have made is read only if it leads to a regular
//! file, and only up to a limit. Below the folder of an export no link is followed. What it does not: it
//! does not judge what it reads; [`nemcon_ledger::audit`] does.
//!
//! ```text
//! archive ── unpack ──┐
//! path ── files ── folder ──> nemcon_ledger::audit <──> cores
//! ```

mod archive;
mod cores;
pub mod files;
mod folder;

pub use archive::{ARCHIVE_BYTES_MAX, ArchiveError, unpack};
pub use cores::Cores;
pub use folder::Folder;
