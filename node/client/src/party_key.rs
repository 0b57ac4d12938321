//! A key of a party: in a file, or in a token.

use core::fmt;
use std::path::{Path, PathBuf};

use nemcon_crypto::{PublicKey, SecretKey, Signature};
use nemcon_ledger::text::Show as _;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::keyfile::{KeyFileError, KeyRole, Passphrase, PassphraseFileError, StoredKey};
use crate::pkcs11::{PinFrom, SCHEME, TokenError, TokenKey, TokenUri, TokenUriError};
use crate::signer::Signer;
use crate::signer_error::SignerError;

/// Where a key of a party is: the path of a file, or the URI of a key in a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPlace {
    /// A key file.
    File(PathBuf),
    /// A key in a token.
    Token(Box<TokenUri>),
}

/// A key of a party. Until it is opened, it may not be able to sign.
#[derive(Clone, Debug)]
pub enum PartyKey {
    /// A key file's.
    File(Box<StoredKey>),
    /// A token's.
    Token(Box<TokenKey>),
}

/// What opens a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Nothing is needed.
    Open,
    /// The passphrase of a key file.
    Passphrase,
    /// The PIN of a token, which nobody here needs to give: its device asks for it, or a file holds it.
    OwnPin(PinFrom),
    /// The PIN of a token.
    Pin,
}

/// Why a key of a party cannot be found or opened.
#[derive(Debug, thiserror::Error)]
pub enum PartyKeyError {
    /// Its file cannot be used.
    #[error(transparent)]
    File(#[from] KeyFileError),
    /// Its token cannot be used.
    #[error(transparent)]
    Token(Box<TokenError>),
    /// The file with the token's PIN cannot be used.
    #[error(transparent)]
    PinFile(#[from] PassphraseFileError),
}

impl From<TokenError> for PartyKeyError {
    fn from(error: TokenError) -> Self {
        Self::Token(Box::new(error))
    }
}

impl KeyPlace {
    /// The place that stands in an argument or a profile. A file of the name `pkcs11:` is written `./pkcs11:`.
    ///
    /// # Errors
    /// [`TokenUriError`].
    pub fn parse(written: PathBuf) -> Result<Self, TokenUriError> {
        match written.to_str() {
            Some(text) if text.starts_with(SCHEME) => Ok(Self::Token(Box::new(text.parse()?))),
            _ => Ok(Self::File(written)),
        }
    }

    /// Takes this module where the place is a token and its URI names none.
    pub fn or_module(&mut self, module: Option<&Path>) {
        if let Self::Token(uri) = self {
            uri.or_module(module);
        }
    }

    /// The files that the place names.
    pub(crate) fn files_mut(&mut self) -> Vec<&mut PathBuf> {
        match self {
            Self::File(path) => vec![path],
            Self::Token(uri) => uri.files_mut().collect(),
        }
    }

    /// The key file, unless the key is in a token.
    pub const fn file(&self) -> Option<&PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::Token(_) => None,
        }
    }
}

impl From<PathBuf> for KeyPlace {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&str> for KeyPlace {
    fn from(path: &str) -> Self {
        Self::File(path.into())
    }
}

impl fmt::Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&path.shown()),
            Self::Token(uri) => uri.fmt(f),
        }
    }
}

impl Serialize for KeyPlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(path) => path.serialize(serializer),
            Self::Token(uri) => serializer.collect_str(uri),
        }
    }
}

impl<'de> Deserialize<'de> for KeyPlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(PathBuf::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl PartyKey {
    /// Finds the key and reads its public half. Nothing is opened.
    ///
    /// # Errors
    /// [`PartyKeyError`].
    pub fn find(place: &KeyPlace) -> Result<Self, PartyKeyError> {
        Ok(match place {
            KeyPlace::File(path) => Self::File(Box::new(StoredKey::read(path)?)),
            KeyPlace::Token(uri) => Self::Token(Box::new(TokenKey::find(uri)?)),
        })
    }

    /// Like [`Self::find`], where the key's use must be `role`. A token keeps no use: who may sign with its key is
    /// for the council to say.
    ///
    /// # Errors
    /// [`PartyKeyError`].
    pub fn find_as(place: &KeyPlace, role: KeyRole) -> Result<Self, PartyKeyError> {
        match place {
            KeyPlace::File(path) => Ok(Self::File(Box::new(StoredKey::read_as(path, role)?))),
            KeyPlace::Token(_) => Self::find(place),
        }
    }

    /// The public half.
    pub const fn public(&self) -> PublicKey {
        match self {
            Self::File(key) => key.public(),
            Self::Token(key) => key.public(),
        }
    }

    /// Where the key is, in words.
    pub fn shown(&self) -> String {
        match self {
            Self::File(key) => key.path().shown(),
            Self::Token(key) => key.uri().to_string(),
        }
    }

    /// What opens the key.
    ///
    /// # Errors
    /// [`PartyKeyError`] if a token does not answer.
    pub fn lock(&self) -> Result<Lock, PartyKeyError> {
        Ok(match self {
            Self::File(key) if key.iterations().is_some() => Lock::Passphrase,
            Self::File(_) => Lock::Open,
            Self::Token(key) => match key.pin_from()? {
                PinFrom::Nowhere => Lock::Open,
                PinFrom::Person => Lock::Pin,
                own => Lock::OwnPin(own),
            },
        })
    }

    /// The key, opened by this passphrase or PIN. A PIN is tried once.
    ///
    /// # Errors
    /// [`PartyKeyError`].
    pub fn opened(&self, secret: &Passphrase) -> Result<Self, PartyKeyError> {
        Ok(match self {
            Self::File(key) => Self::File(Box::new(key.opened(secret)?)),
            Self::Token(key) => Self::Token(Box::new(key.opened(Some(secret))?)),
        })
    }

    /// The key, where nobody has to give anything: it is not locked, or its token has its PIN from elsewhere.
    ///
    /// # Errors
    /// [`PartyKeyError`].
    pub fn opened_alone(&self) -> Result<Self, PartyKeyError> {
        let Self::Token(key) = self else { return Ok(self.clone()) };
        let pin = match key.pin_from()? {
            PinFrom::File(file) => Some(Passphrase::read(&file)?),
            _ => None,
        };
        Ok(Self::Token(Box::new(key.opened(pin.as_ref())?)))
    }

    /// The secret key, unless a passphrase locks it or a token keeps it.
    pub const fn secret(&self) -> Option<&SecretKey> {
        match self {
            Self::File(key) => key.secret(),
            Self::Token(_) => None,
        }
    }
}

impl Signer for PartyKey {
    fn public(&self) -> PublicKey {
        self.public()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignerError> {
        match self {
            Self::File(key) => match key.secret() {
                Some(secret) => Ok(secret.sign(message)),
                None => Err(SignerError::Locked(key.path().to_owned())),
            },
            Self::Token(key) => Ok(key.sign(message)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_unless_it_begins_with_the_scheme() {
        let parse = |text: &str| KeyPlace::parse(text.into());
        assert_eq!(parse("a.key"), Ok(KeyPlace::File("a.key".into())));
        assert_eq!(parse("./pkcs11:object=a"), Ok(KeyPlace::File("./pkcs11:object=a".into())));
        assert!(matches!(parse("pkcs11:object=a"), Ok(KeyPlace::Token(_))));
        assert_eq!(parse("pkcs11:object"), Err(TokenUriError::Pair(1)));
    }

    #[test]
    fn a_locked_file_signs_nothing() {
        let secret = SecretKey::from_seed(&[7; 32]);
        let lock = Passphrase::new("correct horse battery".to_owned().into()).unwrap();
        let stored = StoredKey::of(KeyRole::Officer, &secret, Some(&lock)).unwrap();
        let key = PartyKey::File(Box::new(stored));
        assert!(matches!(Signer::sign(&key, b"text"), Err(SignerError::Locked(_))));
        assert_eq!(key.lock().unwrap(), Lock::Passphrase);
        let opened = key.opened(&lock).unwrap();
        assert_eq!(Signer::sign(&opened, b"text"), Ok(secret.sign(b"text")));
    }
}
