//! Ed25519 keys and signatures: strict at both ends. The one home of `ed25519-dalek`.
//!
//! A key is admitted only if it is canonical, torsion-free and not of small order, and a signature
//! is checked only with the strict equation. On such keys every common library (Go, OpenSSL,
//! libsodium) accepts whatever is accepted here.

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey, Verifier as _, VerifyingKey};

/// The encoding of the curve's neutral point, the only point of small order without a torsion component.
const IDENTITY: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// An admitted Ed25519 public key, 32 bytes; written as 44 characters of padded base64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why 32 bytes, or a text, are not an admissible public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not padded base64 of 32 bytes.
    #[error("a public key is 32 bytes in padded base64")]
    Encoding,
    /// Not the encoding of a curve point, or not its canonical one [RFC 8032 5.1.3].
    #[error("not the canonical encoding of a point on the curve")]
    NotCanonical,
    /// A point of small order: signatures under it prove nothing.
    #[error("a point of small order")]
    SmallOrder,
    /// A point outside the prime-order group.
    #[error("a point with a torsion component")]
    Torsion,
}

/// A signature does not verify. Opaque on purpose: the reason helps only a forger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct SignatureError;

/// An Ed25519 signature, 64 bytes `R || S`. Its validity is known only by verifying.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature([u8; 64]);

/// An Ed25519 secret key [RFC 8032 5.1.5]; wiped from memory when dropped, never printed.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl PublicKey {
    /// Admits 32 bytes as a public key.
    ///
    /// # Errors
    /// [`PublicKeyError`], by the first condition that fails.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, PublicKeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::NotCanonical)?;
        let point = key.to_edwards();
        if point.compress().as_bytes() != bytes {
            return Err(PublicKeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(PublicKeyError::SmallOrder);
        }
        if !point.is_torsion_free() {
            return Err(PublicKeyError::Torsion);
        }
        Ok(Self(key))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Checks `signature` over `message` with the strict equation (no cofactor, `S < L`, `R` not of
    /// small order).
    ///
    /// # Errors
    /// [`SignatureError`] if it does not hold.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
        // An admitted key has no torsion component, so `[S]B - [k]A` has none. It equals an R of small
        // order only where R is the identity; there is no need to decode R to exclude that.
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        if *signature.r_bytes() == IDENTITY {
            return Err(SignatureError);
        }
        self.0.verify(message, &signature).map_err(|_| SignatureError)
    }
}

impl Signature {
    /// The signature that these bytes would be.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl SecretKey {
    /// The secret key of a 32-byte seed, which must come from the system's random source.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for writing a key file and nothing else.
    pub fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs `message`; deterministic [RFC 8032 5.1.6].
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 44];
        let written = STANDARD.encode_slice(self.as_bytes(), &mut text).expect("32 bytes make 44");
        f.write_str(str::from_utf8(&text[..written]).expect("base64 is ASCII"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(of {})", self.public())
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        // Without padding, 44 characters would be 33 bytes.
        let mut decoded = [0; 33];
        let length = STANDARD.decode_slice(text, &mut decoded);
        let decoded = &decoded[..length.map_err(|_| PublicKeyError::Encoding)?];
        Self::from_bytes(decoded.try_into().map_err(|_| PublicKeyError::Encoding)?)
    }
}

#[cfg(test)]
mod crafted;

#[cfg(test)]
mod tests {
    use super::*;

    fn point(hex: &str) -> [u8; 32] {
        *hex.parse::<crate::Digest>().unwrap().as_bytes()
    }

    #[test]
    fn signatures_match_rfc_8032_test_1() {
        let seed = point("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let key = SecretKey::from_seed(&seed);
        let public = point("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert_eq!(key.public().as_bytes(), &public);
        let signature = key.sign(b"");
        assert_eq!(signature.as_bytes()[..4], [0xe5, 0x56, 0x43, 0x00]);
        assert_eq!(key.public().verify(b"", &signature), Ok(()));
        assert_eq!(key.public().verify(b"x", &signature), Err(SignatureError));
    }

    #[test]
    fn weak_and_non_canonical_keys_are_refused() {
        let zero = "00".repeat(31);
        let ff = "ff".repeat(30);
        for (name, hex, error) in [
            ("identity", format!("01{zero}"), PublicKeyError::SmallOrder),
            ("order 2", format!("ec{ff}7f"), PublicKeyError::SmallOrder),
            ("order 4", format!("00{zero}"), PublicKeyError::SmallOrder),
            ("y = p + 1", format!("ee{ff}7f"), PublicKeyError::NotCanonical),
            (
                "identity, sign bit set",
                format!("01{}80", "00".repeat(30)),
                PublicKeyError::NotCanonical,
            ),
            ("not on the curve", format!("02{zero}"), PublicKeyError::NotCanonical),
        ] {
            assert_eq!(PublicKey::from_bytes(&point(&hex)), Err(error), "{name}");
        }
    }

    #[test]
    fn a_key_with_a_torsion_component_is_refused() {
        use ed25519_dalek::VerifyingKey;
        let honest = SecretKey::from_seed(&[7; 32]).public();
        let order_two = VerifyingKey::from_bytes(&point(&format!("ec{}7f", "ff".repeat(30))));
        let mixed = honest.0.to_edwards() + order_two.unwrap().to_edwards();
        assert_eq!(
            PublicKey::from_bytes(mixed.compress().as_bytes()),
            Err(PublicKeyError::Torsion)
        );
    }

    #[test]
    fn a_signature_with_a_large_s_is_refused() {
        let key = SecretKey::from_seed(&[1; 32]);
        let mut bytes = *key.sign(b"m").as_bytes();
        bytes[63] |= 0xe0;
        assert_eq!(key.public().verify(b"m", &Signature::from_bytes(bytes)), Err(SignatureError));
    }

    #[test]
    fn public_keys_have_one_written_form() {
        let key = SecretKey::from_seed(&[3; 32]).public();
        let text = key.to_string();
        assert_eq!(text.parse(), Ok(key));
        for wrong in [text.trim_end_matches('='), &text.replace('=', ""), &format!("{text}\n")] {
            assert_eq!(wrong.parse::<PublicKey>(), Err(PublicKeyError::Encoding));
        }
    }
}
