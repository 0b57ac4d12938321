//! A key as its file holds it: the public half and the role in the open, the secret perhaps locked.

use std::path::{Path, PathBuf};

use nemcon_crypto::{PublicKey, SecretKey};
use zeroize::Zeroizing;

use super::block::Block;
use super::error::{KeyFileError, KeyTextError};
use super::passphrase::Passphrase;
use super::private_file::{self, Kept};
use super::role::KeyRole;

/// The longest key file, in bytes. A real key file has less than half of it.
const KEY_FILE_BYTES_MAX: u64 = 1024;

/// A key as its file holds it. Of a locked key the public half is what the file says, until it is opened.
#[derive(Clone, Debug)]
pub struct StoredKey {
    role: KeyRole,
    public: PublicKey,
    block: Block,
    path: PathBuf,
}

impl StoredKey {
    /// Parses the text of the key file at `path`. Only the form that nemcon writes is accepted. Nothing is
    /// opened.
    ///
    /// # Errors
    /// [`KeyTextError`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, KeyTextError> {
        if text.starts_with("nemcon/v1 key\n") {
            return Err(KeyTextError::Former);
        }
        if text.starts_with("-----BEGIN ") {
            return Err(KeyTextError::Foreign);
        }
        let mut lines = text.split_inclusive('\n');
        let mut value = |field: &str| {
            let line = lines.next()?.strip_suffix('\n')?;
            line.strip_prefix(field)?.strip_prefix(' ')
        };
        let role = value("role").ok_or(KeyTextError::Lines)?.parse()?;
        let public = value("public").ok_or(KeyTextError::Lines)?;
        let public: PublicKey = public.parse().map_err(|_| KeyTextError::Public)?;
        let block = &text[text.len() - lines.map(str::len).sum::<usize>()..];
        let block = Block::parse(block)?;
        if matches!(&block, Block::Open(secret) if secret.public() != public) {
            return Err(KeyTextError::Public);
        }
        let key = Self { role, public, block, path: path.to_owned() };
        if *key.render() == *text { Ok(key) } else { Err(KeyTextError::Lines) }
    }

    /// Reads a key file that only its owner can read or write. Nothing is opened.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        Self::read_kept(path, Kept::ByOwner)
    }

    /// Like [`Self::read`], where the file is kept in this way.
    pub(super) fn read_kept(path: &Path, kept: Kept) -> Result<Self, KeyFileError> {
        let text = private_file::read(path, KEY_FILE_BYTES_MAX, kept)?;
        Self::parse(&text, path)
            .map_err(|error| KeyFileError::Text { path: path.to_owned(), error })
    }

    /// Like [`Self::read`], where the key's use must be `role`.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read_as(path: &Path, role: KeyRole) -> Result<Self, KeyFileError> {
        Self::read(path)?.of_role(role)
    }

    /// The key, if its use is `role`.
    pub(super) fn of_role(self, role: KeyRole) -> Result<Self, KeyFileError> {
        if self.role == role {
            return Ok(self);
        }
        Err(KeyFileError::Role { path: self.path, found: self.role, wanted: role })
    }

    /// The key in the form of a file, locked where there is a passphrase.
    ///
    /// # Errors
    /// The error of the system's random source.
    pub fn of(
        role: KeyRole,
        secret: &SecretKey,
        lock: Option<&Passphrase>,
    ) -> Result<Self, getrandom::Error> {
        let (public, block) = (secret.public(), Block::of(secret, lock)?);
        Ok(Self { role, public, block, path: PathBuf::new() })
    }

    /// The text of the key file.
    pub fn render(&self) -> Zeroizing<String> {
        let block = self.block.render();
        Zeroizing::new(format!("role {}\npublic {}\n{}", self.role, self.public, *block))
    }

    /// The use of the key.
    pub const fn role(&self) -> KeyRole {
        self.role
    }

    /// The public half.
    pub const fn public(&self) -> PublicKey {
        self.public
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often a passphrase is hashed to open the key; `None` if none locks it.
    pub const fn iterations(&self) -> Option<u32> {
        match &self.block {
            Block::Open(_) => None,
            Block::Locked(locked) => Some(locked.iterations),
        }
    }

    /// The secret key, unless a passphrase locks it.
    pub const fn secret(&self) -> Option<&SecretKey> {
        match &self.block {
            Block::Open(secret) => Some(secret),
            Block::Locked(_) => None,
        }
    }

    /// The secret key, which no passphrase may lock.
    ///
    /// # Errors
    /// [`KeyFileError::Locked`].
    pub fn into_secret(self) -> Result<SecretKey, KeyFileError> {
        match self.block {
            Block::Open(secret) => Ok(secret),
            Block::Locked(_) => Err(KeyFileError::Locked(self.path)),
        }
    }

    /// The key, opened by this passphrase.
    ///
    /// # Errors
    /// [`KeyFileError::NotOpened`]; [`KeyFileError::Text`] if the public half in the file is another key's.
    pub fn opened(&self, passphrase: &Passphrase) -> Result<Self, KeyFileError> {
        let path = self.path.clone();
        let secret = match &self.block {
            Block::Open(secret) => secret.clone(),
            Block::Locked(locked) => locked
                .open(passphrase)
                .map_err(|error| KeyFileError::NotOpened { path: path.clone(), error })?,
        };
        if secret.public() != self.public {
            return Err(KeyFileError::Text { path, error: KeyTextError::Public });
        }
        Ok(Self { block: Block::Open(secret), ..self.clone() })
    }
}
