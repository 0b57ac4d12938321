//! Hash tiles of a log that is read once, from the left, in memory that does not grow with it.

use core::num::NonZeroU8;

use super::path::{TILE_WIDTH, TileLevel, TilePath, TileRow};
use crate::merkle::Frontier;
use crate::{Digest, TreeSize};

/// A log's tree as its tiles complete; holds less than one tile a level.
#[derive(Clone, Debug, Default)]
pub struct GrowingTiles {
    whole: Frontier,
    levels: Vec<Level>,
}

/// A level's last tile, which is not full, and how many full ones are before it.
#[derive(Clone, Debug, Default)]
struct Level {
    full: u64,
    hashes: Vec<Digest>,
}

impl GrowingTiles {
    /// Appends one leaf by its [`leaf_hash`](crate::merkle::leaf_hash); returns the full tiles that it
    /// completes, with their bytes, upwards.
    ///
    /// # Panics
    /// After 2^64 leaves.
    pub fn append(&mut self, leaf: Digest) -> Vec<(TilePath, Vec<u8>)> {
        self.whole.append(leaf);
        let (mut completed, mut hash) = (Vec::new(), leaf);
        for at in 0.. {
            if at == self.levels.len() {
                self.levels.push(Level::default());
            }
            let level = &mut self.levels[at];
            level.hashes.push(hash);
            if level.hashes.len() < usize::from(TILE_WIDTH) {
                break;
            }
            hash = root_of(&level.hashes);
            completed.push((path(at, level.full, None), bytes_of(&level.hashes)));
            level.hashes.clear();
            level.full += 1;
        }
        completed
    }

    /// The tiles that are not full, with their bytes, upwards.
    pub fn partial(&self) -> impl Iterator<Item = (TilePath, Vec<u8>)> {
        self.levels.iter().enumerate().filter_map(|(at, level)| {
            let width = u8::try_from(level.hashes.len()).ok().and_then(NonZeroU8::new)?;
            Some((path(at, level.full, Some(width)), bytes_of(&level.hashes)))
        })
    }

    /// The number of leaves.
    pub const fn size(&self) -> TreeSize {
        self.whole.size()
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        self.whole.root()
    }
}

fn path(level: usize, index: u64, partial: Option<NonZeroU8>) -> TilePath {
    let level = u8::try_from(level).ok().and_then(TileLevel::new);
    let level = level.expect("2^64 leaves have eight levels of tiles");
    TilePath { row: TileRow::Hashes(level), index, partial }
}

/// The root of a full tile: its hashes are complete subtrees of one size.
fn root_of(hashes: &[Digest]) -> Digest {
    let mut tile = Frontier::new();
    for hash in hashes {
        tile.append(*hash);
    }
    tile.root()
}

fn bytes_of(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}
