//! Tiles of hashes: made from a tree, and read back.

use super::path::{TILE_WIDTH, TileLevel, TilePath, TileRow};
use crate::Digest;
use crate::merkle::Tree;

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

/// `MTH(D[(n * 256 + i) * 256^l : (n * 256 + i + 1) * 256^l])` for each `i` below the width, in
/// order, 32 bytes each.
pub fn hash_tile(tree: &Tree, path: TilePath) -> Result<Vec<u8>, TileError> {
    let level = hash_level(path)?;
    let node = |i: u64| {
        let index = path.index.checked_mul(TILE_WIDTH.into())?.checked_add(i)?;
        tree.subtree(level.get().checked_mul(8)?, index)
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
