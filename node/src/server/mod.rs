//! The server: what runs around the replica in one node process, namely disk, mesh, HTTP, clock and signals.
//!
//! ```text
//! thread "main"     tokio: mesh, HTTP interface, signals
//!        │ events, requests (bounded)        ▲ frames, answers
//!        ▼                                   │
//! thread "replica"  one task owns the replica, the journal and the file `signed`
//!        │ statements of many frames         ▲ those that verify
//!        ▼                                   │
//! threads for a while: as many as cores, at most 4
//! ```
//!
//! What it guarantees: the replica's thread writes to the disk itself and sends nothing before the writes
//! that it depends on are durable. After a failed write or sync the node stops, and the next start
//! recovers. What it does not: it decides nothing; consensus and the council's law are in the replica.

mod addresses;
mod announcing;
mod answers;
pub mod backup;
mod clock;
pub mod condition;
mod condition_check;
mod descriptors;
mod error;
mod events;
pub mod export;
mod fair_queue;
pub mod folder;
mod host_names;
mod http;
mod identity;
mod log_quota;
mod meter;
mod news;
mod non_member_links;
mod non_members;
mod notifier;
pub(crate) mod offline;
mod operator;
mod peer_config_check;
mod peers;
mod proving;
mod read_path;
mod reload;
pub mod repair;
mod requests;
mod run;
mod standing;
mod view;
pub(crate) mod witness;
mod worker;
mod worker_loop;

pub(crate) use addresses::addresses;
pub use descriptors::TooFewDescriptors;
pub(crate) use descriptors::foreseen;
pub use error::{ServerError, WorkerError};
pub use http::{TlsFilesError, openapi};
pub(crate) use identity::founded;
pub use run::{Options, init, run};
