//! The Merkle tree of RFC 6962 over the ledger's records.

use serde::{Deserialize, Serialize};

/// The position of a leaf, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LeafIndex(pub u64);

/// A number of leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TreeSize(pub u64);
