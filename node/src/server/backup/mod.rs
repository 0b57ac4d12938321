//! Backups of a node: a folder that is written beside the node that runs, checked without it, and restored from.
//!
//! ```text
//! OUT/SHA256SUMS                  for `sha256sum -c`: every other file
//! OUT/manifest.json               of which council and node, how far, and every file but these two
//! OUT/node.toml, OUT/genesis
//! OUT/ledger/journal/N.seg        the journal's whole frames; OUT/ledger/evidence/
//! OUT/keys/node.key, seal.key     only if asked for, each locked by a passphrase
//! ```
//!
//! What it guarantees: a backup appears whole or not at all, and holds neither the file `signed` nor a token nor an open
//! key; one whose manifest names something else is refused. One whose bytes are not those of its manifest is refused by the name of the file, and so is one whose journal does
//! not follow from the genesis by the council's law, or whose `node.toml` does not name the copies in it. What it does
//! not: the manifest is not signed, so whoever can write the folder can put other addresses and programs into its
//! `node.toml`, other evidence, or an older end of the same ledger.

mod error;
mod in_words;
mod last;
mod manifest;
mod restoring;
mod settings;
mod verifying;
mod writing;

pub use error::{BackupError, BadFile};
pub use last::LastBackup;
pub use manifest::{FileEntry, Manifest};
pub use restoring::Restoring;
pub use verifying::{Verified, is_backup, verify};
pub use writing::{LockedKeys, Source, write};
