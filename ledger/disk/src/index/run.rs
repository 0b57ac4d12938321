//! A run: what the index knows of some thousand records that follow one another.
//!
//! A run gathers in memory until it is large enough, and is then written as a few rows, once.

use std::collections::BTreeMap;

use nemcon_crypto::{Digest, LeafIndex, TreeSize};

use super::keys::{RecordKeys, list_keys};
use crate::journal::Position;

/// The bytes of one record in a row of hashes.
const ENTRY_BYTES: usize = HASH_BYTES + 4;
/// How many bytes of a text hash a row holds, behind the byte that is in the row's key. Nobody can
/// make two texts that agree in all of them.
const HASH_BYTES: usize = 19;

/// A key and its value.
pub(super) type Row = (Vec<u8>, Vec<u8>);

/// The records that are not written yet.
#[derive(Debug)]
pub(super) struct Run {
    /// The first leaf of the run, once there is one.
    first: Option<LeafIndex>,
    /// The journal position after the run, and the log's size there.
    pub(super) next: Position,
    pub(super) size: TreeSize,
    pub(super) records: u64,
    hashes: BTreeMap<Digest, LeafIndex>,
    lists: BTreeMap<Vec<u8>, Vec<LeafIndex>>,
}

impl Run {
    /// A run without records, which begins at this position and size.
    pub(super) const fn after(next: Position, size: TreeSize) -> Self {
        Self {
            first: None,
            next,
            size,
            records: 0,
            hashes: BTreeMap::new(),
            lists: BTreeMap::new(),
        }
    }

    /// Adds the records of a block.
    pub(super) fn add(&mut self, first_leaf: LeafIndex, next: Position, keys: &[RecordKeys]) {
        self.first.get_or_insert(first_leaf);
        for (leaf, keys) in (first_leaf.0..).map(LeafIndex).zip(keys) {
            self.hashes.insert(keys.text_hash, leaf);
            for key in list_keys(keys) {
                let list = self.lists.entry(key).or_default();
                if list.last() != Some(&leaf) {
                    list.push(leaf);
                }
            }
        }
        self.next = next;
        self.size = TreeSize(first_leaf.0 + keys.len() as u64);
        self.records += keys.len() as u64;
    }

    pub(super) fn by_hash(&self, text_hash: &Digest) -> Option<LeafIndex> {
        self.hashes.get(text_hash).copied()
    }

    pub(super) fn list(&self, key: &[u8]) -> &[LeafIndex] {
        self.lists.get(key).map_or(&[], Vec::as_slice)
    }

    /// The first leaf of a run that has records, and its rows.
    pub(super) fn rows(&self) -> Option<(LeafIndex, Vec<Row>)> {
        let first = self.first?;
        let mut hashes: BTreeMap<u8, Vec<u8>> = BTreeMap::new();
        for (hash, leaf) in &self.hashes {
            let (bucket, rest) = split(hash);
            let row = hashes.entry(bucket).or_default();
            row.extend(rest);
            row.extend(u32::try_from(leaf.0 - first.0).unwrap_or(u32::MAX).to_le_bytes());
        }
        let hashes = hashes.into_iter().map(|(bucket, row)| (hash_row(first, bucket), row));
        let lists = self.lists.iter().map(|(key, leaves)| (list_row(key, first), encode(leaves)));
        Some((first, hashes.chain(lists).collect()))
    }
}

/// The row of a run that holds a text hash, if the run does.
pub(super) fn row_of(first: LeafIndex, text_hash: &Digest) -> Vec<u8> {
    hash_row(first, split(text_hash).0)
}

/// The leaf of a text hash in its row.
pub(super) fn find(first: LeafIndex, row: &[u8], text_hash: &Digest) -> Option<LeafIndex> {
    let (_, wanted) = split(text_hash);
    let mut entries = row.chunks_exact(ENTRY_BYTES);
    let found = entries.find(|entry| entry[..HASH_BYTES] == *wanted)?;
    Some(LeafIndex(first.0 + u64::from(u32::from_le_bytes(*found.last_chunk()?))))
}

fn split(hash: &Digest) -> (u8, &[u8]) {
    let bytes = hash.as_bytes();
    (bytes[0], &bytes[1..=HASH_BYTES])
}

fn hash_row(first: LeafIndex, bucket: u8) -> Vec<u8> {
    [b"h".as_slice(), &first.0.to_be_bytes(), &[bucket]].concat()
}

/// The first leaf of the run to which a row of hashes belongs; none for other rows.
pub(super) fn run_of(key: &[u8]) -> Option<LeafIndex> {
    let bytes = key.strip_prefix(b"h")?.first_chunk()?;
    Some(LeafIndex(u64::from_be_bytes(*bytes)))
}

/// The row of a list in the run that begins with this leaf.
pub(super) fn list_row(key: &[u8], first: LeafIndex) -> Vec<u8> {
    [key, &first.0.to_be_bytes()].concat()
}

/// The leaves as distances, each from the one before, in groups of seven bits, the lowest first; the
/// first one counts from leaf 0.
pub(super) fn encode(leaves: &[LeafIndex]) -> Vec<u8> {
    let (mut bytes, mut before) = (Vec::new(), 0);
    for leaf in leaves {
        let mut distance = leaf.0 - before;
        while distance >= 0x80 {
            bytes.push(distance.to_le_bytes()[0] | 0x80);
            distance >>= 7;
        }
        bytes.push(distance.to_le_bytes()[0]);
        before = leaf.0;
    }
    bytes
}

/// The leaves in a row of a list. Bytes that no run wrote give some leaves, and no panic.
pub(super) fn decode(bytes: &[u8]) -> impl Iterator<Item = LeafIndex> {
    let (mut leaf, mut bytes) = (0_u64, bytes.iter());
    core::iter::from_fn(move || {
        let (mut distance, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes.next()?;
            distance |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        leaf = leaf.wrapping_add(distance);
        Some(LeafIndex(leaf))
    })
}
