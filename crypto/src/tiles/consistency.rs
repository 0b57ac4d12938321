//! The proof that a log has only grown, out of its hash tiles.

use core::num::NonZeroU8;

use super::path::{TILE_WIDTH, TileLevel, TilePath, TileRow};
use crate::merkle::{consistency_ranges, node_hash, subtrees};
use crate::{Digest, TreeSize};

/// How many levels of the tree one row of tiles spans.
const LEVELS_OF_A_TILE: u8 = 8;

/// `PROOF(old, D[new])` of a log that has `new` leaves, from its hash tiles [RFC 9162 2.1.4.1, C2SP tlog-tiles]: that
/// its tree extends the one of its first `old` leaves. The hashes are proved by nothing before the proof is
/// verified. `read` gives the hashes of a tile, as many as its path says.
///
/// # Errors
/// What `read` fails with.
///
/// # Panics
/// If `old` is greater than `new`, or `read` gives fewer hashes.
pub fn consistency_proof<E>(
    old: TreeSize,
    new: TreeSize,
    mut read: impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
) -> Result<Vec<Digest>, E> {
    assert!(old <= new, "a log of {} leaves never had {}", new.0, old.0);
    let mut proof = Vec::new();
    for range in consistency_ranges(old, new) {
        let mut peaks = Vec::new();
        for (level, index) in subtrees(&range) {
            peaks.push(subtree(level, index, new, &mut read)?);
        }
        let root = peaks.into_iter().rev().reduce(|right, left| node_hash(&left, &right));
        proof.push(root.expect("a range of a proof is not empty"));
    }
    Ok(proof)
}

/// The root of a complete subtree, from the hashes of its row of tiles.
fn subtree<E>(
    level: u8,
    index: u64,
    size: TreeSize,
    read: &mut impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
) -> Result<Digest, E> {
    let (row, above) = (level / LEVELS_OF_A_TILE, level % LEVELS_OF_A_TILE);
    let (count, first) = (1_usize << above, index << above);
    let (tile, at) = (first / u64::from(TILE_WIDTH), first % u64::from(TILE_WIDTH));
    let in_row = size.0 >> (row * LEVELS_OF_A_TILE);
    let partial = u8::try_from(in_row - tile * u64::from(TILE_WIDTH)).ok().and_then(NonZeroU8::new);
    let row = TileRow::Hashes(TileLevel::new(row).expect("2^64 leaves have eight levels of tiles"));
    let hashes = read(TilePath { row, index: tile, partial })?;
    let at = usize::try_from(at).expect("a tile has 256 hashes");
    let mut nodes = hashes[at..at + count].to_vec();
    while nodes.len() > 1 {
        nodes = nodes.chunks(2).map(|two| node_hash(&two[0], &two[1])).collect();
    }
    Ok(nodes[0])
}
