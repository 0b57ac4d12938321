//! Where a node finds a key: in a file of its own, or among the credentials that systemd hands over.

use core::str::FromStr;
use std::env;
use std::path::{Path, PathBuf};

use nemcon_crypto::SecretKey;
use serde::{Serialize, Serializer};

use super::credential_name::{CREDENTIAL, CredentialName, CredentialNameError};
use super::error::KeyFileError;
use super::private_file::Kept;
use super::role::KeyRole;
use super::stored::StoredKey;

/// The variable in which systemd names the folder of a service's credentials.
const FOLDER: &str = "CREDENTIALS_DIRECTORY";

/// Where a node finds a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file that its owner alone can read.
    File(PathBuf),
    /// A credential of the service that the node is: `credential:NAME`.
    Credential(CredentialName),
}

impl KeySource {
    /// The source that stands in a configuration: `credential:NAME`, or a path.
    ///
    /// # Errors
    /// [`CredentialNameError`].
    pub fn parse(written: PathBuf) -> Result<Self, CredentialNameError> {
        match written.to_str().and_then(|text| text.strip_prefix(CREDENTIAL)) {
            Some(name) => CredentialName::parse(name).map(Self::Credential),
            None => Ok(Self::File(written)),
        }
    }

    /// The key, whose use must be `role`, and which no passphrase may lock.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn load(&self, role: KeyRole) -> Result<SecretKey, KeyFileError> {
        match self {
            Self::File(path) => StoredKey::read_as(path, role)?.into_secret(),
            Self::Credential(name) => {
                credential(name, env::var_os(FOLDER).map(PathBuf::from).as_deref(), role)
            }
        }
    }

    /// Takes a relative path from this folder. A credential has no path.
    pub(crate) fn take_from(&mut self, folder: &Path) {
        if let Self::File(path) = self {
            *path = folder.join(&path);
        }
    }
}

impl FromStr for KeySource {
    type Err = CredentialNameError;

    fn from_str(written: &str) -> Result<Self, CredentialNameError> {
        Self::parse(written.into())
    }
}

impl From<PathBuf> for KeySource {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl Serialize for KeySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(path) => path.serialize(serializer),
            Self::Credential(name) => serializer.collect_str(name),
        }
    }
}

/// The key in this credential below `folder`, which systemd has made.
fn credential(
    name: &CredentialName,
    folder: Option<&Path>,
    role: KeyRole,
) -> Result<SecretKey, KeyFileError> {
    let folder = folder.filter(|folder| folder.is_absolute());
    let folder = folder.ok_or_else(|| KeyFileError::NoCredentials(name.clone()))?;
    StoredKey::read_kept(&folder.join(name.as_str()), Kept::AsCredential)?
        .of_role(role)?
        .into_secret()
}

#[cfg(test)]
mod tests;
