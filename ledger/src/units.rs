//! Quantities that must not be mixed up.

use serde::{Deserialize, Serialize};

/// A block's place in the chain; the first block is 1, and 0 is the genesis.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Height(pub u64);

impl Height {
    /// The height after this one; the greatest has none, and others may name it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
