//! The keys that a new party needs, and their public halves in the form of a founding plan.

use std::path::Path;

use nemcon_crypto::SecretKey;
use nemcon_ledger::text::{Code, Label, Line};

use crate::founding::{PlannedMember, PlannedOfficer, PlannedParticipant};
use crate::keyfile::{KeyFile, KeyFileError, KeyRole, Passphrase};

/// The name of the recovery key's file.
pub const RECOVERY_FILE: &str = "recovery.key";
/// The name of the node key's file.
pub const NODE_FILE: &str = "node.key";
/// The name of the seal key's file.
pub const SEAL_FILE: &str = "seal.key";

/// The passphrase that locks the key file of this name; `None` if none does.
pub type Lock<'a> = &'a dyn Fn(&str) -> Option<&'a Passphrase>;

/// The name of the file of an officer's key.
pub fn officer_file(label: &Label) -> String {
    format!("officer-{label}.key")
}

/// The keys of a party's officers.
#[derive(Clone, Debug)]
pub struct Officers(Vec<(Label, KeyFile)>);

/// All keys of a member: its officers', and its recovery, node and seal keys.
#[derive(Clone, Debug)]
pub struct Keyset {
    officers: Officers,
    recovery: KeyFile,
    node: KeyFile,
    seal: KeyFile,
}

impl Officers {
    /// Makes a new officer key for each of these labels.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate(labels: &[Label]) -> Result<Self, KeyFileError> {
        let key = |label: &Label| Ok((label.clone(), KeyFile::generate(KeyRole::Officer)?));
        Ok(Self(labels.iter().map(key).collect::<Result<_, KeyFileError>>()?))
    }

    /// Writes each key to its file in `folder`; `lock` gives the passphrase of a file, if it has one.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn write(&self, folder: &Path, lock: Lock<'_>) -> Result<(), KeyFileError> {
        let write = |(label, key): &(Label, KeyFile)| {
            let file = officer_file(label);
            key.write(&folder.join(&file), lock(&file))
        };
        self.0.iter().try_for_each(write)
    }

    /// The participant that these officers speak for, in the form of a plan; `k` of them must sign.
    pub fn participant(&self, code: Code, name: Line, role: Label, k: usize) -> PlannedParticipant {
        PlannedParticipant { code, name, role, signatures: k, officers: self.planned() }
    }

    /// The officers' secret keys.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretKey> {
        self.0.iter().map(|(_, key)| &key.secret)
    }

    /// The officers with the public halves of their keys, in the form of a plan.
    pub fn planned(&self) -> Vec<PlannedOfficer> {
        let planned = |(label, key): &(Label, KeyFile)| PlannedOfficer {
            label: label.clone(),
            key: key.secret.public(),
        };
        self.0.iter().map(planned).collect()
    }
}

impl Keyset {
    /// Makes new keys for a member, with an officer for each of these labels.
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

    /// Writes each key to its file in `folder`; `lock` gives the passphrase of an officer's file and of the
    /// recovery key's, if it has one. Node and seal keys have none: a node starts when nobody is there.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn write(&self, folder: &Path, lock: Lock<'_>) -> Result<(), KeyFileError> {
        self.officers.write(folder, lock)?;
        self.recovery.write(&folder.join(RECOVERY_FILE), lock(RECOVERY_FILE))?;
        self.node.write(&folder.join(NODE_FILE), None)?;
        self.seal.write(&folder.join(SEAL_FILE), None)
    }

    /// The officers' keys.
    pub const fn officers(&self) -> &Officers {
        &self.officers
    }

    /// All secret keys.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretKey> {
        let rest = [&self.recovery, &self.node, &self.seal];
        self.officers.secrets().chain(rest.map(|key| &key.secret))
    }

    /// The member that these keys belong to, in the form of a plan; `k` of its officers must sign.
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
