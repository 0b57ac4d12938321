//! A member's node key by its bytes: the name under which consensus knows a member.

use core::fmt;

use nemcon_crypto::PublicKey;
use serde::{Deserialize, Serialize};

/// A node key as its 32 bytes: whether it is a key at all is known only by finding it in a roster.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MemberKey(pub [u8; 32]);

impl MemberKey {
    /// The bytes of `key`.
    pub fn of(key: &PublicKey) -> Self {
        Self(*key.as_bytes())
    }
}

impl fmt::Display for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
