//! The position of an entry in the journal, and the encoding of entries as the payload of a frame.
//!
//! ```text
//! block   8 height || 4 c || c certificate || 4 r || the records
//!         the records are r bytes as they are, or fewer: then they are an LZ4 block of r bytes
//!         records: for each 4 n || n bytes
//! seals   one group after the other, each of one tree:
//!         8 size || 32 root || 2 number of seals, at least 1
//!         for each seal 2 n || n code || 8 time || 64 signature
//! ```
//!
//! Integers are little-endian. In format version 1 an entry has the codec's form, and each seal is an
//! entry of its own.

use core::fmt;

use nemcon_crypto::{Digest, Signature, TreeSize};
use nemcon_ledger::Height;
use nemcon_ledger::codec;
use nemcon_ledger::durable::{CommittedBlock, Entry, Seal};
use serde::{Deserialize, Serialize};

use crate::frame::{FRAME_BYTES_MAX, FrameTooLong, Kind};

/// The number of an entry, counted from 0 at the first entry of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sequence(pub u64);

/// The place of an entry in the journal. Positions are ordered as their entries are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The number of the segment's first entry, which is also the segment's name.
    pub segment: Sequence,
    /// The offset of the entry's frame in the segment, in bytes.
    pub offset: u64,
}

impl Position {
    /// A position before the first entry of every journal.
    pub const START: Self = Self { segment: Sequence(0), offset: 0 };
}

/// The kind and the payload of the frame that holds `entry`.
pub(super) fn encode(entry: &Entry) -> Result<(Kind, Vec<u8>), FrameTooLong> {
    match entry {
        Entry::Block(block) => Ok((Kind::Block, encode_block(block)?)),
        Entry::Seal(seal) => Ok((Kind::Seals, encode_seals(core::slice::from_ref(seal)))),
    }
}

fn encode_block(block: &CommittedBlock) -> Result<Vec<u8>, FrameTooLong> {
    let lengths = 4 * block.records.len() + 16;
    let bytes = block.bytes() + lengths;
    if bytes > FRAME_BYTES_MAX {
        return Err(FrameTooLong { bytes });
    }
    let mut records = Vec::with_capacity(bytes - block.certificate.len());
    for record in &block.records {
        records.extend(length(record.len()));
        records.extend(record);
    }
    let mut payload = Vec::with_capacity(bytes);
    payload.extend(block.height.0.to_le_bytes());
    payload.extend(length(block.certificate.len()));
    payload.extend(&block.certificate);
    payload.extend(length(records.len()));
    let compressed = lz4_flex::block::compress(&records);
    let is_shorter = compressed.len() < records.len();
    payload.extend(if is_shorter { compressed } else { records });
    Ok(payload)
}

/// The payload of a frame with these seals, in their order.
pub(super) fn encode_seals(seals: &[Seal]) -> Vec<u8> {
    let mut payload = Vec::new();
    let is_of_one_tree = |one: &Seal, next: &Seal| (one.size, one.root) == (next.size, next.root);
    let groups = seals.chunk_by(is_of_one_tree).flat_map(|group| group.chunks(GROUP_SEALS_MAX));
    for group in groups {
        payload.extend(group[0].size.0.to_le_bytes());
        payload.extend(group[0].root.as_bytes());
        payload.extend(short(group.len()));
        for seal in group {
            payload.extend(short(seal.member.len()));
            payload.extend(seal.member.as_bytes());
            payload.extend(seal.time_s.to_le_bytes());
            payload.extend(seal.signature.as_bytes());
        }
    }
    payload
}

/// The most seals in one group.
const GROUP_SEALS_MAX: usize = u16::MAX as usize;

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).expect("no longer than a frame").to_le_bytes()
}

fn short(count: usize) -> [u8; 2] {
    u16::try_from(count).expect("a group of seals, or a code, is short").to_le_bytes()
}

/// The entries in a frame of this kind, in order; none if the payload holds none, or something else.
pub(super) fn decode(kind: Kind, payload: &[u8]) -> Option<Vec<Entry>> {
    match kind {
        Kind::Head => None,
        Kind::Block => Some(vec![Entry::Block(decode_block(Reading(payload))?)]),
        Kind::Seals => decode_seals(Reading(payload)),
        Kind::Entry => Some(vec![codec::decode::<Entry, FRAME_BYTES_MAX>(payload).ok()?]),
    }
}

fn decode_block(mut payload: Reading<'_>) -> Option<CommittedBlock> {
    let height = Height(payload.u64()?);
    let certificate = payload.long()?.to_vec();
    let bytes = payload.u32()?;
    if bytes > FRAME_BYTES_MAX || payload.0.len() > bytes {
        return None;
    }
    let decompressed;
    let mut rest = if payload.0.len() == bytes {
        payload
    } else {
        decompressed = lz4_flex::block::decompress(payload.0, bytes).ok()?;
        Reading(&decompressed)
    };
    if rest.0.len() != bytes {
        return None;
    }
    let mut records = Vec::new();
    while !rest.0.is_empty() {
        records.push(rest.long()?.to_vec());
    }
    Some(CommittedBlock { height, records, certificate })
}

fn decode_seals(mut payload: Reading<'_>) -> Option<Vec<Entry>> {
    let mut seals = Vec::new();
    while !payload.0.is_empty() {
        let size = TreeSize(payload.u64()?);
        let root = Digest::from_bytes(*payload.array()?);
        let count = u16::from_le_bytes(*payload.array()?);
        for _ in 0..count {
            let code = u16::from_le_bytes(*payload.array()?);
            let member = core::str::from_utf8(payload.take(code.into())?).ok()?.to_owned();
            let time_s = payload.u64()?;
            let signature = Signature::from_bytes(*payload.array()?);
            seals.push(Entry::Seal(Seal { size, root, member, time_s, signature }));
        }
        if count == 0 {
            return None;
        }
    }
    (!seals.is_empty()).then_some(seals)
}

/// The bytes of a payload that are not read yet.
#[derive(Clone, Copy)]
struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(taken)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().copied().map(u64::from_le_bytes)
    }

    fn u32(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(*self.array()?)).ok()
    }

    /// Bytes behind their length.
    fn long(&mut self) -> Option<&'a [u8]> {
        let bytes = self.u32()?;
        self.take(bytes)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.seg:{}", self.segment.0, self.offset)
    }
}

#[cfg(test)]
mod tests;
