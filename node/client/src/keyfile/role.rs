//! The use of a key.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// The use of a key. Each key has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    /// The key signs statements of its party.
    Officer,
    /// The key is kept offline. With it alone, the member's officer keys change.
    Recovery,
    /// The key is the node's identity: TLS, consensus votes, log signature.
    Node,
    /// The key seals checkpoints.
    Seal,
    /// The key cosigns checkpoints of logs, for a witness that belongs to no council.
    Witness,
    /// The key signs the checksums of a release of software, and nothing of a council.
    Release,
}

/// The error for a text that is no role of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's role is one of officer, recovery, node, seal, witness, release")]
pub struct KeyRoleError;

impl KeyRole {
    /// All uses of keys.
    pub const ALL: [Self; 6] =
        [Self::Officer, Self::Recovery, Self::Node, Self::Seal, Self::Witness, Self::Release];

    /// The written form of the use, as in a key file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Recovery => "recovery",
            Self::Node => "node",
            Self::Seal => "seal",
            Self::Witness => "witness",
            Self::Release => "release",
        }
    }

    /// Whether a person uses the key, who can give a passphrase. Nodes and witnesses start when nobody is there.
    pub const fn is_a_persons(self) -> bool {
        match self {
            Self::Officer | Self::Recovery | Self::Release => true,
            Self::Node | Self::Seal | Self::Witness => false,
        }
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KeyRole {
    type Err = KeyRoleError;

    fn from_str(text: &str) -> Result<Self, KeyRoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(KeyRoleError)
    }
}
