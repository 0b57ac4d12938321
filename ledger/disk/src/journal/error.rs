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
    /// Another process has it open.
    #[error("{} is in use by another process", .0.shown())]
    InUse(PathBuf),
    /// A write or a sync failed earlier; opening the journal again finds out what is on the disk.
    #[error("an earlier write to the journal failed; start again")]
    Poisoned,
    /// The entry is too long; nothing was written.
    #[error(transparent)]
    TooLong(#[from] FrameTooLong),
    /// A whole frame with a wrong sum, or bytes that are no frame or no entry.
    #[error("{} is damaged at byte {offset}", segment.shown())]
    Damaged {
        /// The segment's file.
        segment: PathBuf,
        /// Where the damage is, or the frame that holds it.
        offset: u64,
    },
    /// A segment that has a successor ends inside a frame.
    #[error("{} is cut short at byte {offset}", segment.shown())]
    CutShort {
        /// The segment's file.
        segment: PathBuf,
        /// Where its last frame begins.
        offset: u64,
    },
    /// The segment that must come next is not there.
    #[error("{} is missing", expected.shown())]
    SegmentMissing {
        /// The file that must be there.
        expected: PathBuf,
        /// The file that is there instead.
        found: PathBuf,
    },
    /// A file with the ending of a segment and the name of none.
    #[error("{} is not a segment of this journal", .0.shown())]
    NotASegment(PathBuf),
    /// The journal belongs to another council.
    #[error("{} belongs to council {found}", segment.shown())]
    OtherCouncil {
        /// The segment's file.
        segment: PathBuf,
        /// The council that it names.
        found: Digest,
    },
    /// The journal is in a form that this program does not know.
    #[error("{} has format version {found}, which this program does not read", segment.shown())]
    OtherVersion {
        /// The segment's file.
        segment: PathBuf,
        /// The version that it names.
        found: u32,
    },
    /// No entry begins there.
    #[error("no entry at {0}")]
    NoEntry(Position),
    /// The system refused an operation.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl JournalError {
    /// Whether what is on the disk is not what was written, so that a repair is needed.
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
