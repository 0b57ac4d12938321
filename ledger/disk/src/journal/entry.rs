//! The position of an entry in the journal, and the encoding of an entry as a frame's payload.

use core::fmt;

use nemcon_ledger::codec::{self, CodecError};
use nemcon_ledger::durable::Entry;
use serde::{Deserialize, Serialize};

use crate::frame::FRAME_BYTES_MAX;

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

/// The frame payload that holds `entry`.
pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    codec::encode(entry)
}

/// Decodes the entry in a frame's payload.
pub(super) fn decode(payload: &[u8]) -> Result<Entry, CodecError> {
    codec::decode::<Entry, FRAME_BYTES_MAX>(payload)
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.seg:{}", self.segment.0, self.offset)
    }
}
