//! A signature that was made elsewhere: by a device, a service or a colleague that was given the bytes alone.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::hash::sha256;
use nemcon_crypto::{PublicKey, Signature};
use nemcon_kit::files;
use nemcon_ledger::text::Show as _;

use crate::signer::Signer;
use crate::signer_error::{DetachedError, SignerError};

/// The longest file of a signature, in bytes: hexadecimal in short lines is the longest form.
pub const SIGNATURE_FILE_BYTES_MAX: u64 = 1024;

/// A signature that was made elsewhere, with the key that it is to be by. As a signer it signs what it is over, and
/// nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detached {
    key: PublicKey,
    signature: Signature,
}

/// Why a file holds no signature.
#[derive(Debug, thiserror::Error)]
pub enum SignatureFileError {
    /// The file cannot be read.
    #[error("{}: {error}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// What the operating system says.
        error: std::io::Error,
    },
    /// The file holds something else.
    #[error("{}: it is no Ed25519 signature: 64 bytes, raw, in hexadecimal or in base64", .0.shown())]
    Form(PathBuf),
}

impl Detached {
    /// The signature, which is to be by this key.
    pub const fn new(key: PublicKey, signature: Signature) -> Self {
        Self { key, signature }
    }

    /// What is signed in place of the bytes by mistake: their hash, or the bytes as another program wrote them.
    fn mistaken(&self, message: &[u8]) -> Option<&'static str> {
        let hash = sha256(message);
        let bare = message.strip_suffix(b"\n").unwrap_or(message);
        let carriage = String::from_utf8_lossy(message).replace('\n', "\r\n");
        let written = hash.to_string();
        let alike: [(&[u8], &'static str); 6] = [
            (hash.as_bytes(), "their SHA-256 hash"),
            (written.as_bytes(), "their SHA-256 hash in hexadecimal"),
            (&[written.as_bytes(), b"\n"].concat(), "their SHA-256 hash in hexadecimal"),
            (bare, "the bytes without the last line end"),
            (&[message, b"\n"].concat(), "the bytes with a line end more"),
            (carriage.as_bytes(), "the bytes with line ends of another system"),
        ];
        let is_over = |bytes: &[u8]| self.key.verify(bytes, &self.signature).is_ok();
        alike.into_iter().find(|(bytes, _)| is_over(bytes)).map(|(_, what)| what)
    }

    /// The first of these keys by which the signature is over `message`.
    pub fn made_by(signature: &Signature, message: &[u8], keys: &[PublicKey]) -> Option<PublicKey> {
        keys.iter().copied().find(|key| key.verify(message, signature).is_ok())
    }
}

impl Signer for Detached {
    fn public(&self) -> PublicKey {
        self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        if self.key.verify(message, &self.signature).is_ok() {
            return Ok(self.signature);
        }
        let key = Box::new(self.key);
        Err(match self.mistaken(message) {
            Some(over) => DetachedError::Other { key, over },
            None => DetachedError::Wrong(key),
        }
        .into())
    }
}

/// Reads the 64 bytes of a signature from a file: as they are, in hexadecimal, or in base64.
///
/// # Errors
/// [`SignatureFileError`].
pub fn read_signature(path: &Path) -> Result<Signature, SignatureFileError> {
    use std::io::Read as _;

    let failed = |error| SignatureFileError::Io { path: path.to_owned(), error };
    let file = files::open(path).map_err(|error| failed(error.into()))?;
    let mut bytes = Vec::new();
    file.take(SIGNATURE_FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    parse_signature(&bytes).ok_or_else(|| SignatureFileError::Form(path.to_owned()))
}

/// The signature that these bytes are or write.
fn parse_signature(bytes: &[u8]) -> Option<Signature> {
    if let Ok(raw) = <[u8; 64]>::try_from(bytes) {
        return Some(Signature::from_bytes(raw));
    }
    let text: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let raw = if text.len() == 128 { hexadecimal(&text)? } else { STANDARD.decode(&text).ok()? };
    Some(Signature::from_bytes(raw.try_into().ok()?))
}

fn hexadecimal(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::SecretKey;

    fn key() -> SecretKey {
        SecretKey::from_seed(&[7; 32])
    }

    #[test]
    fn a_signature_is_read_raw_in_hexadecimal_and_in_base64() {
        let made = key().sign(b"text\n");
        let raw = made.as_bytes();
        let digits = |byte: &u8| format!("{byte:02x}");
        let hex: String = raw.iter().map(digits).collect();
        let base64 = STANDARD.encode(raw);
        let (first, second) = base64.split_at(64);
        for written in [
            raw.to_vec(),
            hex.clone().into_bytes(),
            format!("{}\n", hex.to_uppercase()).into_bytes(),
            format!("{base64}\n").into_bytes(),
            format!("{first}\n{second}\n").into_bytes(),
        ] {
            assert_eq!(parse_signature(&written), Some(made), "{written:?}");
        }
        for wrong in [
            Vec::new(),
            raw[1..].to_vec(),
            [&raw[..], b"\n"].concat(),
            hex.as_bytes()[1..].to_vec(),
            format!("{}zz", &hex[2..]).into_bytes(),
            base64.trim_end_matches('=').as_bytes().to_vec(),
        ] {
            assert_eq!(parse_signature(&wrong), None, "{wrong:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sig");
        std::fs::write(&path, [&vec![b' '; 1024][..], raw].concat()).unwrap();
        assert!(matches!(read_signature(&path), Err(SignatureFileError::Form(_))));
        assert!(matches!(read_signature(folder.path()), Err(SignatureFileError::Io { .. })));
    }

    #[test]
    fn a_signature_over_something_else_is_named() {
        let text = b"one\ntwo\n";
        let said = |signed: &[u8]| Detached::new(key().public(), key().sign(signed)).sign(text);
        assert!(said(text).is_ok());
        let over = |signed: &[u8]| match said(signed) {
            Err(SignerError::Detached(DetachedError::Other { over, .. })) => over,
            other => panic!("{other:?}"),
        };
        let hash = sha256(text);
        assert_eq!(over(hash.as_bytes()), "their SHA-256 hash");
        assert_eq!(over(hash.to_string().as_bytes()), "their SHA-256 hash in hexadecimal");
        assert_eq!(over(format!("{hash}\n").as_bytes()), "their SHA-256 hash in hexadecimal");
        assert_eq!(over(b"one\ntwo"), "the bytes without the last line end");
        assert_eq!(over(b"one\r\ntwo\r\n"), "the bytes with line ends of another system");
        let stranger = SecretKey::from_seed(&[8; 32]);
        let wrong = Detached::new(stranger.public(), key().sign(text)).sign(text);
        let error = DetachedError::Wrong(Box::new(stranger.public()));
        assert_eq!(wrong, Err(SignerError::Detached(error)));
        let keys = [stranger.public(), key().public()];
        assert_eq!(Detached::made_by(&key().sign(text), text, &keys), Some(key().public()));
    }
}
