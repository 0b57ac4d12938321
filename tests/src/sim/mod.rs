//! The simulator: a council of complete nodes in one thread, everything from one seed.
//!
//! What it guarantees: the replica, the ledger folder, the journal and the file `signed` that run
//! are the ones that ship; only storage, clock, chance and network are replaced; the same seed runs
//! the same way. What it does not: it runs no shell, no TLS and no threads.
//!
//! ```text
//! seed ─▶ plan ─▶ world ── events in order ──▶ node: replica ─▶ effects ─▶ folder on a sim disk
//!                  │  ▲                                            │
//!        nemesis, people, adversaries                              ▼
//!                                                     monitor: what must hold, always
//! ```

pub mod adversaries;
mod amnesia;
pub mod controls;
mod execute;
mod forked;
mod links;
pub mod monitor;
mod nemesis;
pub mod network;
pub mod node;
mod outsiders;
mod passers;
mod people;
pub mod plan;
mod proving;
pub mod report;
pub mod rng;
mod run;
mod seats;
mod seeds;
mod set_back;
mod snapshots;
pub mod storage;
pub mod trace;
mod twist;
pub mod world;

pub use plan::{Faults, Plan, SCENARIOS, Wishes};
pub use report::{Outcome, Summary, Tally, replay_command};
pub use run::{LOCKED_FOR_EVER, run};
pub use seeds::run_all;
