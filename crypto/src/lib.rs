//! The cryptography of a nemcon ledger: pure functions over bytes.
//!
//! What it guarantees: every decoder accepts one encoding of a value and refuses the rest (but
//! policy files, which people write, may hold spacing and comments); every signature is checked
//! with strict Ed25519; no function reads a clock, a file or a random source.
//! What it does not: it knows nothing of councils, records or who may sign what.
//!
//! ```text
//! hash ── merkle ── tiles            leaves -> roots, proofs, static files
//!   └──── signing ── note ── checkpoint ── cosignature ── verify ── policy, witness
//! ```
//!
//! Sign a note, and check who signed it:
//!
//! ```
//! use nemcon_crypto::note::{KeyName, SignatureType, SignedNote, VerifierKey, sign_note};
//! use nemcon_crypto::{SecretKey, verify_line};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A real seed comes from the system's random source.
//! let secret = SecretKey::from_seed(&[7; 32]);
//! let name: KeyName = "council.example/FR/desk".parse()?;
//! let text = "We agree.\n";
//! let note = SignedNote::new(text.to_owned(), vec![sign_note(text, &name, &secret)?])?;
//!
//! let key = VerifierKey { name, kind: SignatureType::Ed25519, key: secret.public() };
//! let read = SignedNote::parse(&note.render())?;
//! assert_eq!(read.verified_by([&key])?, [&key]);
//! // The same line under another text does not verify.
//! assert!(verify_line(&key, "We do not agree.\n", &read.signatures()[0]).is_err());
//! # Ok(())
//! # }
//! ```

pub mod checkpoint;
pub mod cosignature;
pub mod hash;
mod hex;
pub mod merkle;
pub mod note;
pub mod policy;
mod serial;
pub mod signing;
pub mod tiles;
pub mod tlog_proof;
pub mod verify;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use hash::Digest;
pub use merkle::{LeafIndex, TreeSize};
pub use signing::{PublicKey, SecretKey, Signature};
pub use verify::{verify_line, verify_named};
