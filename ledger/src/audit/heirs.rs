//! The founding members of a successor, and the keys of the old council that they signed with.

use core::fmt;

use crate::text::{Code, Label};

/// A founding member of a successor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heir {
    /// The code of the member.
    pub code: Code,
    /// The keys of the old council with which the member has signed the genesis.
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
