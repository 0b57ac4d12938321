//! Whether a council goes on from where another one ended.

use core::fmt;

use nemcon_crypto::{Digest, PublicKey, TreeSize};

use super::report::Report;
use crate::council::join;
use crate::record::{Member, Roster};
use crate::text::{Code, Label};

/// A founding member of a successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heir {
    /// Who.
    pub code: Code,
    /// With which of its keys of the old council it has signed the genesis.
    pub old_keys: Vec<OldKey>,
}

/// A key that a member had where the old ledger ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OldKey {
    /// An officer's.
    Officer(Label),
    /// The recovery key.
    Recovery,
}

impl fmt::Display for OldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Officer(label) => write!(f, "officer {label}"),
            Self::Recovery => f.write_str("recovery key"),
        }
    }
}

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

/// Checks that the council of `successor` goes on from the ledger of `predecessor`, names whom it
/// leaves out, and was founded by somebody of that council; returns the founding members with the old
/// keys that they have signed with. That its founders had the right to found it is not in any ledger.
///
/// # Errors
/// The first [`LinkFault`].
pub fn verify_link(successor: &Report, predecessor: &Report) -> Result<Vec<Heir>, LinkFault> {
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
    if left_out != link.leaves_out {
        return Err(LinkFault::LeftOut { left_out, named: link.leaves_out.clone() });
    }
    let heirs = heirs(successor, predecessor.roster.as_deref());
    let is_known = heirs.iter().any(|heir| !heir.old_keys.is_empty());
    if is_known { Ok(heirs) } else { Err(LinkFault::Unsigned) }
}

fn heirs(successor: &Report, old: Option<&Roster>) -> Vec<Heir> {
    let founders = successor.founders.iter();
    let heir = |code: &Code| {
        let before = old.and_then(|roster| roster.member(code));
        let signed = successor.founded_with.iter().filter(|(by, _)| by == code);
        let old_keys = signed.filter_map(|(_, key)| old_key(before?, *key));
        Heir { code: code.clone(), old_keys: old_keys.collect() }
    };
    founders.map(heir).collect()
}

/// Which of the member's keys this is, if it is one that speaks for it.
fn old_key(member: &Member, key: PublicKey) -> Option<OldKey> {
    let officer = member.officers.iter().find(|officer| officer.key == key);
    let officer = officer.map(|officer| OldKey::Officer(officer.label.clone()));
    officer.or_else(|| (member.recovery == key).then_some(OldKey::Recovery))
}

fn names(codes: &[Code]) -> String {
    if codes.is_empty() { "nobody".to_owned() } else { join(codes) }
}
