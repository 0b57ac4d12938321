//! Whether a council goes on from where another one ended.

use nemcon_crypto::{Digest, TreeSize};

use super::report::Report;
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
    #[error("no key of the old council has signed its genesis: anybody could have founded it")]
    Unsigned,
}

/// Checks that the council of `successor` goes on from the ledger of `predecessor`, and names whom it
/// leaves out. That its founders had the right to found it is not in any ledger.
///
/// # Errors
/// The first [`LinkFault`].
pub fn verify_link(successor: &Report, predecessor: &Report) -> Result<(), LinkFault> {
    let link = successor.succeeds.as_ref().ok_or(LinkFault::Founded)?;
    let root = predecessor.root.filter(|_| predecessor.is_verified());
    let (Some(found), Some(council)) = (root, predecessor.council) else {
        return Err(LinkFault::NotVerified);
    };
    if council != link.council {
        return Err(LinkFault::NotVerified);
    }
    let (linked, size) = (link.checkpoint, predecessor.size);
    if linked.size != size {
        return Err(LinkFault::Size { linked: linked.size, found: size });
    }
    if linked.root != found {
        return Err(LinkFault::Root { linked: linked.root, found });
    }
    let old = predecessor.members.iter();
    let left_out: Vec<_> = old.filter(|code| !successor.founders.contains(code)).cloned().collect();
    if left_out == link.leaves_out {
        return Ok(());
    }
    Err(LinkFault::LeftOut { left_out, named: link.leaves_out.clone() })
}

fn names(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}
