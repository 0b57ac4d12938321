//! Where in the ledger a member signed.

use core::fmt;

use nemcon_crypto::TreeSize;
use nemcon_ledger::Height;

/// Where in the ledger a member signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A vote or a proposal, at this height.
    Block(Height),
    /// A seal, of a tree of this size.
    Size(TreeSize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(height) => write!(f, "block {}", height.0),
            Self::Size(size) => write!(f, "size {}", size.0),
        }
    }
}
