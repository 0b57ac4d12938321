//! Exports of a fixture's ledger, honest and forged, in memory.

use std::collections::BTreeMap;
use std::io;

use nemcon_crypto::TreeSize;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::note::{SignatureLine, SignedNote, sign_note};
use nemcon_ledger::audit::{Source, SourceError};
use nemcon_ledger::export::{CHECKPOINT_FILE, Tiles, export_files};
use nemcon_ledger::record::Genesis;
use nemcon_ledger::record::roster::{log_vkey, seal_vkey};

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

/// The checkpoint over `records` with the first member's log signature and everyone's seals.
pub fn sealed_note(genesis: &Genesis, records: &[Vec<u8>]) -> (Checkpoint, SignedNote) {
    let tiles = Tiles::new(records.to_vec());
    let origin = genesis.checkpoint_origin();
    let size = TreeSize(records.len() as u64);
    let checkpoint = Checkpoint::new(&origin, size, tiles.root()).expect("an origin is a line");
    let text = checkpoint.render();
    let first = &genesis.roster.members[0];
    let log_key = secret(&format!("{}/node", first.code));
    let log = sign_note(&text, &log_vkey(&origin, first).name, &log_key).expect("a note's text");
    let seals = genesis.roster.members.iter().map(|member| {
        let key = secret(&format!("{}/seal", member.code));
        let seal = cosign(&checkpoint, SEAL_TIME_S, &key).expect("a time of this age");
        let vkey = seal_vkey(&genesis.origin, member);
        seal.line(&vkey.name, &member.seal).expect("a seal is a line")
    });
    let lines: Vec<SignatureLine> = [log].into_iter().chain(seals).collect();
    (checkpoint, SignedNote::new(text, lines).expect("few lines"))
}

/// An export of exactly these leaves, sealed by all, whatever they are.
pub fn export_of(ledger: &Ledger, records: Vec<Vec<u8>>) -> Files {
    let genesis = &ledger.parties.genesis;
    let (checkpoint, note) = sealed_note(genesis, &records);
    let founding = ledger.parties.founding_note().render();
    let tiles = Tiles::new(records);
    let files = export_files(genesis, founding, &checkpoint, &note, &tiles);
    Files(files.expect("the checkpoint is of these records").into_iter().collect())
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
