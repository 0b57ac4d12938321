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

pub mod consensus;
pub mod evidence;
pub mod keyring;
pub mod replica;
#[cfg(test)]
mod test_council;
