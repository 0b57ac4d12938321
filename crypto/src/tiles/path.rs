//! Where tiles lie, and which a tree of some size has.

use core::num::NonZeroU8;
use core::str::FromStr;
use core::{fmt, iter};

use crate::TreeSize;

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
        let nodes = self.nodes(size);
        let [rest, ..] = nodes.to_le_bytes();
        let full = nodes / u64::from(TILE_WIDTH);
        match self.partial {
            None => self.index < full,
            Some(width) => self.index == full && width.get() == rest,
        }
    }

    /// Whether it is a tile of a tree of `size`, or was one of the same tree when that was smaller.
    pub fn was_of(&self, size: TreeSize) -> bool {
        let before = self.index.checked_mul(u64::from(TILE_WIDTH));
        let end = before.and_then(|before| before.checked_add(self.width().into()));
        end.is_some_and(|end| end <= self.nodes(size))
    }

    /// How many nodes its row has in a tree of `size`.
    fn nodes(&self, size: TreeSize) -> u64 {
        match self.row {
            TileRow::Entries => size.0,
            TileRow::Hashes(level) => size.0.checked_shr(8 * u32::from(level.0)).unwrap_or(0),
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

pub(super) fn row_of(row: TileRow, nodes: u64) -> impl Iterator<Item = TilePath> {
    let [rest, ..] = nodes.to_le_bytes();
    let full = nodes / u64::from(TILE_WIDTH);
    let last = NonZeroU8::new(rest).map(|width| (full, Some(width)));
    let tiles = (0..full).map(|index| (index, None)).chain(last);
    tiles.map(move |(index, partial)| TilePath { row, index, partial })
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
