//! Reads a journal without taking its lock and without writing anything.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::durable::Entry;

use super::entry::{self, Position, Sequence};
use super::error::JournalError;
use crate::frame::{End, HEADER_BYTES, Header, Kind, Scanner};
use crate::log_file::{Head, HeadError, Purpose};
use crate::storage::{Disk, Storage, failed};

/// What opening a journal found and, if it may write, cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The number of whole entries.
    pub entries: u64,
    /// The torn end of the last segment, if there is one.
    pub torn: Option<Torn>,
}

/// The torn end of a file: a frame that was never written whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The path of the file.
    pub file: PathBuf,
    /// The offset where the unfinished frame begins.
    pub offset: u64,
    /// The number of bytes from that offset to the end of the file.
    pub bytes: u64,
}

/// An entry with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The position of the entry.
    pub position: Position,
    /// The position after the entry.
    pub next: Position,
    /// The entry itself.
    pub entry: Entry,
}

/// The whole frames of one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) first: Sequence,
    pub(super) entries: u64,
    pub(super) end: u64,
    /// The format version of the segment; 0 while its head is not read.
    pub(super) version: u32,
}

impl Segment {
    /// The number of the first entry after this segment.
    pub(super) const fn next(&self) -> Sequence {
        Sequence(self.first.0 + self.entries)
    }
}

/// A journal opened for reading, as it was at the opening.
#[derive(Clone, Debug)]
pub struct JournalReader<S: Storage = Disk> {
    pub(super) storage: S,
    pub(super) dir: PathBuf,
    pub(super) segments: Vec<Segment>,
    council: Digest,
}

impl JournalReader {
    /// Opens the journal of `council` in the folder `dir` for reading, up to its last whole entry.
    /// Opening checks every sum.
    pub fn open(dir: &Path, council: Digest) -> Result<(Self, Recovered), JournalError> {
        Self::open_in(Disk, dir, council)
    }
}

impl<S: Storage> JournalReader<S> {
    /// Like [`JournalReader::open`], in any storage.
    pub fn open_in(
        storage: S,
        dir: &Path,
        council: Digest,
    ) -> Result<(Self, Recovered), JournalError> {
        let (reader, recovered, damage) = Self::open_sound_in(storage, dir, council)?;
        damage.map_or(Ok((reader, recovered)), Err)
    }

    /// Opens the sound beginning of a journal, up to the first segment that is damaged, cut short
    /// or missing. The returned error says what is wrong there. Only a repair uses it; no node runs
    /// on such a journal.
    pub fn open_sound_in(
        storage: S,
        dir: &Path,
        council: Digest,
    ) -> Result<(Self, Recovered, Option<JournalError>), JournalError> {
        let mut reader = Self { storage, dir: dir.to_path_buf(), segments: Vec::new(), council };
        let mut recovered = Recovered::default();
        let numbers = segment_numbers(&reader.storage, dir)?;
        for (place, &first) in numbers.iter().enumerate() {
            let expected = reader.next_sequence();
            if first != expected {
                let (expected, found) = (reader.path_of(expected), reader.path_of(first));
                let damage = JournalError::SegmentMissing { expected, found };
                return Ok((reader, recovered, Some(damage)));
            }
            let mut segment = Segment { first, entries: 0, end: 0, version: 0 };
            let mut scanned = reader.scan(&mut segment);
            if let Ok(Some(Torn { file, offset, .. })) = &scanned
                && place + 1 < numbers.len()
            {
                let (segment, offset) = (file.clone(), *offset);
                scanned = Err(JournalError::CutShort { segment, offset });
            }
            if segment.end > 0 {
                reader.segments.push(segment);
            }
            recovered.entries = segment.next().0;
            match scanned {
                Ok(torn) => recovered.torn = torn,
                Err(damage) => return Ok((reader, recovered, Some(damage))),
            }
        }
        Ok((reader, recovered, None))
    }

    /// Reads the entry at `position`; of seals that lie in one frame, the first.
    pub fn read(&self, position: Position) -> Result<Entry, JournalError> {
        let place = self.segments.binary_search_by_key(&position.segment, |segment| segment.first);
        let segment = place.ok().map(|place| self.segments[place]);
        if segment.is_none_or(|segment| position.offset >= segment.end) {
            return Err(JournalError::NoEntry(position));
        }
        read_entry(&self.storage, &self.path_of(position.segment), position)
    }

    /// All entries in order.
    pub fn entries(&self) -> Entries<'_, S> {
        self.entries_from(Position::START)
    }

    /// The entries from `position` on. An entry must begin at `position`; at the end of the journal
    /// there are none.
    pub fn entries_from(&self, position: Position) -> Entries<'_, S> {
        let place = self.segments.partition_point(|segment| segment.first < position.segment);
        let waiting = Vec::new().into_iter();
        let at = (position, position);
        Entries { reader: self, place, offset: position.offset, loaded: None, waiting, at }
    }

    /// The path of each segment with the end of its whole frames, in bytes: what a copy of the journal holds.
    pub fn files(&self) -> Vec<(PathBuf, u64)> {
        self.segments.iter().map(|segment| (self.path_of(segment.first), segment.end)).collect()
    }

    /// The position after the last entry.
    pub fn end(&self) -> Position {
        let last = self.segments.last();
        last.map_or(Position::START, |last| Position { segment: last.first, offset: last.end })
    }

    /// The number of the next entry.
    pub fn next_sequence(&self) -> Sequence {
        self.segments.last().map_or(Sequence(0), Segment::next)
    }

    pub(super) fn path_of(&self, first: Sequence) -> PathBuf {
        self.dir.join(segment_name(first))
    }

    pub(super) const fn head_of(&self, first: Sequence) -> Head {
        Head::new(Purpose::Segment, self.council, first.0)
    }

    /// Checks every frame of one segment and records its sound frames in `segment`, also if it
    /// returns an error.
    fn scan(&self, segment: &mut Segment) -> Result<Option<Torn>, JournalError> {
        let path = self.path_of(segment.first);
        let bytes = self.storage.read(&path).map_err(failed("read", &path))?;
        let mut scanner = Scanner::new(&bytes, 0);
        for frame in scanner.by_ref() {
            match (frame.kind, frame.offset) {
                (Kind::Head, 0) => {
                    segment.version = self.verify_head(segment.first, frame.payload)?;
                }
                (Kind::Block | Kind::Seals | Kind::Entry, 1..) => segment.entries += 1,
                (_, offset) => return Err(JournalError::Damaged { segment: path, offset }),
            }
            segment.end = frame.next;
        }
        match scanner.end().expect("a scanner without further frames has reached an end") {
            // A segment gets its name only when its head is whole, so a missing head is damage and
            // no torn write.
            _ if segment.end == 0 => Err(JournalError::Damaged { segment: path, offset: 0 }),
            End::Clean => Ok(None),
            End::Torn { offset } => {
                let bytes = bytes.len() as u64 - offset;
                Ok(Some(Torn { file: path, offset, bytes }))
            }
            End::Damaged { offset } => Err(JournalError::Damaged { segment: path, offset }),
        }
    }

    fn verify_head(&self, first: Sequence, payload: &[u8]) -> Result<u32, JournalError> {
        let segment = self.path_of(first);
        self.head_of(first).verify(payload).map_err(|error| match error {
            HeadError::Version(found) => JournalError::OtherVersion { segment, found },
            HeadError::Council(found) => JournalError::OtherCouncil { segment, found },
            HeadError::Wrong => JournalError::Damaged { segment, offset: 0 },
        })
    }
}

/// Iterates over the entries of a journal in order. After an error it yields nothing more.
#[derive(Debug)]
pub struct Entries<'a, S: Storage> {
    reader: &'a JournalReader<S>,
    place: usize,
    offset: u64,
    /// The bytes of the whole frames in the segment at `place`.
    loaded: Option<Vec<u8>>,
    /// What is left of the frame that was read last, and where that frame lies.
    waiting: std::vec::IntoIter<Entry>,
    at: (Position, Position),
}

impl<S: Storage> Entries<'_, S> {
    fn step(&mut self) -> Result<Option<Located>, JournalError> {
        loop {
            if let Some(entry) = self.waiting.next() {
                let (position, next) = self.at;
                return Ok(Some(Located { position, next, entry }));
            }
            let Some(&segment) = self.reader.segments.get(self.place) else { return Ok(None) };
            let path = self.reader.path_of(segment.first);
            let bytes = match &mut self.loaded {
                Some(bytes) => bytes,
                empty => empty.insert(load(&self.reader.storage, &path, segment.end)?),
            };
            let mut scanner = Scanner::new(bytes, self.offset);
            let Some(frame) = scanner.next() else {
                if scanner.end() != Some(End::Clean) {
                    return Err(JournalError::Damaged { segment: path, offset: self.offset });
                }
                (self.place, self.offset, self.loaded) = (self.place + 1, 0, None);
                continue;
            };
            self.offset = frame.next;
            if frame.kind == Kind::Head {
                continue;
            }
            let damaged = || JournalError::Damaged { segment: path, offset: frame.offset };
            let entries = entry::decode(frame.kind, frame.payload).ok_or_else(damaged)?;
            self.waiting = entries.into_iter();
            let at = |offset| Position { segment: segment.first, offset };
            self.at = (at(frame.offset), at(frame.next));
        }
    }
}

impl<S: Storage> Iterator for Entries<'_, S> {
    type Item = Result<Located, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.place = self.reader.segments.len();
            self.waiting = Vec::new().into_iter();
        }
        step.transpose()
    }
}

/// Reads a segment up to the end of its whole frames.
pub(super) fn load<S: Storage>(
    storage: &S,
    path: &Path,
    end: u64,
) -> Result<Vec<u8>, JournalError> {
    let mut bytes = storage.read(path).map_err(failed("read", path))?;
    bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
    Ok(bytes)
}

/// Reads one entry of the journal in `dir` while another task may append to it. The appending task
/// must have passed on `position` after the entry was durable. Takes no lock and keeps one file
/// open only while it reads.
pub fn read_from(dir: &Path, position: Position) -> Result<Entry, JournalError> {
    read_entry(&Disk, &dir.join(segment_name(position.segment)), position)
}

fn read_entry<S: Storage>(
    storage: &S,
    path: &Path,
    position: Position,
) -> Result<Entry, JournalError> {
    let damaged = || JournalError::Damaged { segment: path.to_path_buf(), offset: position.offset };
    let read = |offset, buffer: &mut [u8]| {
        storage.read_at(path, offset, buffer).map_err(failed("read", path))
    };
    let mut header = [0; HEADER_BYTES];
    read(position.offset, &mut header)?;
    let header = Header::parse(&header).ok_or_else(damaged)?;
    let mut rest = vec![0; header.rest_bytes()];
    read(position.offset + HEADER_BYTES as u64, &mut rest)?;
    let payload = header.payload(&rest).ok_or_else(damaged)?;
    let first =
        entry::decode(header.kind(), payload).and_then(|entries| entries.into_iter().next());
    first.ok_or_else(damaged)
}

fn segment_name(first: Sequence) -> String {
    format!("{:020}.seg", first.0)
}

/// The numbers of the first entries of the segments in `dir`, in order. Files with other
/// extensions are ignored.
pub(super) fn segment_numbers<S: Storage>(
    storage: &S,
    dir: &Path,
) -> Result<Vec<Sequence>, JournalError> {
    let mut numbers = Vec::new();
    for name in storage.names(dir).map_err(failed("list", dir))? {
        if let Some(digits) = name.strip_suffix(".seg") {
            let first = digits.parse().ok().map(Sequence);
            let first = first.filter(|&first| segment_name(first) == name);
            numbers.push(first.ok_or_else(|| JournalError::NotASegment(dir.join(&name)))?);
        }
    }
    Ok(numbers)
}
