//! What an auditor's tools read: files that others handed over, and exports in folders.
//!
//! What it guarantees: a path that somebody else may have made is read only if it leads to a regular
//! file, and only up to a limit; below the folder of an export no link is followed. What it does not:
//! it judges nothing that it reads; [`nemcon_ledger::audit`] does.

pub mod files;
mod folder;

pub use folder::Folder;
