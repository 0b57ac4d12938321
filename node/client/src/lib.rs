//! What people do with a council, as a library: found it, draft, sign, ask a node, submit, export, audit.
//!
//! What it guarantees: the signed text is the shown text, and every word of a node that can be checked
//! is checked before anybody relies on it. What it does not: it prints nothing and asks nobody for
//! consent; the command line does.
//!
//! ```text
//! founding ── keyfile, keyset, token          before there is a council
//! draft ─ acts ─ statements ─ session         from a file to a signed statement
//! reading                                     what a person reads before the statement is signed
//! client ── api ──────────────> node          submits, asks, compares each answer with its request
//! export ── audit, minutes                    what leaves the node, checked here
//! ```

pub mod acts;
pub mod api;
pub mod audit;
pub mod client;
pub mod clock;
pub mod commitment;
pub mod config;
pub mod digest;
pub mod draft;
pub mod export;
pub mod failure;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod founding;
pub mod keyfile;
pub mod keyset;
pub mod law;
pub mod loopback;
pub mod lossy;
pub mod minutes;
pub mod misfit;
pub mod names;
pub mod reading;
pub mod seats;
pub mod session;
pub mod shipped;
pub mod staged;
pub mod statements;
pub mod token;
pub mod words;
