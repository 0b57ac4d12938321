//! An export: static files that any C2SP client reads [C2SP tlog-tiles].
//!
//! ```text
//! genesis            leaf 0 with the founders' signatures, a signed note
//! checkpoint         the tree head with a log signature and the members' seals
//! finality.policy    every member's seal       [C2SP tlog-policy]
//! advance.policy     more than two thirds of them
//! keys               every key that has signed the log or sealed it, with its sizes
//! tile/<L>/<N>       hashes; tile/entries/<N> the records
//! public             only where records are withheld: those are empty in their bundles
//! ```

mod keys;

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::merkle::{Tree, leaf_hash};
use nemcon_crypto::note::SignedNote;
use nemcon_crypto::tiles::{TilePath, TileRow, encode_bundle, hash_tile, tiles_of};
use nemcon_crypto::{Digest, LeafIndex, TreeSize};

use crate::council::Council;
use crate::quorum::quorum;
use crate::record::genesis::Genesis;
use crate::record::roster::{log_vkey, seal_vkey};
use crate::record::{Record, Roster};
use crate::rosters::Rosters;
use crate::text::value::parse_number;
pub use keys::keys;

/// The file with the founders' signatures.
pub const GENESIS_FILE: &str = "genesis";
/// The file with the tree head.
pub const CHECKPOINT_FILE: &str = "checkpoint";
/// The policy under which decisions are final.
pub const FINALITY_POLICY_FILE: &str = "finality.policy";
/// The policy under which the ledger goes on.
pub const ADVANCE_POLICY_FILE: &str = "advance.policy";

/// The file with every key that has signed the log or sealed it.
pub const KEYS_FILE: &str = "keys";

/// The file that says that an export withholds records; a whole export has none.
pub const PUBLIC_FILE: &str = "public";
/// What stands in it.
pub const PUBLIC_TEXT: &str = "nemcon/v1 public-export\n\
    The records that are not public are withheld: in the entry bundles they have the length 0.\n";

/// The folder with the certificates of measures that have ended, where a log is published.
pub const CERTIFICATE_FOLDER: &str = "certificate";

/// The path of a measure's certificate in a published log.
pub fn certificate_file(measure: u64) -> String {
    format!("{CERTIFICATE_FOLDER}/{measure}")
}

/// Whether a published log has a certificate at this path.
pub fn is_certificate_file(path: &str) -> bool {
    let number = path.strip_prefix(CERTIFICATE_FOLDER).and_then(|rest| rest.strip_prefix('/'));
    number.is_some_and(|number| parse_number::<u64>(number).is_ok())
}

/// Whether an export of this size has a file at this path, or a published log has one beside it.
pub fn is_file_of(path: &str, size: TreeSize) -> bool {
    [GENESIS_FILE, CHECKPOINT_FILE, PUBLIC_FILE].contains(&path)
        || DERIVED_FILES.contains(&path)
        || is_certificate_file(path)
        || path.parse::<TilePath>().is_ok_and(|path| path.is_of(size))
}

/// The files that add no trust, because they follow from the records.
const DERIVED_FILES: [&str; 3] = [FINALITY_POLICY_FILE, ADVANCE_POLICY_FILE, KEYS_FILE];

/// The files that follow from the records below `size`, where a block ends, with what stands in them: the policies of
/// the roster that seals this size, and the keys of all that have sealed.
pub fn derived_files(
    genesis: &Genesis,
    rosters: &Rosters,
    size: TreeSize,
) -> [(&'static str, String); 3] {
    let roster = rosters.sealing(size);
    let texts = [
        finality_policy(genesis, roster),
        advance_policy(genesis, roster),
        keys(genesis, rosters, size),
    ];
    let mut texts = texts.into_iter();
    DERIVED_FILES.map(|name| (name, texts.next().expect("a text for each file")))
}

/// `finality.policy`: a checkpoint counts when every member of `roster`, which seals it, has.
pub fn finality_policy(genesis: &Genesis, roster: &Roster) -> String {
    policy(genesis, roster, "every-member", "all")
}

/// `advance.policy`: a checkpoint counts when more than two thirds of `roster` have sealed it.
pub fn advance_policy(genesis: &Genesis, roster: &Roster) -> String {
    let quorum = quorum(roster.members.len());
    policy(genesis, roster, "two-thirds", &quorum.to_string())
}

fn policy(genesis: &Genesis, roster: &Roster, group: &str, quorum: &str) -> String {
    let members = &roster.members;
    let origin = genesis.checkpoint_origin();
    let logs = members.iter().map(|member| format!("log {}\n", log_vkey(&origin, member)));
    let witnesses = members
        .iter()
        .map(|member| format!("witness {} {}\n", member.code, seal_vkey(&genesis.origin, member)));
    let codes: Vec<_> = members.iter().map(|member| member.code.as_str()).collect();
    let group = format!("group {group} {quorum} {}\nquorum {group}\n", codes.join(" "));
    logs.chain(witnesses).chain([group]).collect()
}

/// Why what was given cannot be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The records are not those below the checkpoint.
    #[error("the records do not hash to the checkpoint's root")]
    Root,
    /// There are more or fewer of them.
    #[error("{found} records for a checkpoint of {wanted}")]
    Size {
        /// How many records.
        found: u64,
        /// The checkpoint's size.
        wanted: u64,
    },
}

/// The records below a checkpoint as they will be written: tiles and bundles.
pub struct Tiles {
    tree: Tree,
    records: Vec<Vec<u8>>,
}

impl Tiles {
    /// Tiles over `records`, the whole log from leaf 0.
    pub fn new(records: Vec<Vec<u8>>) -> Self {
        let mut tree = Tree::new();
        for record in &records {
            tree.append(leaf_hash(record));
        }
        Self { tree, records }
    }

    /// The root over all of them.
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// Checks that they are what `checkpoint` speaks of.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn verify(&self, checkpoint: &Checkpoint) -> Result<(), ExportError> {
        let (found, wanted) = (self.tree.size().0, checkpoint.size().0);
        if found != wanted {
            return Err(ExportError::Size { found, wanted });
        }
        if self.root() == checkpoint.root() { Ok(()) } else { Err(ExportError::Root) }
    }

    /// Every tile with its path, entries first.
    pub fn files(&self) -> impl Iterator<Item = (TilePath, Vec<u8>)> {
        tiles_of(self.tree.size()).map(|path| (path, self.file(path)))
    }

    /// The bytes of one tile of this tree.
    pub fn file(&self, path: TilePath) -> Vec<u8> {
        match path.row {
            TileRow::Hashes(_) => hash_tile(&self.tree, path).expect("a tile of this very tree"),
            TileRow::Entries => {
                let first = usize::try_from(path.index * 256).expect("below the number of records");
                let records = &self.records[first..first + usize::from(path.width())];
                encode_bundle(records).expect("records of the log fit the length prefix")
            }
        }
    }
}

/// The records as a public export gives them: those are empty that are not public, as `council` stands.
pub fn public_records<'a>(
    council: &'a Council,
    first: LeafIndex,
    records: impl IntoIterator<Item = Vec<u8>> + 'a,
) -> impl Iterator<Item = Vec<u8>> + 'a {
    let leaves = (first.0..).map(LeafIndex);
    leaves.zip(records).map(|(leaf, bytes)| match Record::parse(&bytes) {
        Ok(record) if council.publicity(leaf, &record).is_for_all() => bytes,
        Ok(_) | Err(_) => Vec::new(),
    })
}

/// All files of an export with their paths, the checkpoint last: whoever sees it finds the rest.
/// `derived` are those that follow from the records, [`derived_files`].
///
/// # Errors
/// [`ExportError`] if the records are not those below the checkpoint.
pub fn export_files(
    genesis_file: Vec<u8>,
    checkpoint: &Checkpoint,
    checkpoint_file: &SignedNote,
    tiles: &Tiles,
    derived: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Vec<(String, Vec<u8>)>, ExportError> {
    tiles.verify(checkpoint)?;
    let mut files = vec![(GENESIS_FILE.to_owned(), genesis_file)];
    files.extend(derived.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())));
    files.extend(tiles.files().map(|(path, bytes)| (path.to_string(), bytes)));
    files.push((CHECKPOINT_FILE.to_owned(), checkpoint_file.render()));
    Ok(files)
}
