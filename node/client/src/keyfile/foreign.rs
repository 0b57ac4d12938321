//! Private keys in the files of other programs: PKCS#8 in PEM, and OpenSSH's own form. They come in and go
//! out; nothing is signed with one before it is a key file with a role.

use core::fmt;
use core::str::FromStr;
use std::path::{Path, PathBuf};

use nemcon_crypto::SecretKey;
use pkcs8::der::pem::{self, LineEnding};
use zeroize::Zeroizing;

use super::block::Block;
use super::error::KeyFileError;
use super::foreign_error::ForeignError;
use super::openssh::{self, Openssh};
use super::passphrase::Passphrase;
use super::private_file::{self, Kept};
use super::role::KeyRole;

/// The longest file of another program, in bytes. One with a single Ed25519 key has less than 1 KiB.
pub const FOREIGN_KEY_BYTES_MAX: u64 = 16 * 1024;
/// The label of OpenSSH's own form.
const OPENSSH: &str = "OPENSSH PRIVATE KEY";
/// The width of OpenSSH's lines.
const OPENSSH_WIDTH: usize = 70;

/// A private key in the file of another program.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    held: Held,
    path: PathBuf,
}

#[derive(Clone, Debug)]
enum Held {
    Pkcs8(Block),
    Openssh(Openssh),
}

/// The form in which a key is written for another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignForm {
    /// PKCS#8 in PEM: OpenSSL and most libraries.
    Pkcs8,
    /// OpenSSH's own form.
    Openssh,
}

/// The error for a text that names no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a form is one of pkcs8, openssh")]
pub struct ForeignFormError;

impl ForeignKey {
    /// Parses the text of the file at `path`. Nothing is hashed. The lock of a PKCS#8 block may be weaker
    /// than that of a key file: the key is locked anew when it becomes one.
    ///
    /// # Errors
    /// [`ForeignError`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, ForeignError> {
        if text.starts_with("role ") {
            return Err(ForeignError::KeyFile);
        }
        let wrong = |_| ForeignError::Pem;
        let mut decoder = pem::Decoder::new_detect_wrap(text.as_bytes()).map_err(wrong)?;
        // With room for all of it no copy is left behind by a growing buffer.
        let mut bytes = Zeroizing::new(Vec::with_capacity(decoder.remaining_len() + 8));
        decoder.decode_to_end(&mut bytes).map_err(wrong)?;
        let held = match decoder.type_label() {
            OPENSSH => Held::Openssh(openssh::parse(&bytes)?),
            label if Block::is_label(label) => Held::Pkcs8(Block::of_der(label, &bytes, 1)?),
            label => return Err(ForeignError::Label(label_name(label))),
        };
        Ok(Self { held, path: path.to_owned() })
    }

    /// Reads a file that only its owner can read or write. Nothing is opened.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let text = private_file::read(path, FOREIGN_KEY_BYTES_MAX, Kept::ByOwner)?;
        Self::parse(&text, path)
            .map_err(|error| KeyFileError::Foreign { path: path.to_owned(), error })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The secret key, unless a passphrase locks it.
    pub const fn secret(&self) -> Option<&SecretKey> {
        match &self.held {
            Held::Pkcs8(Block::Open(key)) | Held::Openssh(Openssh::Open(key)) => Some(key),
            Held::Pkcs8(Block::Locked(_)) | Held::Openssh(Openssh::Locked(_)) => None,
        }
    }

    /// The key, opened by this passphrase.
    ///
    /// # Errors
    /// [`KeyFileError::NotOpened`].
    pub fn opened(&self, passphrase: &Passphrase) -> Result<SecretKey, KeyFileError> {
        let opened = match &self.held {
            Held::Pkcs8(Block::Open(key)) | Held::Openssh(Openssh::Open(key)) => Ok(key.clone()),
            Held::Pkcs8(Block::Locked(locked)) => locked.open(passphrase),
            Held::Openssh(Openssh::Locked(locked)) => locked.open(passphrase),
        };
        opened.map_err(|error| KeyFileError::NotOpened { path: self.path.clone(), error })
    }
}

/// The text of a file in which another program finds the key, locked where there is a passphrase. A key that
/// is written in OpenSSH's form has the comment `nemcon ROLE`.
///
/// # Errors
/// The error of the system's random source.
pub fn render_foreign(
    key: &SecretKey,
    role: KeyRole,
    form: ForeignForm,
    lock: Option<&Passphrase>,
) -> Result<Zeroizing<String>, getrandom::Error> {
    if form == ForeignForm::Pkcs8 {
        return Ok(Block::of(key, lock)?.render());
    }
    let salt = if lock.is_some() { openssh::salt()? } else { [0; 16] };
    let bytes = openssh::render(key, &format!("nemcon {role}"), lock.map(|it| (it, salt)));
    let length = pem::encapsulated_len_wrapped(OPENSSH, OPENSSH_WIDTH, LineEnding::LF, bytes.len());
    let mut text = Zeroizing::new(vec![0; length.expect("a short text")]);
    let encoder = pem::Encoder::new_wrapped(OPENSSH, OPENSSH_WIDTH, LineEnding::LF, &mut text);
    let mut encoder = encoder.expect("a label of our own");
    encoder.encode(&bytes).expect("there is room");
    let written = encoder.finish().expect("there is room");
    let text = str::from_utf8(&text[..written]).expect("PEM is ASCII");
    Ok(Zeroizing::new(text.to_owned()))
}

/// What people call the other blocks that hold keys.
fn label_name(label: &str) -> &'static str {
    match label {
        "RSA PRIVATE KEY" => "an RSA key (PKCS#1)",
        "EC PRIVATE KEY" => "an ECDSA key (SEC 1)",
        "DSA PRIVATE KEY" => "a DSA key",
        "PUBLIC KEY" | "SSH2 PUBLIC KEY" => "a public key",
        "CERTIFICATE" | "X509 CERTIFICATE" => "a certificate",
        _ => "of another sort",
    }
}

impl ForeignForm {
    /// All forms.
    pub const ALL: [Self; 2] = [Self::Pkcs8, Self::Openssh];

    /// The written form of the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pkcs8 => "pkcs8",
            Self::Openssh => "openssh",
        }
    }
}

impl fmt::Display for ForeignForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ForeignForm {
    type Err = ForeignFormError;

    fn from_str(text: &str) -> Result<Self, ForeignFormError> {
        Self::ALL.into_iter().find(|form| form.as_str() == text).ok_or(ForeignFormError)
    }
}

#[cfg(test)]
mod tests;
