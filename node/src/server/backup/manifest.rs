//! The manifest of a backup, and the sums beside it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Component, Path};

use nemcon_client::config::NODE_CONFIG_FILE;
use nemcon_client::keyfile::KeyRole;
use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_kit::files;
use nemcon_ledger::text::{Code, Time};
use serde::{Deserialize, Serialize};

use super::error::{BackupError, BadFile};
use super::in_words;
use super::settings::{GENESIS_FILE, KEYS_FOLDER, LEDGER_FOLDER, number_of_key};

/// The name of the manifest.
pub(super) const MANIFEST_FILE: &str = "manifest.json";
/// The name of the file that `sha256sum -c` takes.
pub(super) const SUMS_FILE: &str = "SHA256SUMS";
/// The form of a backup that this release writes and reads.
const FORMAT: &str = "nemcon-backup/1";
/// The longest manifest, 4 MiB.
pub(super) const MANIFEST_BYTES_MAX: u64 = 4 << 20;

/// What a backup holds, and how far its ledger goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form: `nemcon-backup/1`.
    pub format: String,
    /// The release that wrote it.
    pub release: String,
    /// The council digest.
    pub council: Digest,
    /// The code of the member whose node it is of.
    pub member: Code,
    /// The height of the last block.
    pub height: u64,
    /// The number of leaves up to that block's end.
    pub size: u64,
    /// The root of the tree of these leaves.
    pub root: Digest,
    /// The time of the last block; of block 0 the beginning of 1970.
    #[serde(with = "in_words")]
    pub time: Time,
    /// When it was made, by the clock of the machine.
    #[serde(with = "in_words")]
    pub made: Time,
    /// Whether it holds the keys of the node, locked by a passphrase.
    pub keys: bool,
    /// Every file but the manifest and the sums, in the order of their paths.
    pub files: Vec<FileEntry>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// The path below the backup's folder, with `/` between its parts.
    pub path: String,
    /// The number of bytes.
    pub bytes: u64,
    /// The SHA-256 of the bytes.
    pub sha256: Digest,
}

impl FileEntry {
    pub(super) fn of(path: String, bytes: &[u8]) -> Self {
        Self { path, bytes: bytes.len() as u64, sha256: sha256(bytes) }
    }
}

impl Manifest {
    /// The form of a backup that this release writes.
    pub(super) fn format() -> String {
        FORMAT.to_owned()
    }

    /// The text of the file.
    pub(super) fn render(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("strings and numbers are JSON");
        text + "\n"
    }

    /// The text of the sums that stand beside a manifest with this text.
    pub(super) fn sums(&self, text: &str) -> String {
        let mut sums = format!("{}  {MANIFEST_FILE}\n", sha256(text.as_bytes()));
        for file in &self.files {
            let _ = writeln!(sums, "{}  {}", file.sha256, file.path);
        }
        sums
    }

    /// Reads the manifest of the backup in `folder`, with its text, and compares the sums beside it.
    pub(super) fn read(folder: &Path) -> Result<(Self, String), BackupError> {
        let path = folder.join(MANIFEST_FILE);
        let none = |why: String| BackupError::NoBackup { folder: folder.to_owned(), why };
        let bytes = files::read(&path, MANIFEST_BYTES_MAX)
            .map_err(|error| none(format!("{MANIFEST_FILE}: {error}")))?;
        let text =
            String::from_utf8(bytes).map_err(|_| none(format!("{MANIFEST_FILE} is not UTF-8")))?;
        let wrong = |why: &dyn core::fmt::Display| none(format!("{MANIFEST_FILE}: {why}"));
        let value: serde_json::Value = serde_json::from_str(&text).map_err(|it| wrong(&it))?;
        let format = value.get("format").and_then(serde_json::Value::as_str).unwrap_or_default();
        if format != FORMAT {
            return Err(wrong(&format_args!(
                "its form is {format:?}, and this release reads {FORMAT}"
            )));
        }
        let manifest: Self = serde_json::from_value(value).map_err(|error| wrong(&error))?;
        manifest.verify_paths().map_err(|why| wrong(&why))?;
        manifest.verify_kinds(folder)?;
        let sums = files::read(&folder.join(SUMS_FILE), 2 * MANIFEST_BYTES_MAX);
        let sums = sums.map_err(|error| none(format!("{SUMS_FILE}: {error}")))?;
        if sums != manifest.sums(&text).as_bytes() {
            let bad = BadFile::Contradicts("the sums");
            return Err(BackupError::File { path: folder.join(SUMS_FILE), bad });
        }
        Ok((manifest, text))
    }

    /// Checks that nothing is named but what a backup holds: neither `signed`, nor a token, nor an open key.
    fn verify_kinds(&self, folder: &Path) -> Result<(), BackupError> {
        match self.files.iter().find(|file| !is_of_a_backup(&file.path)) {
            None => Ok(()),
            Some(file) => {
                let path = folder.join(&file.path);
                Err(BackupError::File { path, bad: BadFile::Foreign })
            }
        }
    }

    /// The names of the key files of one use, in the order in which a configuration names them.
    pub(super) fn keys_for(&self, role: KeyRole) -> Vec<String> {
        let names = self.files.iter().filter_map(|file| file.path.strip_prefix(KEYS_FOLDER));
        let numbered = names.filter_map(|name| Some((number_of_key(role, name)?, name.to_owned())));
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort();
        numbered.into_iter().map(|(_, name)| name).collect()
    }

    /// Checks that every path stays below the folder, and stands there once, in order.
    fn verify_paths(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for FileEntry { path, .. } in &self.files {
            let is_below =
                Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
            let is_plain =
                !path.is_empty() && !path.contains(['\n', '\\', '\0']) && !path.ends_with('/');
            if !is_below || !is_plain {
                return Err(format!("the path {path:?} leads elsewhere"));
            }
            if !seen.insert(path) {
                return Err(format!("the path {path:?} stands twice"));
            }
        }
        Ok(())
    }
}

/// Whether a backup may hold a file at this path.
fn is_of_a_backup(path: &str) -> bool {
    let in_ledger = |folder: &str| {
        let below = path.strip_prefix(LEDGER_FOLDER)?.strip_prefix('/')?;
        below.strip_prefix(folder)?.strip_prefix('/')
    };
    let is_segment = |name: &str| {
        let number = name.strip_suffix(".seg");
        number.is_some_and(|it| it.len() == 20 && it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_evidence = |name: &str| {
        let regular = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let of = name.strip_suffix(".evidence");
        of.is_some_and(|it| !it.is_empty() && it.bytes().all(regular))
    };
    let is_key = |name: &str| {
        [KeyRole::Node, KeyRole::Seal].into_iter().any(|role| number_of_key(role, name).is_some())
    };
    [GENESIS_FILE, NODE_CONFIG_FILE].contains(&path)
        || in_ledger("journal").is_some_and(is_segment)
        || in_ledger("evidence").is_some_and(is_evidence)
        || path.strip_prefix(KEYS_FOLDER).is_some_and(is_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_holds_what_it_is_made_of_and_nothing_else() {
        let segment = "ledger/journal/00000000000000000412.seg";
        let hash = "ab".repeat(32);
        let evidence = format!("ledger/evidence/DK-{hash}.evidence");
        let keys = ["keys/node.key", "keys/node-2.key", "keys/seal.key", "keys/seal-12.key"];
        for path in ["genesis", "node.toml", segment, &evidence].into_iter().chain(keys) {
            assert!(is_of_a_backup(path), "{path}");
        }
        for path in [
            "ledger/signed",
            "ledger/last-backup",
            "ledger/told-webhook",
            "ledger/journal/1.seg",
            "ledger/journal/0000000000000000041x.seg",
            "ledger/journal/a/00000000000000000412.seg",
            "ledger/evidence/junk",
            "ledger/evidence/.evidence",
            "ledger/evidence/a/b.evidence",
            "journal/00000000000000000412.seg",
            "operate.token",
            "node.key",
            "officer.key",
            "keys/officer.key",
            "keys/node-1.key",
            "keys/node-02.key",
            "keys/node-.key",
            "keys/../node.key",
            ".bashrc",
            "manifest.json",
            "genesis/x",
            "",
        ] {
            assert!(!is_of_a_backup(path), "{path}");
        }
    }
}
