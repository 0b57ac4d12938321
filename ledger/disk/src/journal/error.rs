//! Why a journal cannot be opened, read or written.

use std::path::PathBuf;

use nemcon_crypto::Digest;
use nemcon_ledger::text::Show as _;

use super::entry::Position;
use crate::frame::FrameTooLong;
use crate::log_file::WriteError;
use crate::storage::StorageError;

/// Why a journal cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process has the journal open.
    #[error("{} is in use by another process", .0.shown())]
    InUse(PathBuf),
    /// A write or a sync failed earlier. Opening the journal again finds out what is on the disk.
    #[error("an earlier write to the journal failed; start again")]
    Poisoned,
    /// The entry is longer than a frame can be. Nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// The segment has a whole frame with a wrong sum, or bytes that are no frame or no entry.
    #[error("{} is damaged at byte {offset}", segment.shown())]
    Damaged {
        /// The path of the segment.
        segment: PathBuf,
        /// The offset of the damage, or of the frame that holds it.
        offset: u64,
    },
    /// A segment ends inside a frame although another segment follows it.
    #[error("{} is cut short at byte {offset}", segment.shown())]
    CutShort {
        /// The path of the segment.
        segment: PathBuf,
        /// The offset where the unfinished frame begins.
        offset: u64,
    },
    /// The segment that must come next is missing.
    #[error("{} is missing", expected.shown())]
    SegmentMissing {
        /// The path of the missing segment.
        expected: PathBuf,
        /// The path of the segment that is there instead.
        found: PathBuf,
    },
    /// A file has a segment's extension but not the name of a segment.
    #[error("{} is not a segment of this journal", .0.shown())]
    NotASegment(PathBuf),
    /// The journal belongs to another council.
    #[error("{} belongs to council {found}", segment.shown())]
    OtherCouncil {
        /// The path of the segment.
        segment: PathBuf,
        /// The digest of the council that the segment names.
        found: Digest,
    },
    /// The journal has a format version that this program does not know.
    #[error("{} has format version {found}, which this program does not read", segment.shown())]
    OtherVersion {
        /// The path of the segment.
        segment: PathBuf,
        /// The version that the segment names.
        found: u32,
    },
    /// No entry begins at this position.
    #[error("no entry at {0}")]
    NoEntry(Position),
    /// The operating system refused a file operation.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl JournalError {
    /// Whether the disk holds something other than what was written, so that the operator must repair it.
    pub const fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::CutShort { .. } | Self::SegmentMissing { .. })
    }
}

impl From<WriteError> for JournalError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Poisoned => Self::Poisoned,
            WriteError::TooLong(error) => Self::TooLong(error),
            WriteError::Storage(error) => Self::Storage(error),
        }
    }
}
