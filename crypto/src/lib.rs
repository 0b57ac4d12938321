//! The cryptography of a nemcon ledger: pure functions over bytes.
//!
//! What it guarantees: every decoder accepts one encoding of a value and refuses the rest (but
//! policy files, which people write, may hold spacing and comments); every signature is checked
//! with strict Ed25519; no function reads a clock, a file or a random source.
//! What it does not: it knows nothing of councils, records or who may sign what.
//!
//! ```text
//! hash ── merkle ── tiles            leaves -> roots, proofs, static files
//!   └──── signing ── note ── checkpoint ── cosignature ── verify ── policy
//! ```

pub mod checkpoint;
pub mod cosignature;
pub mod hash;
pub mod merkle;
pub mod note;
pub mod policy;
mod serial;
pub mod signing;
pub mod tiles;
pub mod verify;

pub use checkpoint::Checkpoint;
pub use hash::Digest;
pub use merkle::{LeafIndex, TreeSize};
pub use signing::{PublicKey, SecretKey, Signature};
pub use verify::verify_line;
