//! Private key files of OpenSSH, in its own form: one Ed25519 key, open or locked by a passphrase.
//!
//! ```text
//! "openssh-key-v1" 00                                              [OpenSSH PROTOCOL.key]
//! string cipher    "none" or "aes256-ctr"
//! string kdf       "none" or "bcrypt"
//! string how       empty, or: string salt, u32 rounds
//! u32    keys      1
//! string public    string "ssh-ed25519", string A (32 bytes)
//! string private   u32 check, u32 check, the public fields again,
//!                  string seed || A (64 bytes), string comment, then 01 02 03 .. up to a whole block
//! ```
//!
//! A `u32` has its highest byte first; a `string` is a `u32` with its length in bytes, and the bytes.
//! Nothing may follow, and nothing that stands twice may differ.

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use nemcon_crypto::SecretKey;
use zeroize::Zeroizing;

use super::block::NotOpened;
use super::foreign_error::{ForeignError, OPENSSH_ROUNDS_MAX};
use super::passphrase::Passphrase;

/// How many rounds of bcrypt a passphrase goes through for a key that is locked here.
pub const OPENSSH_ROUNDS: u32 = 64;

const MAGIC: &[u8] = b"openssh-key-v1\0";
const ED25519: &[u8] = b"ssh-ed25519";
const CIPHER: &[u8] = b"aes256-ctr";
const KDF: &[u8] = b"bcrypt";
const NONE: &[u8] = b"none";
/// The length of a salt that is made here, in bytes. `ssh-keygen` makes 16 bytes too.
const SALT_BYTES: usize = 16;
/// The longest salt that is read, in bytes.
const SALT_BYTES_MAX: usize = 64;
/// The block that the private part is filled up to, in bytes: without a lock, and with it.
const BLOCKS: [usize; 2] = [8, 16];

/// A key as OpenSSH stores it.
#[derive(Clone, Debug)]
pub(super) enum Openssh {
    Open(SecretKey),
    Locked(Locked),
}

/// A key that a passphrase locks, with its public half in the open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Locked {
    public: [u8; 32],
    salt: Vec<u8>,
    rounds: u32,
    sealed: Vec<u8>,
}

/// Parses the bytes of a PEM block `OPENSSH PRIVATE KEY`. Nothing is hashed.
pub(super) fn parse(bytes: &[u8]) -> Result<Openssh, ForeignError> {
    let mut rest = Wire(bytes.strip_prefix(MAGIC).ok_or(ForeignError::Damaged)?);
    let (cipher, kdf, how) = (rest.string()?, rest.string()?, rest.string()?);
    let keys = rest.number()?;
    if keys != 1 {
        return Err(ForeignError::Several(keys));
    }
    let mut public = Wire(rest.string()?);
    let (public, private) = (public.public().and_then(|key| public.end(key))?, rest.string()?);
    match (cipher, kdf) {
        (NONE, NONE) if how.is_empty() && rest.0.is_empty() => {
            secret(private, public, BLOCKS[0]).map(Openssh::Open)
        }
        (CIPHER, KDF) if rest.0.is_empty() => {
            Locked::parse(how, public, private).map(Openssh::Locked)
        }
        (NONE | CIPHER, NONE | KDF) => Err(ForeignError::Damaged),
        (NONE | CIPHER, _) => Err(ForeignError::Locked("a hash that nemcon does not know")),
        // Some ciphers have a check sum that stands after the private part.
        (other, _) => Err(ForeignError::Locked(cipher_name(other))),
    }
}

impl Locked {
    fn parse(how: &[u8], public: [u8; 32], private: &[u8]) -> Result<Self, ForeignError> {
        let mut how = Wire(how);
        let (salt, rounds) = (how.string()?.to_owned(), how.number()?);
        how.end(())?;
        let is_whole = private.len().is_multiple_of(BLOCKS[1]);
        if salt.is_empty() || salt.len() > SALT_BYTES_MAX || !is_whole {
            return Err(ForeignError::Damaged);
        }
        if !(1..=OPENSSH_ROUNDS_MAX).contains(&rounds) {
            return Err(ForeignError::Rounds(rounds));
        }
        Ok(Self { public, salt, rounds, sealed: private.to_owned() })
    }

    /// Opens the key. The passphrase goes through its rounds of bcrypt.
    pub(super) fn open(&self, passphrase: &Passphrase) -> Result<SecretKey, NotOpened> {
        let mut private = Zeroizing::new(self.sealed.clone());
        crypt(&mut private, passphrase, &self.salt, self.rounds);
        secret(&private, self.public, BLOCKS[1]).map_err(|_| NotOpened)
    }
}

/// The bytes of a PEM block `OPENSSH PRIVATE KEY`, locked where there is a passphrase. `salt` is random.
pub(super) fn render(
    key: &SecretKey,
    comment: &str,
    lock: Option<(&Passphrase, [u8; SALT_BYTES])>,
) -> Zeroizing<Vec<u8>> {
    let public = key.public();
    let mut out = Zeroizing::new(Vec::with_capacity(1024));
    let mut private = Zeroizing::new(Vec::with_capacity(1024));
    // Equal numbers tell OpenSSH that the passphrase was right. What they are is of no weight.
    let check = &public.as_bytes()[..4];
    private.extend_from_slice(&[check, check].concat());
    strings(&mut private, &[ED25519, public.as_bytes()]);
    let mut both = Zeroizing::new([0; 64]);
    both[..32].copy_from_slice(key.seed());
    both[32..].copy_from_slice(public.as_bytes());
    strings(&mut private, &[&both[..], comment.as_bytes()]);
    let block = BLOCKS[usize::from(lock.is_some())];
    let filling = private.len().next_multiple_of(block) - private.len();
    private.extend((1..=16u8).take(filling));
    let mut how = Vec::new();
    let (cipher, kdf) = match lock {
        None => (NONE, NONE),
        Some((passphrase, salt)) => {
            crypt(&mut private, passphrase, &salt, OPENSSH_ROUNDS);
            strings(&mut how, &[&salt]);
            how.extend_from_slice(&OPENSSH_ROUNDS.to_be_bytes());
            (CIPHER, KDF)
        }
    };
    out.extend_from_slice(MAGIC);
    strings(&mut out, &[cipher, kdf, &how]);
    out.extend_from_slice(&1u32.to_be_bytes());
    let mut shown = Vec::new();
    strings(&mut shown, &[ED25519, public.as_bytes()]);
    strings(&mut out, &[&shown, &private]);
    out
}

/// A random salt.
pub(super) fn salt() -> Result<[u8; SALT_BYTES], getrandom::Error> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)?;
    Ok(salt)
}

/// Encrypts or decrypts the private part: in this mode both are the same.
fn crypt(private: &mut [u8], passphrase: &Passphrase, salt: &[u8], rounds: u32) {
    let mut derived = Zeroizing::new([0; 48]);
    bcrypt_pbkdf::bcrypt_pbkdf(passphrase.as_bytes(), salt, rounds, &mut derived[..])
        .expect("a passphrase, a salt and rounds that are not empty");
    let (key, first) = derived.split_at(32);
    let mut cipher = Ctr128BE::<Aes256>::new_from_slices(key, first).expect("32 and 16 bytes");
    cipher.apply_keystream(private);
}

/// The key in the private part, whose public half must be `public` wherever it stands.
fn secret(private: &[u8], public: [u8; 32], block: usize) -> Result<SecretKey, ForeignError> {
    let mut rest = Wire(private);
    let is_right = rest.number()? == rest.number()?;
    if !is_right || rest.public()? != public || !private.len().is_multiple_of(block) {
        return Err(ForeignError::Damaged);
    }
    let (both, _comment) = (rest.string()?, rest.string()?);
    let filling = rest.0;
    if filling.len() >= block || !filling.iter().copied().eq((1..).take(filling.len())) {
        return Err(ForeignError::Damaged);
    }
    let both = <&[u8; 64]>::try_from(both).map_err(|_| ForeignError::Damaged)?;
    let (seed, after) = both.split_first_chunk::<32>().expect("64 bytes");
    let key = SecretKey::from_seed(seed);
    if after == public && *key.public().as_bytes() == public {
        Ok(key)
    } else {
        Err(ForeignError::Public)
    }
}

/// Bytes that are still to be read.
struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    fn number(&mut self) -> Result<u32, ForeignError> {
        let (number, rest) = self.0.split_first_chunk().ok_or(ForeignError::Damaged)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*number))
    }

    fn string(&mut self) -> Result<&'a [u8], ForeignError> {
        let length = usize::try_from(self.number()?).map_err(|_| ForeignError::Damaged)?;
        let (string, rest) = self.0.split_at_checked(length).ok_or(ForeignError::Damaged)?;
        self.0 = rest;
        Ok(string)
    }

    /// The type, which must be Ed25519, and the public half.
    fn public(&mut self) -> Result<[u8; 32], ForeignError> {
        match self.string()? {
            ED25519 => self.string()?.try_into().map_err(|_| ForeignError::Damaged),
            other => Err(ForeignError::KeyType(type_name(other))),
        }
    }

    fn end<T>(&self, read: T) -> Result<T, ForeignError> {
        if self.0.is_empty() { Ok(read) } else { Err(ForeignError::Damaged) }
    }
}

fn strings(out: &mut Vec<u8>, all: &[&[u8]]) {
    for bytes in all {
        let length = u32::try_from(bytes.len()).expect("it is short");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(bytes);
    }
}

/// What people call the keys that `ssh-keygen` makes.
fn type_name(found: &[u8]) -> &'static str {
    match found {
        b"ssh-rsa" => "RSA",
        b"ssh-dss" => "DSA",
        b"ecdsa-sha2-nistp256" | b"ecdsa-sha2-nistp384" | b"ecdsa-sha2-nistp521" => "ECDSA",
        b"sk-ssh-ed25519@openssh.com" => "Ed25519 on a security key, which never leaves it",
        b"sk-ecdsa-sha2-nistp256@openssh.com" => "ECDSA on a security key, which never leaves it",
        _ => "an unknown type",
    }
}

/// The ciphers that `ssh-keygen -Z` takes.
fn cipher_name(found: &[u8]) -> &'static str {
    match found {
        b"3des-cbc" => "3des-cbc",
        b"aes128-cbc" => "aes128-cbc",
        b"aes192-cbc" => "aes192-cbc",
        b"aes256-cbc" => "aes256-cbc",
        b"aes128-ctr" => "aes128-ctr",
        b"aes192-ctr" => "aes192-ctr",
        b"aes128-gcm@openssh.com" => "aes128-gcm",
        b"aes256-gcm@openssh.com" => "aes256-gcm",
        b"chacha20-poly1305@openssh.com" => "chacha20-poly1305",
        _ => "a cipher that nemcon does not know",
    }
}
