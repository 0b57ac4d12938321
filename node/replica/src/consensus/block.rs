//! A block as consensus sees it: opaque bytes with an identifier, a time and a first round.
//!
//! What it guarantees: two blocks of the same bytes are equal, and their digest is never computed
//! twice. What it does not: nothing here says that the bytes are a block.

use core::fmt;
use std::sync::Arc;

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use serde::de::{Deserializer, Error as DecodeError, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::round::Round;

/// The bytes of a block with their SHA-256; cheap to copy. Travels as the bytes alone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockBytes {
    digest: Digest,
    bytes: Arc<[u8]>,
}

/// A block as consensus sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockValue {
    /// The leaf hash of its block record; commits to everything in the block.
    pub id: Digest,
    /// Its time, milliseconds of UTC.
    pub time_ms: u64,
    /// The round that it was first proposed in.
    pub first_round: Round,
    /// The block itself, opaque here.
    pub bytes: BlockBytes,
}

impl BlockBytes {
    /// Takes the bytes and hashes them.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes = bytes.into();
        Self { digest: sha256(&bytes), bytes }
    }

    /// SHA-256 of the bytes.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for BlockBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.digest)
    }
}

impl Serialize for BlockBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

struct BlockVisitor;

impl<'de> Visitor<'de> for BlockVisitor {
    type Value = BlockBytes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes of a block")
    }

    fn visit_bytes<E: DecodeError>(self, bytes: &[u8]) -> Result<BlockBytes, E> {
        Ok(BlockBytes::new(bytes))
    }

    fn visit_byte_buf<E: DecodeError>(self, bytes: Vec<u8>) -> Result<BlockBytes, E> {
        Ok(BlockBytes::new(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<BlockBytes, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = seq.next_element()? {
            bytes.push(byte);
        }
        Ok(BlockBytes::new(bytes))
    }
}

impl<'de> Deserialize<'de> for BlockBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(BlockVisitor)
    }
}
