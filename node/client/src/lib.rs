//! What people do with a council, callable: found it, draft, sign, ask a node, hand in.
//!
//! What it guarantees: what is signed is the text that was shown, and a node is believed nothing that
//! can be checked. What it does not: it prints nothing and asks nobody; commands and pages do.
//!
//! ```text
//! founding ── keyfile, keyset, token       before there is a council
//! draft ── statements ── client ── api     a draft, a signed statement, a node that is asked
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
