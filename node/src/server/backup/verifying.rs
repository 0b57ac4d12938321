//! Checks a backup without a node: its bytes, and that its journal follows from the genesis by the council's law.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_client::keyfile::KeyRole;
use nemcon_crypto::Digest;
use nemcon_crypto::hash::Hasher;
use nemcon_kit::files;
use nemcon_ledger::Height;

use super::error::{BackupError, BadFile};
use super::last::LastBackup;
use super::manifest::{FileEntry, MANIFEST_FILE, Manifest, SUMS_FILE};
use super::settings::{KEYS_FOLDER, LEDGER_FOLDER, not_beside};
use crate::server::folder::{ReadLedger, Trust};
use crate::server::identity::founded;
use crate::server::offline::reader;

/// So many bytes of a file are read at a time.
const PIECE_BYTES: usize = 1 << 20;

/// Whether a folder is one that a backup was written to.
pub fn is_backup(folder: &Path) -> bool {
    [MANIFEST_FILE, SUMS_FILE].iter().all(|name| folder.join(name).exists())
}

/// A backup that was found to be sound.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it holds.
    pub manifest: Manifest,
    /// The configuration in it.
    pub config: NodeConfig,
    /// The size up to which every member's seal is in the journal.
    pub sealed_size: u64,
}

/// Checks the backup in `folder` against the council digest that the caller brings: every file by length and SHA-256,
/// the founders' signatures, and every block, certificate, statement and seal of the journal.
///
/// # Errors
/// [`BackupError`] names what is wrong.
pub fn verify(folder: &Path, council: Digest) -> Result<Verified, BackupError> {
    let (manifest, _) = Manifest::read(folder)?;
    if manifest.council != council {
        let (folder, found) = (folder.to_owned(), manifest.council);
        return Err(BackupError::Council { folder, found, wanted: council });
    }
    for file in &manifest.files {
        verify_file(folder, file)?;
    }
    verify_no_stray(folder, &manifest)?;
    let path = folder.join(NODE_CONFIG_FILE);
    let (node_keys, seal_keys) =
        (manifest.keys_for(KeyRole::Node), manifest.keys_for(KeyRole::Seal));
    if (manifest.keys, manifest.keys) != (!node_keys.is_empty(), !seal_keys.is_empty()) {
        let (path, bad) = (folder.join(KEYS_FOLDER), BadFile::Contradicts("the keys"));
        return Err(BackupError::File { path, bad });
    }
    // The paths as they stand there: one that leads into this very backup would lead into it after a restore too.
    if let Some(setting) = not_beside(&path, &node_keys, &seal_keys)? {
        return Err(BackupError::Elsewhere { path, setting });
    }
    let config = NodeConfig::load(&path)?;
    let contradicts = |what| BackupError::File { path, bad: BadFile::Contradicts(what) };
    if config.council != council {
        return Err(contradicts("the council"));
    }
    if config.member != manifest.member {
        return Err(contradicts("the member"));
    }
    let sealed_size = derive(folder, &config, &manifest)?;
    Ok(Verified { manifest, config, sealed_size })
}

/// Derives the ledger again, and returns the size that all members have sealed.
fn derive(folder: &Path, config: &NodeConfig, said: &Manifest) -> Result<u64, BackupError> {
    let (genesis, _) = founded(config)?;
    let node = reader(config, genesis)?;
    let read = ReadLedger::open(&folder.join(LEDGER_FOLDER), &node, Trust::Nothing)?;
    let derived = |why: String| Err(BackupError::Derived(why));
    if let Some(why) = &read.ends {
        let height = read.replayed.chain.height().0;
        return derived(format!("is sound up to block {height} alone: {why}"));
    }
    if read.is_torn {
        return derived("ends in a frame that was never written whole".to_owned());
    }
    let chain = &read.replayed.chain;
    let time = if chain.height() > Height(0) { chain.time() } else { said.time };
    let found = (chain.height().0, chain.size().0, chain.root(), time);
    if found != (said.height, said.size, said.root, said.time) {
        return derived(format!(
            "leads to block {}, {} records and root {}; {MANIFEST_FILE} says block {}, {} records and root {}",
            found.0, found.1, found.2, said.height, said.size, said.root
        ));
    }
    let (replica, _, _) = read.into_replica(&node);
    Ok(replica.sealed_by_all().1.map_or(0, |boundary| boundary.size.0))
}

/// Checks one file by length and SHA-256.
fn verify_file(folder: &Path, said: &FileEntry) -> Result<(), BackupError> {
    let path = folder.join(&said.path);
    hashed(&path, said, &mut |_| Ok(()))
}

/// Reads a file piece by piece, gives each piece to `out`, and compares the whole with what the manifest says.
pub(super) fn hashed(
    path: &Path,
    said: &FileEntry,
    out: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let bad = |bad| BackupError::File { path: path.to_owned(), bad };
    let mut file = opened(path).map_err(bad)?;
    let mut hasher = Hasher::default();
    let (mut piece, mut found) = (vec![0; PIECE_BYTES], 0);
    loop {
        let read = file.read(&mut piece).map_err(BadFile::Unreadable).map_err(bad)?;
        if read == 0 {
            break;
        }
        found += read as u64;
        if found > said.bytes {
            break;
        }
        hasher.update(&piece[..read]);
        out(&piece[..read])?;
    }
    if found != said.bytes {
        let found = file.metadata().map_or(found, |it| it.len());
        return Err(bad(BadFile::Length { found, wanted: said.bytes }));
    }
    if hasher.finish() == said.sha256 { Ok(()) } else { Err(bad(BadFile::Altered)) }
}

fn opened(path: &Path) -> Result<File, BadFile> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(BadFile::Missing),
        Ok(found) if found.is_symlink() => {
            Err(BadFile::Unreadable(std::io::Error::other("it is a link, and no file")))
        }
        _ => files::open(path).map_err(|error| BadFile::Unreadable(error.into())),
    }
}

fn verify_no_stray(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let mut stray = None;
    let mut found = |path: &Path, _| {
        let is_named = |file: &FileEntry| Path::new(&file.path) == path;
        let is_known = path == Path::new(MANIFEST_FILE)
            || path == Path::new(SUMS_FILE)
            // A node that has run on the backup may have left it; it is never restored.
            || path == LastBackup::file_in(Path::new(LEDGER_FOLDER))
            || manifest.files.iter().any(is_named);
        if !is_known {
            stray = Some((path.to_owned(), BadFile::Stray));
        }
    };
    let mut unlisted = Vec::new();
    files::walk(folder, &mut found, &mut |path, error| unlisted.push((path.to_owned(), error)));
    let bad = unlisted.pop().map(|(path, error)| (path, BadFile::Unreadable(error))).or(stray);
    match bad {
        Some((path, bad)) => Err(BackupError::File { path: folder.join(path), bad }),
        None => Ok(()),
    }
}
