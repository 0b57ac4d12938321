//! What runs a member's node around its replica: disk, mesh, HTTP, clock and signals of one node process.
//!
//! ```text
//! thread "main"     tokio: mesh, HTTP interface, signals
//!        │ events, requests (bounded)        ▲ frames, answers
//!        ▼                                   │
//! thread "replica"  one task owns the replica, the journal and the file `signed`
//! ```
//!
//! The replica's thread does its own disk writes: nothing it says leaves before they are durable.

mod addressed;
mod addresses;
mod answers;
mod clock;
pub mod condition;
mod descriptors;
mod error;
pub mod folder;
mod http;
mod identity;
mod log_quota;
mod look;
mod names;
mod non_member_links;
mod non_members;
mod operator;
mod peers;
pub mod repair;
mod requests;
mod run;
mod turns;
mod view;
mod worker;
mod worker_loop;

pub use descriptors::TooFewDescriptors;
pub use error::{ServerError, WorkerError};
pub use run::{Options, init, run};
