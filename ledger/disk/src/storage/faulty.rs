//! A storage in memory that stops at a chosen operation and then loses unsynced bytes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{Storage, StorageFile};

/// What becomes of the operation at which the storage stops. Every later operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The operation is not done.
    Undone,
    /// Half of the operation's bytes are written, if it writes.
    Half,
    /// The operation is done, and reported as failed.
    DoneButFailed,
}

/// What a power loss leaves of bytes that were written and not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// All bytes are left, because only the process died.
    None,
    /// No unsynced byte is left, and no unsynced name.
    All,
    /// The first half of the bytes is left, and the unsynced names.
    SecondHalf,
    /// The size is left, with zeroes for the second half (from a multiple of 4).
    ZeroedHalf,
    /// The size is left, with nothing but zeroes.
    ZeroedAll,
}

pub(crate) const STOPS: [Stop; 3] = [Stop::Undone, Stop::Half, Stop::DoneButFailed];
pub(crate) const LOSSES: [Loss; 5] =
    [Loss::None, Loss::All, Loss::SecondHalf, Loss::ZeroedHalf, Loss::ZeroedAll];

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    synced: Vec<u8>,
    /// The range that a failed sync lost: the cache still shows it, and no later sync writes it.
    dropped: Range<usize>,
}

impl Content {
    fn after(&self, loss: Loss) -> Vec<u8> {
        if !self.now.starts_with(&self.synced) {
            return self.after_cut(loss);
        }
        let mut left = self.now.clone();
        let half = usize::midpoint(self.synced.len(), left.len());
        match loss {
            Loss::None => {}
            Loss::All => left.truncate(self.synced.len()),
            Loss::SecondHalf => left.truncate(half),
            Loss::ZeroedHalf => left[half.next_multiple_of(4).min(self.now.len())..].fill(0),
            Loss::ZeroedAll => left[self.synced.len()..].fill(0),
        }
        left
    }

    /// The file's content after a loss that follows an unsynced cut. The cut may be done or not,
    /// and what was written after it may have got its size and not its bytes.
    fn after_cut(&self, loss: Loss) -> Vec<u8> {
        match loss {
            Loss::None => self.now.clone(),
            Loss::All | Loss::ZeroedAll => self.synced.clone(),
            Loss::SecondHalf | Loss::ZeroedHalf => {
                let mut left = self.now.clone();
                let both = left.len().min(self.synced.len());
                left[..both].copy_from_slice(&self.synced[..both]);
                left
            }
        }
    }

    /// Writes bytes over. A failed sync no longer loses the bytes that are written again.
    fn write_over(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.now[offset..end].copy_from_slice(bytes);
        if offset <= self.dropped.start {
            self.dropped.start = self.dropped.start.max(end.min(self.dropped.end));
        } else if end >= self.dropped.end {
            self.dropped.end = self.dropped.end.min(offset);
        }
    }

    fn cut(&mut self, size: usize) {
        self.now.truncate(size);
        self.dropped = self.dropped.start.min(size)..self.dropped.end.min(size);
    }
}

type Shared = Rc<RefCell<Content>>;

#[derive(Default)]
struct State {
    names: BTreeMap<PathBuf, Shared>,
    synced_names: BTreeMap<PathBuf, Shared>,
    operations: usize,
    stop: Option<(usize, Stop)>,
}

/// A storage in memory, shared by its clones.
#[derive(Clone, Default)]
pub(crate) struct Memory(Rc<RefCell<State>>);

pub(crate) struct MemoryFile {
    memory: Memory,
    content: Shared,
}

fn stopped() -> io::Error {
    io::Error::other("the storage stopped")
}

impl Memory {
    /// A storage that stops at the operation with this number, counted from 0.
    pub(crate) fn stopping_at(operation: usize, stop: Stop) -> Self {
        let memory = Self::default();
        memory.stop_at(operation, stop);
        memory
    }

    /// Counts operations anew from 0 and stops at the operation with this number.
    pub(crate) fn stop_at(&self, operation: usize, stop: Stop) {
        let mut state = self.0.borrow_mut();
        state.operations = 0;
        state.stop = Some((operation, stop));
    }

    /// Lets operations succeed again after a stop, as the system does when only the process ended.
    pub(crate) fn restart(&self) {
        self.0.borrow_mut().stop = None;
    }

    /// The number of altering operations that were begun.
    pub(crate) fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    /// The storage as it is found after a power loss.
    pub(crate) fn after_loss(&self, loss: Loss) -> Self {
        let state = self.0.borrow();
        let names = if loss == Loss::All { &state.synced_names } else { &state.names };
        let kept = names.iter().map(|(path, content)| {
            let left = content.borrow().after(loss);
            let content = Content { now: left.clone(), synced: left, dropped: 0..0 };
            (path.clone(), Rc::new(RefCell::new(content)))
        });
        let names: BTreeMap<PathBuf, Shared> = kept.collect();
        let state = State { synced_names: names.clone(), names, operations: 0, stop: None };
        Self(Rc::new(RefCell::new(state)))
    }

    /// Replaces the content of a file.
    pub(crate) fn overwrite(&self, path: &Path, bytes: &[u8]) {
        let content = Content { now: bytes.to_vec(), synced: bytes.to_vec(), dropped: 0..0 };
        let content = Rc::new(RefCell::new(content));
        let mut state = self.0.borrow_mut();
        state.synced_names.insert(path.to_path_buf(), Rc::clone(&content));
        state.names.insert(path.to_path_buf(), content);
    }

    /// Counts an operation. Says whether to do it, wholly or by half, and whether to report a failure.
    fn begin(&self) -> Result<Option<Stop>, io::Error> {
        let mut state = self.0.borrow_mut();
        let number = state.operations;
        state.operations += 1;
        match state.stop {
            Some((at, _)) if number > at => Err(stopped()),
            Some((at, Stop::Undone)) if number == at => Err(stopped()),
            Some((at, stop)) if number == at => Ok(Some(stop)),
            _ => Ok(None),
        }
    }

    fn content(&self, path: &Path) -> io::Result<Shared> {
        let state = self.0.borrow();
        state.names.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn alter(&self, alter: impl FnOnce(&mut State)) -> io::Result<()> {
        match self.begin()? {
            Some(Stop::DoneButFailed) => {
                alter(&mut self.0.borrow_mut());
                Err(stopped())
            }
            Some(_) => Err(stopped()),
            None => {
                alter(&mut self.0.borrow_mut());
                Ok(())
            }
        }
    }
}

impl Storage for Memory {
    type File = MemoryFile;
    type Lock = ();

    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.0.borrow();
        let inside = state.names.keys().filter(|path| path.parent() == Some(dir));
        let name = |path: &PathBuf| path.file_name()?.to_str().map(str::to_owned);
        Ok(inside.filter_map(name).collect())
    }

    fn create(&self, path: &Path) -> io::Result<MemoryFile> {
        if self.content(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.alter(|state| drop(state.names.insert(path.to_path_buf(), Shared::default())))?;
        Ok(MemoryFile { memory: self.clone(), content: self.content(path)? })
    }

    fn open(&self, path: &Path) -> io::Result<MemoryFile> {
        Ok(MemoryFile { memory: self.clone(), content: self.content(path)? })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.content(path)?.borrow().now.clone())
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let bytes = self.read(path)?;
        let from = usize::try_from(offset).unwrap();
        let found = bytes.get(from..from + buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(found);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.alter(|state| {
            let content = state.names.remove(from).unwrap();
            state.names.insert(to.to_path_buf(), content);
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.alter(|state| drop(state.names.remove(path)))
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        self.alter(|state| state.synced_names = state.names.clone())
    }

    fn lock(&self, _: &Path) -> io::Result<Option<()>> {
        Ok(Some(()))
    }
}

impl StorageFile for MemoryFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stop = self.memory.begin()?;
        let half = if stop == Some(Stop::Half) { bytes.len() / 2 } else { bytes.len() };
        self.content.borrow_mut().now.extend(&bytes[..half]);
        stop.map_or(Ok(()), |_| Err(stopped()))
    }

    fn cut(&mut self, size: u64) -> io::Result<()> {
        let stop = self.memory.begin()?;
        if stop != Some(Stop::Half) {
            self.content.borrow_mut().cut(usize::try_from(size).unwrap());
        }
        stop.map_or(Ok(()), |_| Err(stopped()))
    }

    fn write_over(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let stop = self.memory.begin()?;
        let half = if stop == Some(Stop::Half) { bytes.len() / 2 } else { bytes.len() };
        let offset = usize::try_from(offset).unwrap();
        self.content.borrow_mut().write_over(offset, &bytes[..half]);
        stop.map_or(Ok(()), |_| Err(stopped()))
    }

    fn sync(&mut self) -> io::Result<()> {
        let stop = self.memory.begin();
        let mut content = self.content.borrow_mut();
        if !matches!(stop, Ok(None | Some(Stop::DoneButFailed))) {
            let end = content.now.len();
            content.dropped = content.synced.len().min(end)..end;
            return Err(stopped());
        }
        content.synced = content.now.clone();
        let dropped = content.dropped.clone();
        content.synced[dropped].fill(0);
        stop?.map_or(Ok(()), |_| Err(stopped()))
    }
}
