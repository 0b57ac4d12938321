//! The PEM block of a key file: PKCS#8 [RFC 5958], open or locked by a passphrase.
//!
//! ```text
//! PRIVATE KEY              302e 0201 00 3005 0603 2b6570 0422 0420 || seed     [RFC 8410]
//! ENCRYPTED PRIVATE KEY    PBES2: PBKDF2-HMAC-SHA-256, then AES-256-CBC        [RFC 8018]
//! ```

use nemcon_crypto::SecretKey;
use pkcs8::der::asn1::ObjectIdentifier;
use pkcs8::der::pem::LineEnding;
use pkcs8::der::{ErrorKind, SecretDocument};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Pbkdf2Prf};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::passphrase::Passphrase;

/// How often a passphrase is hashed for a key that is locked here, and at least for any key file.
pub const LOCK_ITERATIONS: u32 = 1_000_000;
/// How often a passphrase is hashed at most to open a key, whatever its file says.
pub const LOCK_ITERATIONS_MAX: u32 = 10_000_000;
/// Ed25519 keys in PKCS#8 [RFC 8410 3].
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// What stands before the seed in the PKCS#8 form of an Ed25519 key [RFC 8410 7].
const BEFORE_SEED: [u8; 16] =
    [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// The label of a block without a passphrase.
const OPEN: &str = "PRIVATE KEY";
/// The label of a block that a passphrase locks.
const LOCKED: &str = "ENCRYPTED PRIVATE KEY";

/// What is wrong with a PEM block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// The text is no whole PEM block.
    #[error("it has no whole block `BEGIN {OPEN}` or `BEGIN {LOCKED}`")]
    Pem,
    /// The block has a label of another sort of key.
    #[error("its block is neither `BEGIN {OPEN}` nor `BEGIN {LOCKED}` (PKCS#8)")]
    Label,
    /// The bytes of the block are no PKCS#8 key.
    #[error("the bytes of its block are no PKCS#8 key")]
    Damaged,
    /// The key is not one of Ed25519.
    #[error("it is no Ed25519 key")]
    Algorithm,
    /// The block is locked in a way that is not supported.
    #[error("it is locked with {0}; PBKDF2 with HMAC-SHA-256 and AES-256-CBC is wanted (PBES2)")]
    Unsupported(&'static str),
    /// The passphrase would be hashed too often, or not often enough.
    #[error(
        "its passphrase is hashed {0} times; from {LOCK_ITERATIONS} to {LOCK_ITERATIONS_MAX} is wanted"
    )]
    Iterations(u32),
}

/// The error for a passphrase that does not open a key, or opens what is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the passphrase is not right, or the file is damaged")]
pub struct NotOpened;

/// A secret key as a PEM block holds it.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Open(SecretKey),
    Locked(Locked),
}

/// The DER bytes of a key that a passphrase locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    der: Vec<u8>,
    pub(super) iterations: u32,
}

impl Block {
    /// Parses a PEM block. Nothing is hashed.
    pub(super) fn parse(text: &str) -> Result<Self, BlockError> {
        let (label, der) = SecretDocument::from_pem(text).map_err(|_| BlockError::Pem)?;
        Self::of_der(label, der.as_bytes(), LOCK_ITERATIONS)
    }

    /// Whether a block of this label holds PKCS#8.
    pub(super) fn is_label(label: &str) -> bool {
        matches!(label, OPEN | LOCKED)
    }

    /// Parses the bytes of a block, whose lock must hash a passphrase at least `fewest` times.
    pub(super) fn of_der(label: &str, der: &[u8], fewest: u32) -> Result<Self, BlockError> {
        match label {
            OPEN => secret(der).map(Self::Open),
            LOCKED => Locked::parse(der, fewest).map(Self::Locked),
            _ => Err(BlockError::Label),
        }
    }

    /// The block of this key, locked where there is a passphrase.
    pub(super) fn of(key: &SecretKey, lock: Option<&Passphrase>) -> Result<Self, getrandom::Error> {
        Ok(match lock {
            None => Self::Open(key.clone()),
            Some(passphrase) => Self::Locked(Locked::seal(key, passphrase)?),
        })
    }

    /// The PEM block.
    pub(super) fn render(&self) -> Zeroizing<String> {
        let (label, der) = match self {
            Self::Open(key) => (OPEN, document(key)),
            Self::Locked(locked) => (
                LOCKED,
                SecretDocument::try_from(&locked.der[..]).expect("it was parsed or made as DER"),
            ),
        };
        der.to_pem(label, LineEnding::LF).expect("a short document with a label of our own")
    }
}

impl Locked {
    fn parse(der: &[u8], fewest: u32) -> Result<Self, BlockError> {
        let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|error| match error {
            pkcs8::Error::Asn1(error) => match error.kind() {
                ErrorKind::OidUnknown { oid } => BlockError::Unsupported(name(oid)),
                _ => BlockError::Damaged,
            },
            _ => BlockError::Damaged,
        })?;
        let iterations = iterations(&info.encryption_algorithm, fewest)?;
        Ok(Self { der: der.to_owned(), iterations })
    }

    fn seal(key: &SecretKey, passphrase: &Passphrase) -> Result<Self, getrandom::Error> {
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        getrandom::fill(&mut salt)?;
        getrandom::fill(&mut iv)?;
        let how = Parameters::generate_pbkdf2_sha256_aes256cbc(LOCK_ITERATIONS, &salt, iv);
        let plain = document(key);
        let info = PrivateKeyInfoRef::try_from(plain.as_bytes()).expect("a key of our own");
        let how = how.expect("a salt of 16 bytes");
        let sealed = info.encrypt_with_params(how, passphrase.as_bytes()).expect("it is short");
        Ok(Self { der: sealed.as_bytes().to_owned(), iterations: LOCK_ITERATIONS })
    }

    /// Opens the key. The passphrase is hashed [`Self::iterations`] times.
    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<SecretKey, NotOpened> {
        let info = EncryptedPrivateKeyInfoRef::try_from(&self.der[..]).map_err(|_| NotOpened)?;
        let mut bytes = Zeroizing::new(info.encrypted_data.as_bytes().to_owned());
        let how = info.encryption_algorithm;
        let opened = how.decrypt_in_place(passphrase.as_bytes(), &mut bytes);
        secret(opened.map_err(|_| NotOpened)?).map_err(|_| NotOpened)
    }
}

/// The PKCS#8 form of a key.
fn document(key: &SecretKey) -> SecretDocument {
    let mut der = Zeroizing::new([0; 48]);
    der[..16].copy_from_slice(&BEFORE_SEED);
    der[16..].copy_from_slice(key.seed());
    SecretDocument::try_from(&der[..]).expect("it is a sequence of this length")
}

/// The key in PKCS#8 bytes; the public half, if it stands there too, must be the key's.
fn secret(der: &[u8]) -> Result<SecretKey, BlockError> {
    let info = PrivateKeyInfoRef::try_from(der).map_err(|_| BlockError::Damaged)?;
    if info.algorithm.oid != ED25519 || info.algorithm.parameters.is_some() {
        return Err(BlockError::Algorithm);
    }
    let [4, 32, seed @ ..] = info.private_key.as_bytes() else { return Err(BlockError::Damaged) };
    let seed = <&[u8; 32]>::try_from(seed).map_err(|_| BlockError::Damaged)?;
    let key = SecretKey::from_seed(seed);
    match info.public_key {
        Some(public) if public.as_bytes() != Some(key.public().as_bytes()) => {
            Err(BlockError::Damaged)
        }
        _ => Ok(key),
    }
}

/// How often the passphrase is hashed, if the lock is of the one supported sort.
fn iterations(scheme: &EncryptionScheme, fewest: u32) -> Result<u32, BlockError> {
    let unsupported = |oid| Err(BlockError::Unsupported(name(oid)));
    let how = match scheme {
        EncryptionScheme::Pbes2(how) => how,
        other => return unsupported(other.oid()),
    };
    let kdf = match &how.kdf {
        Kdf::Pbkdf2(kdf) => kdf,
        other => return unsupported(other.oid()),
    };
    if kdf.prf != Pbkdf2Prf::HmacWithSha256 {
        return unsupported(kdf.prf.oid());
    }
    if !matches!(how.encryption, Cipher::Aes256Cbc { .. }) {
        return unsupported(how.encryption.oid());
    }
    if !matches!(kdf.key_length, None | Some(32)) {
        return Err(BlockError::Unsupported("a key that is not of 32 bytes"));
    }
    let count = kdf.iteration_count;
    if (fewest..=LOCK_ITERATIONS_MAX).contains(&count) {
        Ok(count)
    } else {
        Err(BlockError::Iterations(count))
    }
}

/// What people call the ways of locking that OpenSSL offers.
fn name(oid: ObjectIdentifier) -> &'static str {
    const NAMES: [(&str, &str); 16] = [
        ("1.2.840.113549.1.5.3", "PBES1 (MD5 and DES)"),
        ("1.2.840.113549.1.5.10", "PBES1 (SHA-1 and DES)"),
        ("1.2.840.113549.1.12.1.3", "PKCS#12 (SHA-1 and 3DES)"),
        ("1.2.840.113549.1.12.1.6", "PKCS#12 (SHA-1 and RC2)"),
        ("1.3.6.1.4.1.11591.4.11", "scrypt"),
        ("1.2.840.113549.2.7", "HMAC-SHA-1"),
        ("1.2.840.113549.2.8", "HMAC-SHA-224"),
        ("1.2.840.113549.2.10", "HMAC-SHA-384"),
        ("1.2.840.113549.2.11", "HMAC-SHA-512"),
        ("1.3.14.3.2.7", "DES-CBC"),
        ("1.2.840.113549.3.7", "3DES-CBC"),
        ("2.16.840.1.101.3.4.1.2", "AES-128-CBC"),
        ("2.16.840.1.101.3.4.1.22", "AES-192-CBC"),
        ("2.16.840.1.101.3.4.1.6", "AES-128-GCM"),
        ("2.16.840.1.101.3.4.1.46", "AES-256-GCM"),
        ("1.3.101.112", "Ed25519"),
    ];
    let oid = oid.to_string();
    NAMES.iter().find(|(it, _)| *it == oid).map_or("a way that nemcon does not know", |it| it.1)
}
