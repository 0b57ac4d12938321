//! The desk of a delegation: a page on which people read, sign and see who is missing.
//!
//! What it guarantees: keys and passphrases stay in this process; nothing is signed that was not shown, and what
//! was shown is signed once at most; what a node tells is compared with a copy of the log that is audited here,
//! and marked as checked only where both agree. What it does not: a page protects nobody from who can read this
//! process's memory or sits at the same keyboard.
//!
//! ```text
//! browser ── serving ─ connections ─ entrance ─ routes ─ pages ─ words
//!                                                  │        │
//!                                               act, sheet  check ── own_copy ──▶ a node's log, audited here
//!                                                  ▼
//!                                  nemcon-client: builds, checks, signs, sends
//! ```

mod act;
mod answers;
mod assets;
mod browsers;
mod check;
mod connections;
mod desk;
mod entrance;
mod fields;
mod following;
mod forms;
mod handing;
mod live;
mod making;
mod own_copy;
mod pages;
mod peer;
mod routes;
mod secret;
mod serving;
mod sheet;
mod signing;
mod tabling;
mod trouble;
mod uploads;
mod visit;
mod words;

pub use serving::{Links, Open, Settings};
