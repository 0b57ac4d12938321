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
    /// The tree of the first `size` leaves of a log that has `whole` of them, from the hash tiles of that log.
    /// The root is the caller's to compare: the hashes are proved by nothing else. `read` gives the hashes of a
    /// tile, as many as its path says.
    ///
    /// # Errors
    /// What `read` fails with.
    ///
    /// # Panics
    /// If `size` is beyond `whole`, or `read` gives fewer hashes.
    pub fn of_former<E>(
        size: TreeSize,
        whole: TreeSize,
        mut read: impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
    ) -> Result<Self, E> {
        assert!(size <= whole, "a log of {} leaves never had {}", whole.0, size.0);
        let (width, mut levels) = (u64::from(TILE_WIDTH), Vec::new());
        let (mut here, mut there) = (size.0, whole.0);
        while here > 0 {
            let (full, lasting) = (here / width, usize::try_from(here % width));
            let lasting = lasting.expect("a tile has 256 hashes");
            let mut hashes = Vec::new();
            if lasting > 0 {
                let partial = u8::try_from(there - full * width).ok().and_then(NonZeroU8::new);
                hashes = read(path(levels.len(), full, partial))?;
                hashes.truncate(lasting);
                assert_eq!(hashes.len(), lasting, "a tile has the hashes that its path says");
            }
            levels.push(Level { full, hashes });
            (here, there) = (here / width, there / width);
        }
        let whole = Frontier::from_peaks(size, peaks(&levels));
        Ok(Self { whole, levels })
    }

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

/// The complete subtrees that the hashes of the tiles make up, largest and leftmost first.
fn peaks(levels: &[Level]) -> Vec<Digest> {
    let mut peaks = Vec::new();
    for level in levels.iter().rev() {
        let mut rest = &level.hashes[..];
        for bit in (0..u8::BITS).rev().filter(|bit| level.hashes.len() >> bit & 1 == 1) {
            let (subtree, behind) = rest.split_at(1 << bit);
            peaks.push(root_of(subtree));
            rest = behind;
        }
    }
    peaks
}

/// The root over hashes of complete subtrees of one size: those of a full tile, or as many as make up one subtree.
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
