//! Key files: each holds one secret key, in PKCS#8, and is readable by its owner alone.
//!
//! ```text
//! role officer                     officer | recovery | node | seal | witness | release
//! public <base64 of 32 bytes>
//! -----BEGIN ENCRYPTED PRIVATE KEY-----      or PRIVATE KEY, where no passphrase locks it
//! ```
//!
//! What it guarantees: a file that others can read or write is refused, an existing file is never
//! overwritten, and a file cannot make a passphrase be hashed without end. What it does not: the role is a
//! line that whoever can write the file can change.

mod block;
mod credential_name;
mod error;
mod foreign;
mod foreign_error;
mod openssh;
mod passphrase;
mod private_file;
mod role;
mod source;
mod stored;

use std::io;
use std::path::Path;

use nemcon_crypto::SecretKey;
use zeroize::Zeroizing;

pub use block::{BlockError, LOCK_ITERATIONS, LOCK_ITERATIONS_MAX, NotOpened};
pub use credential_name::{CredentialName, CredentialNameError};
pub use error::{KeyFileError, KeyTextError};
pub use foreign::{
    FOREIGN_KEY_BYTES_MAX, ForeignForm, ForeignFormError, ForeignKey, render_foreign,
};
pub use foreign_error::{ForeignError, OPENSSH_ROUNDS_MAX};
pub use openssh::OPENSSH_ROUNDS;
pub use passphrase::{
    NEW_PASSPHRASE_CHARACTERS_MIN, PASSPHRASE_BYTES_MAX, Passphrase, PassphraseError,
    PassphraseFileError,
};
pub use private_file::PrivateFileError;
pub use role::{KeyRole, KeyRoleError};
pub use source::KeySource;
pub use stored::StoredKey;

use crate::atomic_write::new_file;

/// A secret key with its use.
#[derive(Clone, Debug)]
pub struct KeyFile {
    /// The use of the key.
    pub role: KeyRole,
    /// The secret key.
    pub secret: SecretKey,
}

impl KeyFile {
    /// Makes a new key from the system's random source.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate(role: KeyRole) -> Result<Self, KeyFileError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut seed[..])?;
        Ok(Self { role, secret: SecretKey::from_seed(&seed) })
    }

    /// The text of the key file, locked where there is a passphrase.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn render(&self, lock: Option<&Passphrase>) -> Result<Zeroizing<String>, KeyFileError> {
        Ok(StoredKey::of(self.role, &self.secret, lock)?.render())
    }

    /// Writes the key to a new file that only its owner can read, locked where there is a passphrase. The
    /// file is durable when this returns.
    ///
    /// # Errors
    /// [`KeyFileError`]. An existing file is left as it was.
    pub fn write(&self, path: &Path, lock: Option<&Passphrase>) -> Result<(), KeyFileError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
            _ => KeyFileError::Io { path: path.to_owned(), source },
        };
        new_file(path, self.render(lock)?.as_bytes()).map_err(failed)
    }

    /// Reads a key file that only its owner can read or write, and that no passphrase locks.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let stored = StoredKey::read(path)?;
        Ok(Self { role: stored.role(), secret: stored.into_secret()? })
    }
}

/// Reads the key in `path`, whose use must be `role`, and which no passphrase locks.
///
/// # Errors
/// [`KeyFileError`].
pub fn load(path: &Path, role: KeyRole) -> Result<SecretKey, KeyFileError> {
    StoredKey::read_as(path, role)?.into_secret()
}

#[cfg(test)]
mod tests;
