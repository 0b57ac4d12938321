//! What the disk gives back: journal, `signed`, and the frames of both.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nemcon_disk::frame::{End, FRAME_BYTES_MAX, Scanner, encode_frame};
use nemcon_disk::journal::JournalReader;
use nemcon_disk::signed::Signed;
use nemcon_disk::storage::{Storage, StorageFile};
use nemcon_ledger::codec;
use nemcon_ledger::durable::Entry;
use nemcon_replica::consensus::WalEntry;

use super::council;

/// The first segment of a journal.
pub(super) const SEGMENT: &str = "00000000000000000000.seg";

/// A file's content, which keeps its hands on it when the file gets another name.
#[derive(Clone, Default)]
pub(super) struct MemoryFile(Rc<RefCell<Vec<u8>>>);

/// A folder in memory.
#[derive(Clone, Default)]
pub(super) struct Memory(Rc<RefCell<BTreeMap<PathBuf, MemoryFile>>>);

impl Memory {
    fn holding(name: &str, bytes: &[u8]) -> Self {
        let memory = Self::default();
        let file = MemoryFile(Rc::new(RefCell::new(bytes.to_vec())));
        memory.0.borrow_mut().insert(PathBuf::from(name), file);
        memory
    }

    pub(super) fn content(&self, name: &str) -> Vec<u8> {
        self.read(Path::new(name)).expect("a file that is there")
    }
}

fn missing() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Storage for Memory {
    type File = MemoryFile;
    type Lock = ();

    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn names(&self, _: &Path) -> io::Result<Vec<String>> {
        Ok(self.0.borrow().keys().map(|path| path.display().to_string()).collect())
    }

    fn create(&self, path: &Path) -> io::Result<MemoryFile> {
        let file = MemoryFile::default();
        self.0.borrow_mut().insert(path.to_owned(), file.clone());
        Ok(file)
    }

    fn open(&self, path: &Path) -> io::Result<MemoryFile> {
        self.0.borrow().get(path).cloned().ok_or_else(missing)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let files = self.0.borrow();
        let content = files.get(path).map(|file| file.0.borrow().clone());
        content.ok_or_else(missing)
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let bytes = self.read(path)?;
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let end = start.checked_add(buffer.len());
        let found = end.and_then(|end| bytes.get(start..end));
        let found = found.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        buffer.copy_from_slice(found);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = self.0.borrow_mut();
        let file = files.remove(from).ok_or_else(missing)?;
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.borrow_mut().remove(path).map(drop).ok_or_else(missing)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, _: &Path) -> io::Result<Option<()>> {
        Ok(Some(()))
    }
}

impl StorageFile for MemoryFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.borrow_mut().extend(bytes);
        Ok(())
    }

    fn cut(&mut self, size: u64) -> io::Result<()> {
        self.0.borrow_mut().truncate(usize::try_from(size).map_err(io::Error::other)?);
        Ok(())
    }

    fn write_over(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let mut content = self.0.borrow_mut();
        let there = content.get_mut(start..start + bytes.len());
        there.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?.copy_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The frames of any log file: they are what their payloads encode to, up to where they end.
pub(super) fn log_frames(bytes: &[u8]) -> bool {
    let mut scanner = Scanner::new(bytes, 0);
    let mut written = Vec::new();
    for frame in scanner.by_ref() {
        assert_eq!(frame.offset, written.len() as u64);
        written.extend(encode_frame(frame.kind, frame.payload).expect("no longer than it was"));
        assert_eq!(frame.next, written.len() as u64);
    }
    assert!(bytes.starts_with(&written));
    match scanner.end().expect("the frames have ended") {
        End::Clean => assert_eq!(written, bytes),
        End::Torn { offset } | End::Damaged { offset } => {
            assert_eq!(offset, written.len() as u64);
            assert!(offset < bytes.len() as u64);
        }
    }
    scanner.end() == Some(End::Clean)
}

/// The payload of a journal's frame.
pub(super) fn journal_entry(bytes: &[u8]) -> bool {
    let Ok(entry) = codec::decode::<Entry, FRAME_BYTES_MAX>(bytes) else { return false };
    assert_eq!(codec::encode(&entry), bytes);
    true
}

/// A segment, opened as the journal is at a node's start, and every entry read in both ways.
pub(super) fn journal_segment(bytes: &[u8]) -> bool {
    let memory = Memory::holding(SEGMENT, bytes);
    let opened = JournalReader::open_in(memory.clone(), Path::new(""), council().digest());
    let Ok((reader, recovered)) = opened else { return false };
    if let Some(torn) = &recovered.torn {
        assert_eq!(torn.offset + torn.bytes, bytes.len() as u64);
    }
    let mut count = 0;
    for located in reader.entries() {
        let Ok(located) = located else { return false };
        assert_eq!(reader.read(located.position).ok(), Some(located.entry));
        count += 1;
    }
    assert_eq!(count, recovered.entries);
    assert_eq!(memory.0.borrow().len(), 1, "reading writes nothing");
    true
}

/// The file `signed`: what was cut off once is whole, and says the same.
pub(super) fn signed_file(bytes: &[u8]) -> bool {
    let (memory, path) = (Memory::holding("signed", bytes), Path::new("signed"));
    let open = || Signed::open_in(memory.clone(), path, council().digest());
    let Ok((_, mut state)) = open() else { return false };
    let (_, again) = open().expect("what was opened opens again");
    state.torn = None;
    assert_eq!(again, state);
    true
}

/// The payload of an entry of the write-ahead log.
pub(super) fn wal_entry(bytes: &[u8]) -> bool {
    let Ok(entry) = codec::decode::<WalEntry, FRAME_BYTES_MAX>(bytes) else { return false };
    assert_eq!(codec::encode(&entry), bytes);
    true
}
