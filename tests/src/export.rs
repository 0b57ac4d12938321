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
use nemcon_ledger::Rosters;
use nemcon_ledger::audit::{Derived, FileError, Inquiry, Source, Strays};
use nemcon_ledger::chain::{Chain, blocks_of};
use nemcon_ledger::export::{
    ADVANCE_POLICY_FILE, CHECKPOINT_FILE, FINALITY_POLICY_FILE, KEYS_FILE, Tiles, advance_policy,
    export_files, finality_policy, keys,
};
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
    fn read(&self, path: &str, bytes_max: u64) -> Result<Vec<u8>, FileError> {
        let bytes = self.0.get(path).cloned().ok_or(FileError::Missing)?;
        if bytes.len() as u64 > bytes_max {
            Err(FileError::TooLong { bytes_max })
        } else {
            Ok(bytes)
        }
    }

    fn strays(&self, is_ours: &dyn Fn(&str) -> bool) -> Strays {
        let names: Vec<_> = self.0.keys().filter(|path| !is_ours(path)).cloned().collect();
        Strays { count: names.len() as u64, names }
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

/// The rosters of these leaves, if they are a ledger.
pub fn rosters_of(genesis: &Genesis, records: &[Vec<u8>]) -> Option<Arc<Rosters>> {
    let mut chain = Chain::found(genesis.clone());
    for block in blocks_of(records.get(1..).unwrap_or_default()) {
        chain = chain.apply(&block).ok()?;
    }
    Some(Arc::clone(chain.rosters()))
}

/// The roster that seals these leaves; the founding one for leaves that are no ledger.
fn roster_of(genesis: &Genesis, records: &[Vec<u8>]) -> Arc<Roster> {
    let size = TreeSize(records.len() as u64);
    let sealing = rosters_of(genesis, records).map(|rosters| Arc::clone(rosters.sealing(size)));
    sealing.unwrap_or_else(|| Arc::new(genesis.roster.clone()))
}

/// The files of an export of these leaves that `sealing` seals. Of leaves that are no ledger `keys` has those that an
/// audit makes of them: what is forged is to be found by nothing else.
fn files_of(
    genesis: &Genesis,
    founding: Vec<u8>,
    records: Vec<Vec<u8>>,
    (head, note): (&Checkpoint, &SignedNote),
    sealing: &Roster,
) -> Files {
    let size = head.size();
    let derived = |rosters: &Rosters| {
        [
            (FINALITY_POLICY_FILE, finality_policy(genesis, sealing)),
            (ADVANCE_POLICY_FILE, advance_policy(genesis, sealing)),
            (KEYS_FILE, keys(genesis, rosters, size)),
        ]
    };
    let rosters = rosters_of(genesis, &records);
    let of = Arc::new(Rosters::founding(genesis));
    let tiles = Tiles::new(records);
    let of = rosters.as_ref().unwrap_or(&of);
    let files = export_files(founding, head, note, &tiles, derived(of));
    let mut files = Files(files.expect("the checkpoint is of these records").into_iter().collect());
    if rosters.is_none() {
        let inquiry = Inquiry { derived: Derived::Unwritten, ..Inquiry::of(genesis.digest()) };
        if let Some(rosters) = inquiry.audit(&files).rosters {
            files.0.insert(KEYS_FILE.to_owned(), keys(genesis, &rosters, size).into_bytes());
        }
    }
    files
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
    let note = note_of(genesis, &checkpoint, &roster_of(genesis, records), keys);
    (checkpoint, note)
}

/// The tree head with the log signature of `roster`'s first member and everyone's seals.
fn note_of(
    genesis: &Genesis,
    checkpoint: &Checkpoint,
    roster: &Roster,
    keys: Keys<'_>,
) -> SignedNote {
    let (origin, text) = (checkpoint.origin(), checkpoint.render());
    let first = &roster.members[0];
    let log_key = keys(&first.code, "node");
    let log = sign_note(&text, &log_vkey(origin, first).name, &log_key).expect("a note's text");
    let seals = roster.members.iter().map(|member| {
        let key = keys(&member.code, "seal");
        let seal = cosign(checkpoint, SEAL_TIME_S, &key).expect("a time of this age");
        let vkey = seal_vkey(&genesis.origin, member);
        seal.line(&vkey.name, &member.seal).expect("a seal is a line")
    });
    let lines: Vec<SignatureLine> = [log].into_iter().chain(seals).collect();
    SignedNote::new(text, lines).expect("few lines")
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
    files_of(genesis, founding, records, (&checkpoint, &note), &roster)
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

/// The export of this ledger cut at `size`, sealed with the keys that `sealing` names for that day;
/// keys are those of the fixture, `<code>/<role>` and `<code>/<role>-2`.
pub fn export_at(ledger: &Ledger, size: usize, sealing: &Roster) -> Files {
    export_sealed_by(ledger, leaves(ledger)[..size].to_vec(), sealing)
}

/// An export of exactly these leaves, sealed by `sealing` as [`export_at`] does.
pub fn export_sealed_by(ledger: &Ledger, records: Vec<Vec<u8>>, sealing: &Roster) -> Files {
    let genesis = &ledger.parties.genesis;
    let size = TreeSize(records.len() as u64);
    let origin = genesis.checkpoint_origin();
    let head = Checkpoint::new(&origin, size, Tiles::new(records.clone()).root()).expect("a line");
    let note = note_of(genesis, &head, sealing, &|code, role| {
        let member = sealing.member(code).expect("a member of this roster");
        let public = if role == "node" { member.node } else { member.seal };
        let labels = ["", "-2"].map(|more| format!("{code}/{role}{more}"));
        let mut secrets = labels.iter().map(|label| secret(label));
        secrets.find(|secret| secret.public() == public).expect("a key of the fixture")
    });
    let founding = ledger.parties.founding_note().render();
    files_of(genesis, founding, records, (&head, &note), sealing)
}

impl Files {
    /// The size that the checkpoint says.
    pub fn size(&self) -> u64 {
        let text = core::str::from_utf8(&self.0[CHECKPOINT_FILE]).expect("a note is text");
        let size = text.lines().nth(1).and_then(|line| line.parse().ok());
        size.expect("a checkpoint has its size")
    }

    /// With the lines under the checkpoint as `edit` leaves them.
    #[must_use]
    pub fn with_lines(&self, edit: impl FnOnce(&mut Vec<String>)) -> Self {
        let mut files = self.clone();
        let text = String::from_utf8(files.0[CHECKPOINT_FILE].clone()).expect("a note is text");
        let (head, lines) = text.split_once("\n\n").expect("a note has a blank line");
        let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        edit(&mut lines);
        let text = format!("{head}\n\n{}\n", lines.join("\n"));
        files.0.insert(CHECKPOINT_FILE.to_owned(), text.into_bytes());
        files
    }

    /// Writes them below a folder.
    ///
    /// # Errors
    /// [`io::Error`].
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for (path, bytes) in &self.0 {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("it is below the folder"))?;
            fs::write(path, bytes)?;
        }
        Ok(())
    }

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
