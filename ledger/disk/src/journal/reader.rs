//! Reading a journal: takes no lock, writes nothing.

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::durable::Entry;

use super::entry::{self, Position, Sequence};
use super::error::JournalError;
use crate::frame::{End, HEADER_BYTES, Header, Kind, Scanner};
use crate::log_file::{Head, HeadError, Purpose};
use crate::storage::{Disk, Storage, failed};

/// What opening found and, where it may write, repaired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many whole entries there are.
    pub entries: u64,
    /// The torn end of the last segment, if it has one.
    pub torn: Option<Torn>,
}

/// The end of a file that was never written whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The file.
    pub file: PathBuf,
    /// Where the unfinished frame begins.
    pub offset: u64,
    /// How many bytes there are from there on.
    pub bytes: u64,
}

/// An entry, where it lies and where the next one may lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// Where it lies.
    pub position: Position,
    /// Behind it.
    pub next: Position,
    /// The entry.
    pub entry: Entry,
}

/// The whole frames of one segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment {
    pub(super) first: Sequence,
    pub(super) entries: u64,
    pub(super) end: u64,
}

impl Segment {
    /// The number of the entry behind its last.
    pub(super) const fn next(&self) -> Sequence {
        Sequence(self.first.0 + self.entries)
    }
}

/// A journal that is only read, as it was when it was opened.
#[derive(Clone, Debug)]
pub struct JournalReader<S: Storage = Disk> {
    pub(super) storage: S,
    pub(super) dir: PathBuf,
    pub(super) segments: Vec<Segment>,
    council: Digest,
}

impl JournalReader {
    /// Opens the journal of `council` in the folder `dir` to read it up to its last whole entry,
    /// checking every sum.
    pub fn open(dir: &Path, council: Digest) -> Result<(Self, Recovered), JournalError> {
        Self::open_in(Disk, dir, council)
    }
}

impl<S: Storage> JournalReader<S> {
    /// The same in any storage.
    pub fn open_in(
        storage: S,
        dir: &Path,
        council: Digest,
    ) -> Result<(Self, Recovered), JournalError> {
        let (reader, recovered, damage) = Self::open_sound_in(storage, dir, council)?;
        damage.map_or(Ok((reader, recovered)), Err)
    }

    /// Opens what is sound of a journal, up to the first thing that is not right, which is told: a
    /// segment that is damaged, cut short or missing. For a repair; no node runs on it.
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
            let mut segment = Segment { first, entries: 0, end: 0 };
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

    /// The entry at `position`.
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

    /// The entries from `position` on, where one must begin; none from the end on.
    pub fn entries_from(&self, position: Position) -> Entries<'_, S> {
        let place = self.segments.partition_point(|segment| segment.first < position.segment);
        Entries { reader: self, place, offset: position.offset, loaded: None }
    }

    /// Behind the last entry.
    pub fn end(&self) -> Position {
        let last = self.segments.last();
        last.map_or(Position::START, |last| Position { segment: last.first, offset: last.end })
    }

    /// The number that the next entry gets.
    pub fn next_sequence(&self) -> Sequence {
        self.segments.last().map_or(Sequence(0), Segment::next)
    }

    pub(super) fn path_of(&self, first: Sequence) -> PathBuf {
        self.dir.join(segment_name(first))
    }

    pub(super) const fn head_of(&self, first: Sequence) -> Head {
        Head::new(Purpose::Segment, self.council, first.0)
    }

    /// Checks every frame of one segment, which then has the sound ones, also after an error.
    fn scan(&self, segment: &mut Segment) -> Result<Option<Torn>, JournalError> {
        let path = self.path_of(segment.first);
        let bytes = self.storage.read(&path).map_err(failed("read", &path))?;
        let mut scanner = Scanner::new(&bytes, 0);
        for frame in scanner.by_ref() {
            match (frame.kind, frame.offset) {
                (Kind::Head, 0) => self.verify_head(segment.first, frame.payload)?,
                (Kind::Entry, 1..) => segment.entries += 1,
                (_, offset) => return Err(JournalError::Damaged { segment: path, offset }),
            }
            segment.end = frame.next;
        }
        match scanner.end().expect("a scanner without further frames has reached an end") {
            // A segment gets its name when its head is whole, so this is no torn write.
            _ if segment.end == 0 => Err(JournalError::Damaged { segment: path, offset: 0 }),
            End::Clean => Ok(None),
            End::Torn { offset } => {
                let bytes = bytes.len() as u64 - offset;
                Ok(Some(Torn { file: path, offset, bytes }))
            }
            End::Damaged { offset } => Err(JournalError::Damaged { segment: path, offset }),
        }
    }

    fn verify_head(&self, first: Sequence, payload: &[u8]) -> Result<(), JournalError> {
        let segment = self.path_of(first);
        self.head_of(first).verify(payload).map_err(|error| match error {
            HeadError::Version(found) => JournalError::OtherVersion { segment, found },
            HeadError::Council(found) => JournalError::OtherCouncil { segment, found },
            HeadError::Wrong => JournalError::Damaged { segment, offset: 0 },
        })
    }
}

/// The entries of a journal in order; after an error there are no more.
#[derive(Debug)]
pub struct Entries<'a, S: Storage> {
    reader: &'a JournalReader<S>,
    place: usize,
    offset: u64,
    /// The whole frames of the segment at `place`.
    loaded: Option<Vec<u8>>,
}

impl<S: Storage> Entries<'_, S> {
    fn step(&mut self) -> Result<Option<Located>, JournalError> {
        while let Some(&segment) = self.reader.segments.get(self.place) {
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
            let entry = entry::decode(frame.payload)
                .map_err(|_| JournalError::Damaged { segment: path, offset: frame.offset })?;
            let at = |offset| Position { segment: segment.first, offset };
            return Ok(Some(Located { position: at(frame.offset), next: at(frame.next), entry }));
        }
        Ok(None)
    }
}

impl<S: Storage> Iterator for Entries<'_, S> {
    type Item = Result<Located, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.place = self.reader.segments.len();
        }
        step.transpose()
    }
}

/// The content of a segment without what follows its whole frames.
pub(super) fn load<S: Storage>(
    storage: &S,
    path: &Path,
    end: u64,
) -> Result<Vec<u8>, JournalError> {
    let mut bytes = storage.read(path).map_err(failed("read", path))?;
    bytes.truncate(usize::try_from(end).unwrap_or(usize::MAX));
    Ok(bytes)
}

/// Reads one entry of the journal in `dir`, which another may be appending to: `position` was told by
/// who appends, once the entry was durable. Takes no lock, and one file for as long as it reads.
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
    entry::decode(payload).map_err(|_| damaged())
}

fn segment_name(first: Sequence) -> String {
    format!("{:020}.seg", first.0)
}

/// The first entries of the segments in `dir`, in order. Files with other endings are not ours.
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
