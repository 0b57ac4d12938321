//! The Merkle tree of RFC 6962 over the ledger's records.
//!
//! [`Frontier`] appends and knows the root; [`Tree`] keeps every complete subtree and also proves.
//! A proof is a list of digests, in the order of RFC 9162; it binds a leaf or an older root to a
//! *pair* of size and root, which must come together from one checkpoint.

mod frontier;
mod node;
mod proof;
mod shared;
#[cfg(test)]
mod tests;
mod tree;

pub use frontier::Frontier;
pub use node::{LeafIndex, TreeSize, empty_root, leaf_hash, node_hash};
pub use proof::{ProofError, verify_consistency, verify_inclusion};
pub use shared::root_with;
pub use tree::{Tree, TreeError};
pub(crate) use tree::{consistency_ranges, subtrees};
