//! Who signs a note: key names, key ids and verifier keys.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::hash::sha256_parts;
use crate::{PublicKey, hex};

/// A key's name: not empty; no Unicode space, no `+` and no ASCII control [C2SP signed-note].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

/// The first four bytes of a hash that tells a name's keys apart; written as 8 lowercase
/// hexadecimal digits. It identifies, and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct KeyId(pub [u8; 4]);

/// The algorithm and the signed message of a key's signatures [C2SP signed-note].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum SignatureType {
    /// Ed25519 over the note's text.
    Ed25519 = 0x01,
    /// Timestamped Ed25519 over a checkpoint [C2SP tlog-cosignature].
    CosignatureV1 = 0x04,
}

/// `<name>+<hex8 key id>+base64(type || key)`: a public key with all that checking a line needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct VerifierKey {
    /// The name that signature lines carry.
    pub name: KeyName,
    /// What the key's signatures are made over.
    pub kind: SignatureType,
    /// The Ed25519 key.
    pub key: PublicKey,
}

/// A text is not a key name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key name is not empty and has no spaces, no `+` and no control characters")]
pub struct KeyNameError;

/// Why a text is not a verifier key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not the three parts `<name>+<hex8>+<base64>`, each in its canonical form.
    #[error("a verifier key is `<name>+<8 hex digits>+<base64>`")]
    Format,
    /// A signature type that is not checked here.
    #[error("signature type {kind:#04x} is not supported")]
    UnknownType {
        /// The type byte found.
        kind: u8,
    },
    /// Not an admissible public key.
    #[error(transparent)]
    Key(#[from] crate::signing::PublicKeyError),
    /// The key id is not that of this name, type and key.
    #[error("the key id is {found} but name, type and key make {computed}")]
    KeyId {
        /// The id in the text.
        found: KeyId,
        /// The id that the other parts hash to.
        computed: KeyId,
    },
}

impl KeyName {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyId {
    /// `SHA-256(name || 0x0A || type || key)[:4]` [C2SP signed-note].
    pub fn of(name: &KeyName, kind: SignatureType, key: &PublicKey) -> Self {
        let hash = sha256_parts(&[name.0.as_bytes(), b"\n", &[kind as u8], key.as_bytes()]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        Self([a, b, c, d])
    }
}

impl SignatureType {
    fn from_byte(kind: u8) -> Result<Self, VerifierKeyError> {
        match kind {
            0x01 => Ok(Self::Ed25519),
            0x04 => Ok(Self::CosignatureV1),
            _ => Err(VerifierKeyError::UnknownType { kind }),
        }
    }
}

impl VerifierKey {
    /// The key id that this key's signature lines carry.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(&self.name, self.kind, &self.key)
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        text.to_owned().try_into()
    }
}

impl TryFrom<String> for KeyName {
    type Error = KeyNameError;

    fn try_from(text: String) -> Result<Self, KeyNameError> {
        let is_allowed = if text.is_ascii() {
            text.bytes().all(|byte| byte > b' ' && byte != b'+')
        } else {
            !text.contains(|c: char| c.is_whitespace() || c == '+' || c < ' ')
        };
        if text.is_empty() || !is_allowed {
            return Err(KeyNameError);
        }
        Ok(Self(text))
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(hex::write(&self.0, &mut [0; 8]))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut material = [self.kind as u8; 33];
        material[1..].copy_from_slice(self.key.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.key_id(), STANDARD.encode(material))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, VerifierKeyError> {
        // The base64 may hold `+` too: only the first two divide.
        let mut parts = text.splitn(3, '+');
        let mut part = || parts.next().ok_or(VerifierKeyError::Format);
        let (name, id, material) = (part()?, part()?, part()?);
        let name = name.parse().map_err(|KeyNameError| VerifierKeyError::Format)?;
        let found = hex::read(id).map(KeyId).ok_or(VerifierKeyError::Format)?;
        let material = STANDARD.decode(material).map_err(|_| VerifierKeyError::Format)?;
        let (kind, key) = material.split_first().ok_or(VerifierKeyError::Format)?;
        let kind = SignatureType::from_byte(*kind)?;
        let key = key.try_into().map_err(|_| VerifierKeyError::Format)?;
        let parsed = Self { name, kind, key: PublicKey::from_bytes(key)? };
        let computed = parsed.key_id();
        if found == computed {
            Ok(parsed)
        } else {
            Err(VerifierKeyError::KeyId { found, computed })
        }
    }
}
