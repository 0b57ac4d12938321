//! All the keys that a party begins with, and their public halves as a founding plan names them.

use std::path::Path;

use nemcon_crypto::SecretKey;
use nemcon_ledger::text::{Code, Label, Line};

use crate::founding::{PlannedMember, PlannedOfficer, PlannedParticipant};
use crate::keyfile::{KeyFile, KeyFileError, KeyRole};

/// The file of the recovery key.
pub const RECOVERY_FILE: &str = "recovery.key";
/// The file of the node key.
pub const NODE_FILE: &str = "node.key";
/// The file of the seal key.
pub const SEAL_FILE: &str = "seal.key";

/// The file of an officer's key.
pub fn officer_file(label: &Label) -> String {
    format!("officer-{label}.key")
}

/// A party's officers.
#[derive(Clone, Debug)]
pub struct Officers(Vec<(Label, KeyFile)>);

/// A member's keys.
#[derive(Clone, Debug)]
pub struct Keyset {
    officers: Officers,
    recovery: KeyFile,
    node: KeyFile,
    seal: KeyFile,
}

impl Officers {
    /// A new key for each of these labels.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate(labels: &[Label]) -> Result<Self, KeyFileError> {
        let key = |label: &Label| Ok((label.clone(), KeyFile::generate(KeyRole::Officer)?));
        Ok(Self(labels.iter().map(key).collect::<Result<_, KeyFileError>>()?))
    }

    /// Writes each to its file in `folder`.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn write(&self, folder: &Path) -> Result<(), KeyFileError> {
        self.0.iter().try_for_each(|(label, key)| key.write(&folder.join(officer_file(label))))
    }

    /// The participant that they speak for.
    pub fn participant(&self, code: Code, name: Line, role: Label, k: usize) -> PlannedParticipant {
        PlannedParticipant { code, name, role, signatures: k, officers: self.planned() }
    }

    /// The secret keys.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretKey> {
        self.0.iter().map(|(_, key)| &key.secret)
    }

    /// Their public halves, as a plan names them.
    pub fn planned(&self) -> Vec<PlannedOfficer> {
        let planned = |(label, key): &(Label, KeyFile)| PlannedOfficer {
            label: label.clone(),
            key: key.secret.public(),
        };
        self.0.iter().map(planned).collect()
    }
}

impl Keyset {
    /// New keys, with an officer for each of these labels.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate(officers: &[Label]) -> Result<Self, KeyFileError> {
        Ok(Self {
            officers: Officers::generate(officers)?,
            recovery: KeyFile::generate(KeyRole::Recovery)?,
            node: KeyFile::generate(KeyRole::Node)?,
            seal: KeyFile::generate(KeyRole::Seal)?,
        })
    }

    /// Writes each to its file in `folder`.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn write(&self, folder: &Path) -> Result<(), KeyFileError> {
        self.officers.write(folder)?;
        self.recovery.write(&folder.join(RECOVERY_FILE))?;
        self.node.write(&folder.join(NODE_FILE))?;
        self.seal.write(&folder.join(SEAL_FILE))
    }

    /// The officers.
    pub const fn officers(&self) -> &Officers {
        &self.officers
    }

    /// The member that they belong to; `k` of its officers must sign.
    pub fn member(&self, code: Code, name: Line, weight: u64, k: usize) -> PlannedMember {
        PlannedMember {
            code,
            name,
            weight,
            signatures: k,
            recovery: self.recovery.secret.public(),
            node: self.node.secret.public(),
            seal: self.seal.secret.public(),
            officers: self.officers.planned(),
        }
    }
}
