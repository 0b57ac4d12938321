//! One council member as a step machine: consensus, pending statements, seals, catch-up.
//!
//! What it guarantees: for the same inputs in the same order it gives the same effects in the same
//! order; whatever must be durable before something leaves stands before it. What it does not: it has
//! no clock, no socket, no file and no thread. Whoever drives it brings time and messages, and carries
//! out the effects in their order.
//!
//! ```text
//!            Input                          Effect
//! message ─────────▶ replica ── consensus ────────▶ write, sync, send, broadcast
//! ```
//!
//! Drive a replica: give it an input, and carry out the effects in their order.
//!
//! ```
//! use std::error::Error;
//!
//! use nemcon_ledger::Time;
//! use nemcon_replica::replica::{Effect, Input, Replica, Write};
//!
//! /// What the replica does not have: a disk, links to peers, timers, and people who wait.
//! trait Host {
//!     fn write(&mut self, write: Write) -> Result<(), Box<dyn Error>>;
//!     fn carry_out(&mut self, effect: Effect);
//! }
//!
//! fn drive(
//!     replica: &mut Replica,
//!     host: &mut impl Host,
//!     now: Time,
//!     input: Input,
//! ) -> Result<(), Box<dyn Error>> {
//!     for effect in replica.step(now, input)? {
//!         match effect {
//!             // After a failed write nothing more is carried out, so nothing that rests on the
//!             // write leaves the node. The caller stops the node.
//!             Effect::Disk(write) => host.write(write)?,
//!             other => host.carry_out(other),
//!         }
//!     }
//!     Ok(())
//! }
//! ```

pub mod consensus;
pub mod evidence;
pub mod keyring;
pub mod replica;
#[cfg(test)]
mod test_council;
