//! Writes a backup beside the node that runs, or without it.

use std::path::{Path, PathBuf};

use nemcon_client::atomic_write::{Staged, folder_of};
use nemcon_client::config::{KeyFiles, NodeConfig, read_text};
use nemcon_client::keyfile::{KeyRole, KeySource, Passphrase, StoredKey};
use nemcon_crypto::Digest;
use nemcon_disk::journal::{JournalReader, SEGMENT_BYTES_MAX};
use nemcon_kit::files;
use nemcon_ledger::Height;
use nemcon_ledger::chain::HashChain;
use nemcon_ledger::durable::Entry;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::Time;
use nemcon_replica::evidence::EVIDENCE_BYTES_MAX;

use super::error::BackupError;
use super::manifest::{FileEntry, MANIFEST_FILE, Manifest, SUMS_FILE};
use super::settings::{self, GENESIS_FILE, LEDGER_FOLDER};
use super::verifying::is_backup;
use crate::server::folder::{evidence_in, journal_in};
use crate::server::identity::founded;

/// The node whose ledger is backed up.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path of its configuration.
    pub file: PathBuf,
    /// The configuration.
    pub config: NodeConfig,
    /// The folder of its ledger.
    pub ledger: PathBuf,
}

/// The keys of a node, each as the text of a locked key file.
#[derive(Debug)]
pub struct LockedKeys {
    node: Vec<StoredKey>,
    seal: Vec<StoredKey>,
}

impl LockedKeys {
    /// Reads the keys that the configuration names, and locks them.
    ///
    /// # Errors
    /// [`BackupError::Credential`] or [`BackupError::Key`].
    pub fn of(config: &NodeConfig, lock: &Passphrase) -> Result<Self, BackupError> {
        Ok(Self {
            node: locked(&config.node_key, KeyRole::Node, lock)?,
            seal: locked(&config.seal_key, KeyRole::Seal, lock)?,
        })
    }

    /// The names of the files of one use, in the order of the configuration.
    fn names(role: KeyRole, keys: &[StoredKey]) -> Vec<String> {
        (0..keys.len()).map(|at| settings::name_of_key(role, at)).collect()
    }

    fn all(&self) -> [(KeyRole, &[StoredKey]); 2] {
        [(KeyRole::Node, &self.node), (KeyRole::Seal, &self.seal)]
    }
}

fn locked(
    files: &KeyFiles,
    role: KeyRole,
    lock: &Passphrase,
) -> Result<Vec<StoredKey>, BackupError> {
    let one = |source: &KeySource| match source {
        KeySource::Credential(name) => Err(BackupError::Credential(name.to_string())),
        KeySource::File(_) => {
            let secret = source.load(role)?;
            Ok(StoredKey::of(role, &secret, Some(lock))
                .map_err(nemcon_client::keyfile::KeyFileError::from)?)
        }
    };
    files.sources().iter().map(one).collect()
}

/// A backup that is being written.
struct Writing<'a> {
    staged: Staged,
    files: Vec<FileEntry>,
    goes_on: &'a dyn Fn() -> bool,
}

/// Writes the backup of a node to `out`, a new folder. The journal is copied up to its last whole frame: a node that runs
/// appends behind it. `goes_on` is asked between two files.
///
/// # Errors
/// [`BackupError`]. Then nothing has appeared at `out`.
pub fn write(
    source: &Source,
    out: &Path,
    keys: Option<&LockedKeys>,
    made: Time,
    goes_on: &dyn Fn() -> bool,
) -> Result<Manifest, BackupError> {
    verify_apart(out, &source.ledger, "the ledger’s own folder")?;
    if is_backup(folder_of(&source.file)) {
        verify_apart(out, folder_of(&source.file), "the backup that would be backed up")?;
    }
    let (genesis, genesis_file) = founded(&source.config)?;
    let council = source.config.council;
    let (reader, _) = JournalReader::open(&journal_in(&source.ledger), council)?;
    let mut writing = Writing { staged: Staged::begin(out)?, files: Vec::new(), goes_on };
    writing.write(GENESIS_FILE.to_owned(), &genesis_file)?;
    let names = keys.map(|keys| {
        (LockedKeys::names(KeyRole::Node, &keys.node), LockedKeys::names(KeyRole::Seal, &keys.seal))
    });
    let listed = names.as_ref().map(|(node, seal)| (&node[..], &seal[..]));
    let config = settings::beside(&read_text(&source.file)?, listed);
    writing.write("node.toml".to_owned(), config.as_bytes())?;
    for (role, keys) in keys.map(LockedKeys::all).into_iter().flatten() {
        for (name, key) in LockedKeys::names(role, keys).iter().zip(keys) {
            writing.write(format!("{}{name}", settings::KEYS_FOLDER), key.render().as_bytes())?;
        }
    }
    for (path, end) in reader.files() {
        writing.copy_segment(&path, end)?;
    }
    writing.copy_evidence(&evidence_in(&source.ledger))?;
    let copy = writing.staged.path().join(LEDGER_FOLDER);
    let hashes = followed(&copy, &source.ledger, &genesis, council)?;
    let manifest = Manifest {
        format: Manifest::format(),
        release: env!("CARGO_PKG_VERSION").to_owned(),
        council,
        member: source.config.member.clone(),
        height: hashes.height().0,
        size: hashes.size().0,
        root: hashes.root(),
        time: hashes.time(),
        made,
        keys: keys.is_some(),
        files: Vec::new(),
    };
    writing.finish(manifest)
}

impl Writing<'_> {
    fn write(&mut self, path: String, bytes: &[u8]) -> Result<(), BackupError> {
        if !(self.goes_on)() {
            return Err(BackupError::Interrupted);
        }
        self.staged.write_unsettled(Path::new(&path), bytes)?;
        self.files.push(FileEntry::of(path, bytes));
        Ok(())
    }

    /// Copies the whole frames of a segment, to which a node may append meanwhile.
    fn copy_segment(&mut self, path: &Path, end: u64) -> Result<(), BackupError> {
        let mut bytes = read(path, 2 * SEGMENT_BYTES_MAX)?;
        bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
        self.write(below("journal", path), &bytes)
    }

    fn copy_evidence(&mut self, folder: &Path) -> Result<(), BackupError> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|it| it == "evidence"))
        {
            self.write(below("evidence", path), &read(path, EVIDENCE_BYTES_MAX)?)?;
        }
        Ok(())
    }

    /// Writes the manifest last, makes all durable, and puts the folder in its place.
    fn finish(mut self, manifest: Manifest) -> Result<Manifest, BackupError> {
        let mut files = core::mem::take(&mut self.files);
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let manifest = Manifest { files, ..manifest };
        let text = manifest.render();
        let sums = manifest.sums(&text);
        self.write(MANIFEST_FILE.to_owned(), text.as_bytes())?;
        self.write(SUMS_FILE.to_owned(), sums.as_bytes())?;
        let written = manifest.files.iter().chain(&self.files);
        let paths: Vec<PathBuf> = written.map(|file| file.path.clone().into()).collect();
        self.staged.settle(&paths)?;
        self.staged.commit()?;
        Ok(manifest)
    }
}

/// The hashes at the end of the copied journal.
fn followed(
    copy: &Path,
    ledger: &Path,
    genesis: &Genesis,
    council: Digest,
) -> Result<HashChain, BackupError> {
    let unsound = |why| BackupError::Unsound { folder: ledger.to_owned(), why };
    let (reader, _) = JournalReader::open(&journal_in(copy), council)?;
    let (mut hashes, mut blocks) = (HashChain::found(genesis), 0_u64);
    for located in reader.entries() {
        let Entry::Block(block) = located?.entry else { continue };
        if block.height != Height(blocks) {
            return Err(unsound("lacks a block"));
        }
        blocks += 1;
        if block.height > Height(0) {
            let follows = hashes.follow(&block.records);
            follows.map_err(|_| unsound("has a block that does not name the one before it"))?;
        }
    }
    if blocks == 0 { Err(unsound("has no block")) } else { Ok(hashes) }
}

fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, BackupError> {
    files::read(path, bytes_max)
        .map_err(|error| BackupError::Unread { path: path.to_owned(), error: error.into() })
}

/// The path in the backup of a file in a folder of the ledger.
fn below(folder: &str, path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{LEDGER_FOLDER}/{folder}/{name}")
}

/// Checks that what is made at `out` would not lie in `folder`, which is called `of`.
pub(super) fn verify_apart(out: &Path, folder: &Path, of: &'static str) -> Result<(), BackupError> {
    let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    // The folders above that are not there yet will be made as they are named.
    let above = out.ancestors().skip(1).find_map(|it| std::fs::canonicalize(it).ok());
    let is_within = std::fs::canonicalize(folder)
        .is_ok_and(|folder| above.is_some_and(|above| above.starts_with(folder)));
    if is_within { Err(BackupError::Within { path: out, of }) } else { Ok(()) }
}
