//! The log as static files: tiles of hashes and bundles of entries [C2SP tlog-tiles].
//!
//! ```text
//! tile/2/000.p/1                    hashes of full tiles of level 1
//! tile/1/000  tile/1/001.p/17       hashes of full tiles of level 0
//! tile/0/000  ...  tile/0/273.p/112 leaf hashes
//! tile/entries/000  ...             the records themselves
//! ```

mod bundle;
mod growing;
#[cfg(test)]
mod tests;

use core::num::NonZeroU8;
use core::str::FromStr;
use core::{fmt, iter};

pub use bundle::{BundleError, RECORD_BYTES_MAX, decode_bundle, encode_bundle};
pub use growing::GrowingTiles;

use crate::merkle::Tree;
use crate::{Digest, TreeSize};

/// The hashes, or records, in a full tile.
pub const TILE_WIDTH: u16 = 256;

/// `tile/<L|entries>/<N>[.p/<W>]`: where a tile lies below a log's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TilePath {
    /// Hashes of which level, or entries.
    pub row: TileRow,
    /// The tile's position in its row, counted from 0.
    pub index: u64,
    /// How many hashes or entries a partial tile has; `None` if it is full.
    pub partial: Option<NonZeroU8>,
}

/// Which kind of tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TileRow {
    /// A bundle of the records themselves.
    Entries,
    /// Hashes of one level.
    Hashes(TileLevel),
}

/// The level of a hash tile, 0 to 63; each of its hashes spans `256^level` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TileLevel(u8);

/// A text is not the canonical path of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile")]
pub struct TilePathError;

/// Why a tile's bytes cannot be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The path is that of an entry bundle.
    #[error("{path} is not a tile of hashes")]
    NotHashes {
        /// The path asked for.
        path: TilePath,
    },
    /// The tree is too small to have the tile at this width.
    #[error("the tree is too small for {path}")]
    BeyondTree {
        /// The path asked for.
        path: TilePath,
    },
    /// Not 32 bytes for each hash of the tile.
    #[error("{bytes} bytes are not the hashes of {path}")]
    Length {
        /// The path of the tile.
        path: TilePath,
        /// The number of bytes found.
        bytes: usize,
    },
}

impl TileLevel {
    /// The greatest level that a path may name.
    pub const MAX: u8 = 63;

    /// The level, if it is at most [`Self::MAX`].
    pub const fn new(level: u8) -> Option<Self> {
        if level <= Self::MAX { Some(Self(level)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TilePath {
    /// How many hashes or entries the tile has: 1 to [`TILE_WIDTH`].
    pub fn width(&self) -> u16 {
        self.partial.map_or(TILE_WIDTH, |width| width.get().into())
    }

    /// Whether it is one of [`tiles_of`] a tree of `size`.
    pub fn is_of(&self, size: TreeSize) -> bool {
        let nodes = match self.row {
            TileRow::Entries => size.0,
            TileRow::Hashes(level) => size.0.checked_shr(8 * u32::from(level.0)).unwrap_or(0),
        };
        let [rest, ..] = nodes.to_le_bytes();
        let full = nodes / u64::from(TILE_WIDTH);
        match self.partial {
            None => self.index < full,
            Some(width) => self.index == full && width.get() == rest,
        }
    }
}

/// Every tile of a tree of `size`: entries first, then hashes upwards, each row from the left.
///
/// A row's last tile is partial, of exactly this size's width; none is empty.
pub fn tiles_of(size: TreeSize) -> impl Iterator<Item = TilePath> {
    // Level 8 would need 2^64 leaves.
    let hashes = (0..8).map(move |l| (TileRow::Hashes(TileLevel(l)), size.0 >> (8 * l)));
    iter::once((TileRow::Entries, size.0)).chain(hashes).flat_map(|(row, nodes)| row_of(row, nodes))
}

fn row_of(row: TileRow, nodes: u64) -> impl Iterator<Item = TilePath> {
    let [rest, ..] = nodes.to_le_bytes();
    let full = nodes / u64::from(TILE_WIDTH);
    let last = NonZeroU8::new(rest).map(|width| (full, Some(width)));
    let tiles = (0..full).map(|index| (index, None)).chain(last);
    tiles.map(move |(index, partial)| TilePath { row, index, partial })
}

/// `MTH(D[(n * 256 + i) * 256^l : (n * 256 + i + 1) * 256^l])` for each `i` below the width, in
/// order, 32 bytes each.
pub fn hash_tile(tree: &Tree, path: TilePath) -> Result<Vec<u8>, TileError> {
    let level = hash_level(path)?;
    let node = |i: u64| {
        let index = path.index.checked_mul(TILE_WIDTH.into())?.checked_add(i)?;
        tree.subtree(level.0.checked_mul(8)?, index)
    };
    let mut bytes = Vec::with_capacity(usize::from(path.width()) * 32);
    for i in 0..u64::from(path.width()) {
        bytes.extend_from_slice(node(i).ok_or(TileError::BeyondTree { path })?.as_bytes());
    }
    Ok(bytes)
}

/// The hashes that the tile at `path` holds; they are proved by nothing until hashed to a root.
pub fn decode_hash_tile(path: TilePath, bytes: &[u8]) -> Result<Vec<Digest>, TileError> {
    hash_level(path)?;
    if bytes.len() != usize::from(path.width()) * 32 {
        return Err(TileError::Length { path, bytes: bytes.len() });
    }
    let (hashes, _) = bytes.as_chunks::<32>();
    Ok(hashes.iter().copied().map(Digest::from_bytes).collect())
}

const fn hash_level(path: TilePath) -> Result<TileLevel, TileError> {
    match path.row {
        TileRow::Hashes(level) => Ok(level),
        TileRow::Entries => Err(TileError::NotHashes { path }),
    }
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            TileRow::Entries => f.write_str("tile/entries/")?,
            TileRow::Hashes(TileLevel(level)) => write!(f, "tile/{level}/")?,
        }
        // Groups of three digits, an `x` before all but the last.
        let power = self.index.checked_ilog(1000).unwrap_or(0);
        for above in (1..=power).rev() {
            write!(f, "x{:03}/", self.index / 1000_u64.pow(above) % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        self.partial.map_or(Ok(()), |width| write!(f, ".p/{width}"))
    }
}

impl FromStr for TilePath {
    type Err = TilePathError;

    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let path = parse_path(text).ok_or(TilePathError)?;
        // What was read leniently must be what is written: no signs, no added zeroes, no `x000`.
        if path.to_string() == text { Ok(path) } else { Err(TilePathError) }
    }
}

fn parse_path(text: &str) -> Option<TilePath> {
    let (row, rest) = text.strip_prefix("tile/")?.split_once('/')?;
    let row = match row {
        "entries" => TileRow::Entries,
        level => TileRow::Hashes(TileLevel::new(level.parse().ok()?)?),
    };
    let (groups, partial) = match rest.split_once(".p/") {
        Some((groups, width)) => (groups, Some(width.parse().ok()?)),
        None => (rest, None),
    };
    let index = groups.split('/').try_fold(0_u64, |index, group| {
        let digits = group.strip_prefix('x').unwrap_or(group);
        index.checked_mul(1000)?.checked_add(digits.parse().ok()?)
    })?;
    Some(TilePath { row, index, partial })
}
