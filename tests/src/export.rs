//! Exports of a fixture's ledger, honest and forged, in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::note::{SignatureLine, SignedNote, sign_note};
use nemcon_crypto::tiles::{TileRow, decode_bundle, tiles_of};
use nemcon_crypto::{SecretKey, TreeSize};
use nemcon_ledger::audit::{Source, SourceError};
use nemcon_ledger::export::{CHECKPOINT_FILE, Tiles, export_files, sealing_roster};
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
use nemcon_ledger::record::{Genesis, Roster};
use nemcon_ledger::text::Code;

use crate::fixture::{Ledger, secret};

/// The time of every seal, in seconds.
const SEAL_TIME_S: u64 = 1_795_400_000;

/// The files of an export by path.
#[derive(Clone, Debug)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Source for Files {
    fn read(&self, path: &str, _: u64) -> Result<Vec<u8>, SourceError> {
        let missing = || SourceError::Io(io::Error::from(io::ErrorKind::NotFound));
        self.0.get(path).cloned().ok_or_else(missing)
    }
}

/// All leaves of a fixture's ledger.
pub fn leaves(ledger: &Ledger) -> Vec<Vec<u8>> {
    let genesis = ledger.parties.genesis.render().into_bytes();
    let blocks = ledger.blocks.iter().flat_map(|block| block.records.clone());
    [genesis].into_iter().chain(blocks).collect()
}

/// A member's key of a role: `node` or `seal`.
pub type Keys<'a> = &'a dyn Fn(&Code, &str) -> SecretKey;

/// The checkpoint over `records` with the first member's log signature and everyone's seals.
pub fn sealed_note(genesis: &Genesis, records: &[Vec<u8>]) -> (Checkpoint, SignedNote) {
    sealed_note_with(genesis, records, &fixture_key)
}

fn fixture_key(code: &Code, role: &str) -> SecretKey {
    secret(&format!("{code}/{role}"))
}

/// The roster that seals these leaves; the founding one for leaves that are no ledger.
fn roster_of(genesis: &Genesis, records: &[Vec<u8>]) -> Arc<Roster> {
    sealing_roster(genesis, records).unwrap_or_else(|_| Arc::new(genesis.roster.clone()))
}

fn sealed_note_with(
    genesis: &Genesis,
    records: &[Vec<u8>],
    keys: Keys<'_>,
) -> (Checkpoint, SignedNote) {
    let tiles = Tiles::new(records.to_vec());
    let origin = genesis.checkpoint_origin();
    let size = TreeSize(records.len() as u64);
    let checkpoint = Checkpoint::new(&origin, size, tiles.root()).expect("an origin is a line");
    let text = checkpoint.render();
    let roster = roster_of(genesis, records);
    let first = &roster.members[0];
    let log_key = keys(&first.code, "node");
    let log = sign_note(&text, &log_vkey(&origin, first).name, &log_key).expect("a note's text");
    let seals = roster.members.iter().map(|member| {
        let key = keys(&member.code, "seal");
        let seal = cosign(&checkpoint, SEAL_TIME_S, &key).expect("a time of this age");
        let vkey = seal_vkey(&genesis.origin, member);
        seal.line(&vkey.name, &member.seal).expect("a seal is a line")
    });
    let lines: Vec<SignatureLine> = [log].into_iter().chain(seals).collect();
    (checkpoint, SignedNote::new(text, lines).expect("few lines"))
}

/// An export of exactly these leaves, sealed by all with `keys`, whatever they are; `founding` is
/// the file `genesis`.
pub fn sealed_export(
    genesis: &Genesis,
    founding: Vec<u8>,
    records: Vec<Vec<u8>>,
    keys: Keys<'_>,
) -> Files {
    let roster = roster_of(genesis, &records);
    let (checkpoint, note) = sealed_note_with(genesis, &records, keys);
    let tiles = Tiles::new(records);
    let files = export_files(genesis, &roster, founding, &checkpoint, &note, &tiles);
    Files(files.expect("the checkpoint is of these records").into_iter().collect())
}

/// The leaves of an export in a folder, as its entry tiles give them.
///
/// # Errors
/// [`io::Error`], also if a tile is no bundle.
pub fn read_leaves(export: &Path) -> io::Result<Vec<Vec<u8>>> {
    let note = SignedNote::parse(&fs::read(export.join(CHECKPOINT_FILE))?);
    let text = note.map_err(io::Error::other)?.text().to_owned();
    let checkpoint = Checkpoint::parse(&text).map_err(io::Error::other)?;
    let mut leaves = Vec::new();
    let bundles = tiles_of(checkpoint.size()).filter(|path| path.row == TileRow::Entries);
    for path in bundles {
        let bundle = fs::read(export.join(path.to_string()))?;
        leaves.extend(decode_bundle(&bundle).map_err(io::Error::other)?);
    }
    Ok(leaves)
}

/// An export of exactly these leaves, sealed by all, whatever they are.
pub fn export_of(ledger: &Ledger, records: Vec<Vec<u8>>) -> Files {
    let founding = ledger.parties.founding_note().render();
    sealed_export(&ledger.parties.genesis, founding, records, &fixture_key)
}

/// The honest export of a ledger.
pub fn export(ledger: &Ledger) -> Files {
    export_of(ledger, leaves(ledger))
}

impl Files {
    /// Leaves out the line of the checkpoint that holds `name`.
    #[must_use]
    pub fn without_signature(&self, name: &str) -> Self {
        let mut files = self.clone();
        let text = String::from_utf8(files.0[CHECKPOINT_FILE].clone()).expect("a note is text");
        let kept: String = text
            .split_inclusive('\n')
            .filter(|line| !line.contains(&format!(" {name} ")))
            .collect();
        files.0.insert(CHECKPOINT_FILE.to_owned(), kept.into_bytes());
        files
    }
}
