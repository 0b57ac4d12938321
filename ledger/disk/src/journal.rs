//! The journal, which is the ledger of record: append-only segments of checksummed frames.
//!
//! ```text
//! journal/lock                        held by the process that appends
//! journal/00000000000000000000.seg    head, entry 0, entry 1, ...
//! journal/00000000000000000412.seg    head, entry 412, ...
//! ```
//!
//! What it guarantees: a synced entry is there after a crash, unchanged, or the journal does not open.
//! What it does not: it does not know which blocks are lawful, and it cannot notice that its whole last
//! segment was deleted. The guard in [`crate::signed`] notices that, because it knows what was sealed.
//!
//! Whatever lies in one frame is one entry. A segment is named by its first entry and begins with a head:
//! format version, council, number of the first entry. Segments of format version 1 are read, and what
//! follows them is written to a new segment of version 2. Only the last segment can be torn, because each
//! segment is synced before its successor is made. So opening cuts a torn end of the last segment, and
//! refuses anything else that is not right.

mod entry;
mod error;
mod reader;

use std::path::Path;

use nemcon_crypto::Digest;

pub use entry::{Position, Sequence};
pub use error::JournalError;
pub use reader::{Entries, JournalReader, Located, Recovered, Torn, read_from};

use nemcon_ledger::durable::{Entry, Seal};

use crate::frame::{FRAME_BYTES_MAX, FrameTooLong, Kind};
use crate::log_file::{LogFile, Purpose};
use crate::storage::{Disk, Storage, failed};
use reader::{Segment, load, segment_numbers};

/// The usual limit of a segment's size in bytes, 64 MiB.
pub const SEGMENT_BYTES_MAX: u64 = 64 << 20;

/// A journal that is open for appending. Only one process can hold it at a time.
pub struct Journal<S: Storage = Disk> {
    reader: JournalReader<S>,
    file: LogFile<S::File>,
    segment_bytes_max: u64,
    _lock: S::Lock,
}

impl Journal {
    /// Opens the journal of `council` in the folder `dir`, or creates it durably if there is none.
    /// Opening checks every sum, cuts a torn end, and makes durable what it found. A segment grows
    /// to about `segment_bytes_max`, or to one entry if that is longer.
    pub fn open(
        dir: &Path,
        council: Digest,
        segment_bytes_max: u64,
    ) -> Result<(Self, Recovered), JournalError> {
        Self::open_in(Disk, dir, council, segment_bytes_max)
    }

    /// Whether the folder `dir` holds any part of a journal.
    pub fn is_at(dir: &Path) -> Result<bool, JournalError> {
        Self::is_in(&Disk, dir)
    }
}

impl<S: Storage> Journal<S> {
    /// Like [`Journal::is_at`], in any storage.
    pub fn is_in(storage: &S, dir: &Path) -> Result<bool, JournalError> {
        Ok(!segment_numbers(storage, dir)?.is_empty())
    }

    /// Like [`Journal::open`], in any storage.
    pub fn open_in(
        storage: S,
        dir: &Path,
        council: Digest,
        segment_bytes_max: u64,
    ) -> Result<(Self, Recovered), JournalError> {
        storage.create_dir(dir).map_err(failed("create", dir))?;
        let lock_path = dir.join("lock");
        let lock = storage.lock(&lock_path).map_err(failed("lock", &lock_path))?;
        let lock = lock.ok_or_else(|| JournalError::InUse(dir.to_path_buf()))?;
        let (mut reader, recovered) = JournalReader::open_in(storage, dir, council)?;
        let file = if reader.segments.is_empty() {
            add_segment(&mut reader)?
        } else {
            let file = open_last(&reader, recovered.torn.is_some())?;
            if is_of_older_version(&reader) { after_older(&mut reader)? } else { file }
        };
        Ok((Self { reader, file, segment_bytes_max, _lock: lock }, recovered))
    }

    /// Appends an entry. It is durable after [`Journal::sync`].
    pub fn append(&mut self, entry: &Entry) -> Result<Position, JournalError> {
        let (kind, payload) = entry::encode(entry)?;
        self.append_payload(kind, &payload)
    }

    /// Appends seals as one entry. They are durable after [`Journal::sync`]. No seals are no entry.
    pub fn append_seals(&mut self, seals: &[Seal]) -> Result<(), JournalError> {
        if !seals.is_empty() {
            self.append_payload(Kind::Seals, &entry::encode_seals(seals))?;
        }
        Ok(())
    }

    /// Fails if an earlier write or sync failed.
    pub fn verify_sound(&self) -> Result<(), JournalError> {
        Ok(self.file.verify_sound()?)
    }

    fn append_payload(&mut self, kind: Kind, payload: &[u8]) -> Result<Position, JournalError> {
        self.file.verify_sound()?;
        if payload.len() > FRAME_BYTES_MAX {
            return Err(FrameTooLong { bytes: payload.len() }.into());
        }
        if self.is_full_for(payload.len()) {
            self.roll()?;
        }
        let offset = self.file.append(kind, payload)?;
        let segment = self.reader.segments.last_mut().expect("an open journal has a segment");
        segment.entries += 1;
        segment.end = self.file.size();
        Ok(Position { segment: segment.first, offset })
    }

    /// Makes every appended entry durable (`fdatasync`). A failure is final and poisons the journal:
    /// every later call fails, and only opening the journal again finds out what is on the disk.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        Ok(self.file.sync()?)
    }

    /// Reads the entry at `position`, whether synced or not; of seals that lie in one frame, the
    /// first.
    pub fn read(&self, position: Position) -> Result<Entry, JournalError> {
        self.reader()?.read(position)
    }

    /// All entries in order, whether synced or not.
    pub fn entries(&self) -> Result<Entries<'_, S>, JournalError> {
        Ok(self.reader()?.entries())
    }

    /// The entries from `position` on. An entry must begin at `position`.
    pub fn entries_from(&self, position: Position) -> Result<Entries<'_, S>, JournalError> {
        Ok(self.reader()?.entries_from(position))
    }

    /// The position after the last entry.
    pub fn end(&self) -> Position {
        self.reader.end()
    }

    /// The number of the next entry to be appended.
    pub fn next_sequence(&self) -> Sequence {
        self.reader.next_sequence()
    }

    fn reader(&self) -> Result<&JournalReader<S>, JournalError> {
        self.file.verify_sound()?;
        Ok(&self.reader)
    }

    fn is_full_for(&self, payload_bytes: usize) -> bool {
        let last = self.reader.segments.last();
        let is_used = last.is_some_and(|last| last.entries > 0);
        is_used && self.file.size() + payload_bytes as u64 > self.segment_bytes_max
    }

    /// Ends the current segment and begins the next one. The current one is synced first, so that
    /// only the last segment can be torn.
    fn roll(&mut self) -> Result<(), JournalError> {
        self.file.sync()?;
        // From here on, a failure leaves a segment whose state only opening the journal again
        // can find out.
        self.file.poison();
        self.file = add_segment(&mut self.reader)?;
        Ok(())
    }
}

/// Creates the segment that begins with the next entry, durably.
fn add_segment<S: Storage>(
    reader: &mut JournalReader<S>,
) -> Result<LogFile<S::File>, JournalError> {
    let first = reader.next_sequence();
    let head = reader.head_of(first).frame();
    let file = LogFile::write_anew(&reader.storage, &reader.path_of(first), &head)?;
    let version = Purpose::Segment.version();
    reader.segments.push(Segment { first, entries: 0, end: file.size(), version });
    Ok(file)
}

/// Whether the last segment has an older format version, in which nothing is written any more.
fn is_of_older_version<S: Storage>(reader: &JournalReader<S>) -> bool {
    reader.segments.last().is_some_and(|last| last.version < Purpose::Segment.version())
}

/// Begins a segment after one of an older format version. One without entries has the name of the
/// new one, which takes its place.
fn after_older<S: Storage>(
    reader: &mut JournalReader<S>,
) -> Result<LogFile<S::File>, JournalError> {
    reader.segments.pop_if(|last| last.entries == 0);
    add_segment(reader)
}

/// Opens the last segment for appending and cuts its torn end.
fn open_last<S: Storage>(
    reader: &JournalReader<S>,
    is_torn: bool,
) -> Result<LogFile<S::File>, JournalError> {
    let last = reader.segments.last().expect("the caller saw a segment");
    let path = reader.path_of(last.first);
    let frames = load(&reader.storage, &path, last.end)?;
    Ok(LogFile::open(&reader.storage, &path, &frames, is_torn)?)
}

#[cfg(test)]
mod tests;
