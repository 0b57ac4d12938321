//! Why a council does not go on from the ledger that its genesis names.

use nemcon_crypto::{Digest, TreeSize};

use crate::council::join;
use crate::text::Code;

/// Why a successor does not go on from the ledger that it names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// It names none.
    #[error("its genesis names no ledger that it goes on from")]
    Founded,
    /// What was brought is not verified, or is another council's.
    #[error("the predecessor's export is not verified")]
    NotVerified,
    /// It links another size than the one that was brought.
    #[error(
        "its genesis links size {linked}, and the predecessor's export is of size {found}: take one \
         of that size, or what came after it was left out"
    )]
    Size {
        /// What the genesis says.
        linked: TreeSize,
        /// What was brought.
        found: TreeSize,
    },
    /// It links another ledger of that size.
    #[error("its genesis links the root {linked}, and the predecessor's ledger has {found}")]
    Root {
        /// What the genesis says.
        linked: Digest,
        /// What was brought.
        found: Digest,
    },
    /// It does not name whom it leaves out.
    #[error("its genesis leaves out {}, and names {}", names(.left_out), names(.named))]
    LeftOut {
        /// The predecessor's members that are none here.
        left_out: Vec<Code>,
        /// Whom the genesis names.
        named: Vec<Code>,
    },
    /// Nobody of the old council has signed it.
    #[error(
        "no key of a member of the old council has signed its genesis: anybody could have founded it"
    )]
    Unsigned,
}

fn names(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}
