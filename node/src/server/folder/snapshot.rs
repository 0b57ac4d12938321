//! The snapshot: the state at the end of a block, so that a start need not apply the law from block 1 on.
//!
//! ```text
//! the codec's form of: 8 format || release || council || height || size || root || id of the block || chain
//! 32 SHA-256 of all before
//! ```
//!
//! What it guarantees: a snapshot that is torn, damaged, of another council or of another release, or whose
//! parts do not agree, is not used. The replay of the journal finds one that names other bytes, rosters or
//! measures than the journal has, and one from which a later block of the journal does not follow. What it
//! does not: the sum has no key. Whoever can write the node's folder can write a snapshot that names the
//! journal's own bytes beside another state, as he can write the guard. `node run --verify-all` uses no
//! snapshot.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nemcon_crypto::hash::Hasher;
use nemcon_crypto::{Digest, TreeSize, hash};
use nemcon_disk::storage::{self, Storage, StorageError, StorageFile, is_there};
use nemcon_ledger::chain::SnapshotError;
use nemcon_ledger::codec;
use nemcon_ledger::council::Incoherent;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::{Chain, Height};
use serde::{Deserialize, Serialize};

use super::names::SNAPSHOT_FILE;

/// The format of a snapshot: another one is not read.
const FORMAT: u64 = 1;
/// The release that writes snapshots. Another release may keep another state.
const RELEASE: &str = env!("CARGO_PKG_VERSION");
/// The most bytes of a snapshot, 1 GiB.
const SNAPSHOT_BYTES_MAX: usize = 1 << 30;
const SUM_BYTES: usize = 32;
/// So many bytes at a time are written.
const PIECE_BYTES: usize = 1 << 20;

/// The fewest bytes of records after a snapshot that make the next one due, 4 MiB.
pub const SNAPSHOT_RECORD_BYTES: u64 = 4 << 20;

/// What stands before the chain.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: u64,
    release: String,
    council: Digest,
    height: Height,
    size: TreeSize,
    root: Digest,
    block: Digest,
    /// How many bytes the chain has.
    length: u64,
}

/// Why a snapshot is not used. The state is then made from the journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    #[error("it is damaged")]
    Damaged,
    #[error("another release wrote it")]
    Release,
    #[error("it is of council {0}")]
    Council(Digest),
    #[error("it contradicts itself: {0}")]
    Incoherent(Incoherent),
}

/// The chain of the snapshot in a ledger folder; `None` if there is no snapshot.
///
/// # Errors
/// [`Unusable`].
pub(super) fn read<S: Storage>(
    storage: &S,
    dir: &Path,
    genesis: &Genesis,
) -> Result<Option<Chain>, Unusable> {
    let path = dir.join(SNAPSHOT_FILE);
    let unreadable = |error: &dyn core::fmt::Display| Unusable::Unreadable(error.to_string());
    if !is_there(storage, &path).map_err(|error| unreadable(&error))? {
        return Ok(None);
    }
    let bytes = storage.read(&path).map_err(|error| unreadable(&error))?;
    parse(&bytes, genesis).map(Some)
}

fn parse(bytes: &[u8], genesis: &Genesis) -> Result<Chain, Unusable> {
    let (said, sum) = bytes.split_last_chunk::<SUM_BYTES>().ok_or(Unusable::Damaged)?;
    if hash::sha256(said).as_bytes() != sum {
        return Err(Unusable::Damaged);
    }
    // The format and the release come first: what stands behind them is of that release.
    let Ok((found, chain)) = codec::decode_front::<Head, SNAPSHOT_BYTES_MAX>(said) else {
        return Err(Unusable::Release);
    };
    if found.format != FORMAT || found.release != RELEASE {
        return Err(Unusable::Release);
    }
    if found.council != genesis.digest() {
        return Err(Unusable::Council(found.council));
    }
    if chain.len() as u64 != found.length {
        return Err(Unusable::Damaged);
    }
    let chain = Chain::restore(chain, genesis).map_err(|error| match error {
        SnapshotError::Encoding(_) => Unusable::Release,
        SnapshotError::Council => Unusable::Council(found.council),
        SnapshotError::Incoherent(why) => Unusable::Incoherent(why),
    })?;
    let is_of_chain = (found.height, found.size) == (chain.height(), chain.size())
        && (found.root, found.block) == (chain.root(), chain.previous());
    if is_of_chain { Ok(chain) } else { Err(Unusable::Damaged) }
}

/// Writes the snapshot of a chain in pieces, and returns how many bytes it has.
fn write(chain: &Chain, file: &mut impl StorageFile) -> io::Result<u64> {
    let head = Head {
        format: FORMAT,
        release: RELEASE.to_owned(),
        council: chain.council().digest(),
        height: chain.height(),
        size: chain.size(),
        root: chain.root(),
        block: chain.previous(),
        length: chain.snapshot_len() as u64,
    };
    let mut out = Summed { file, piece: Vec::new(), sum: Hasher::default(), written: Ok(0) };
    out.push(&codec::encode(&head));
    chain.snapshot_to(&mut |bytes| out.push(bytes));
    out.finish()
}

/// Writes what comes, piece by piece, and its sum behind it. After the first failure it writes nothing more.
struct Summed<'a, F> {
    file: &'a mut F,
    piece: Vec<u8>,
    sum: Hasher,
    written: io::Result<u64>,
}

impl<F: StorageFile> Summed<'_, F> {
    fn push(&mut self, bytes: &[u8]) {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.sum.update(&self.piece);
            self.flush();
        }
    }

    fn flush(&mut self) {
        if let Ok(written) = &mut self.written {
            *written += self.piece.len() as u64;
            if let Err(error) = self.file.append(&self.piece) {
                self.written = Err(error);
            }
        }
        self.piece.clear();
    }

    fn finish(mut self) -> io::Result<u64> {
        self.sum.update(&self.piece);
        let sum = core::mem::take(&mut self.sum).finish();
        self.piece.extend_from_slice(sum.as_bytes());
        self.flush();
        self.written
    }
}

/// A snapshot that is due.
pub struct DueSnapshot<S: Storage> {
    pub(super) storage: S,
    pub(super) path: PathBuf,
    pub(super) chain: Arc<Chain>,
    /// Where the length of what was written is told.
    pub(super) written: Arc<AtomicU64>,
}

impl<S: Storage> DueSnapshot<S> {
    /// Writes the snapshot in place of the one before. It may be written in another thread, while the
    /// node goes on.
    ///
    /// # Errors
    /// [`StorageError`]. Then the old snapshot is there, or the new one.
    pub fn write(self) -> Result<(), StorageError> {
        let Self { storage, path, chain, written } = self;
        let write = |file: &mut S::File| {
            written.store(write(&chain, file)?, Ordering::Relaxed);
            Ok(())
        };
        storage::replace_with(&storage, &path, write).map(drop)
    }
}
