//! Seals: who has sealed which block boundary, and the newest that all have.
//!
//! What it guarantees: a seal is judged by what it signs, a size, a root and a time, and by nothing else
//! [rules.md R12]. The block that ends at its size is looked up on the own chain.
//!
//! ```text
//! size above the chain's end ............................ early: held until the chain reaches it
//! a block ends there, with this root .................... known, or new
//! no block ends there, or one with another root ......... conflicting: its signer contradicts the ledger
//! ```

mod book;
mod checkpoint;
mod conviction;
mod early;
mod held;
mod standing;

pub use book::{SEAL_HEIGHTS_MAX, SealBook, Taken};
pub(super) use early::LookedAhead;
pub use early::{EARLY_SEALS_LOOKED_AT_MAX, EARLY_SEALS_PER_MEMBER_MAX};

#[cfg(test)]
mod tests;
