//! Where an entry lies in the journal, and the bytes that hold it.

use core::fmt;

use nemcon_ledger::codec::{self, CodecError};
use nemcon_ledger::durable::Entry;
use serde::{Deserialize, Serialize};

use crate::frame::FRAME_BYTES_MAX;

/// The number of an entry, counted from 0 at the journal's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sequence(pub u64);

/// Where an entry lies. Positions are in the order of their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The first entry of its segment, which names the segment.
    pub segment: Sequence,
    /// Its first byte in that segment.
    pub offset: u64,
}

impl Position {
    /// Before the first entry of every journal.
    pub const START: Self = Self { segment: Sequence(0), offset: 0 };
}

/// The payload of the frame that holds `entry`.
pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    codec::encode(entry)
}

/// The entry that a frame's payload holds.
pub(super) fn decode(payload: &[u8]) -> Result<Entry, CodecError> {
    codec::decode::<Entry, FRAME_BYTES_MAX>(payload)
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.seg:{}", self.segment.0, self.offset)
    }
}
