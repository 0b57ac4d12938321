//! A disk in memory: what was written and not synced may be gone after a power loss.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use nemcon_disk::storage::{Storage, StorageFile};

use super::rng::Rng;

/// The unit in which disks write; what was never written reads as zeroes from its edge on.
const SECTOR_BYTES: usize = 512;

/// How a write, a sync or a change of names goes wrong. Whatever follows fails too, until restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// It is not done.
    Undone,
    /// Half of its bytes are written, if it writes.
    Half,
    /// It is done, and reported as failed.
    DoneButFailed,
}

/// The ways in which an operation goes wrong.
pub const DISK_FAULTS: [DiskFault; 3] =
    [DiskFault::Undone, DiskFault::Half, DiskFault::DoneButFailed];

#[derive(Clone, Debug, Default)]
struct Content {
    now: Vec<u8>,
    /// So many of its first bytes are on the disk, but for those dropped.
    synced: usize,
    /// What failed syncs lost: the cache still shows it, and no later sync writes it.
    dropped: Vec<Range<usize>>,
    /// Of that, what has been written again since: the next sync writes it, or loses it too.
    written_over: Vec<Range<usize>>,
    /// What a cut that is not synced took away from behind `synced`.
    cut_off: Vec<u8>,
}

type Shared = Rc<RefCell<Content>>;

#[derive(Debug, Default)]
struct State {
    names: BTreeMap<PathBuf, Shared>,
    synced_names: BTreeMap<PathBuf, Shared>,
    /// So many operations from now one goes wrong.
    fault: Option<(u64, DiskFault)>,
    failing: bool,
    full: bool,
}

/// A disk, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct SimDisk(Rc<RefCell<State>>);

/// An open file of a [`SimDisk`].
#[derive(Debug)]
pub struct SimFile {
    disk: SimDisk,
    content: Shared,
}

/// All that a disk holds, at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image(BTreeMap<PathBuf, Vec<u8>>);

impl Image {
    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The image without the files of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let kept = self.0.iter().filter(|(path, _)| !path.ends_with(name));
        Self(kept.map(|(path, bytes)| (path.clone(), bytes.clone())).collect())
    }
}

impl Content {
    fn of(bytes: Vec<u8>) -> Shared {
        let synced = bytes.len();
        Rc::new(RefCell::new(Self { now: bytes, synced, ..Self::default() }))
    }

    fn cut(&mut self, size: usize) {
        if size < self.synced {
            let mut cut_off = self.now[size..self.synced].to_vec();
            cut_off.append(&mut self.cut_off);
            (self.cut_off, self.synced) = (cut_off, size);
        }
        self.now.truncate(size);
        for range in self.dropped.iter_mut().chain(&mut self.written_over) {
            *range = range.start.min(size)..range.end.min(size);
        }
    }

    fn write_over(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.now[offset..end].copy_from_slice(bytes);
        for range in std::mem::take(&mut self.dropped) {
            let inside = range.start.clamp(offset, end)..range.end.clamp(offset, end);
            self.dropped.push(range.start..range.end.min(inside.start.max(range.start)));
            self.dropped.push(inside.end.min(range.end).max(range.start)..range.end);
            self.written_over.push(inside);
        }
        self.dropped.retain(|range| !range.is_empty());
        self.written_over.retain(|range| !range.is_empty());
    }

    /// Everything is on the disk but for what was dropped; or all that was to be written is lost.
    fn sync(&mut self, is_done: bool) {
        if is_done {
            (self.cut_off, self.written_over) = (Vec::new(), Vec::new());
        } else {
            self.dropped.append(&mut self.written_over);
            self.dropped.push(self.synced..self.now.len());
        }
        self.synced = self.now.len();
    }

    /// What was synced, on a disk whose syncs never failed.
    fn synced(&self) -> Vec<u8> {
        [&self.now[..self.synced], &self.cut_off].concat()
    }

    /// What is found after the power was lost.
    fn after_power_loss(&self, rng: &mut Rng) -> Vec<u8> {
        let mut left = self.now.clone();
        let unwritten = self.written_over.iter().filter(|_| rng.chance(500));
        for range in self.dropped.iter().chain(unwritten) {
            left[range.clone()].fill(0);
        }
        if !self.cut_off.is_empty() && rng.chance(500) {
            left.truncate(self.synced);
            left.extend(&self.cut_off);
            return left;
        }
        let unsynced = left.len() - self.synced;
        let kept = self.synced + rng.index(unsynced + 1);
        match rng.below(10) {
            0..4 => left.truncate(self.synced),
            4..7 => left.truncate(kept),
            7 => {}
            _ => {
                left.truncate(kept);
                let edge = kept.saturating_sub(rng.index(unsynced + 1)) / SECTOR_BYTES;
                let from = (edge * SECTOR_BYTES).clamp(self.synced, kept);
                left[from..].fill(0);
            }
        }
        left
    }
}

fn failed() -> io::Error {
    io::Error::other("the disk fails")
}

impl SimDisk {
    /// A disk that holds one file, synced.
    pub fn holding(path: impl Into<PathBuf>, bytes: &[u8]) -> Self {
        let names = BTreeMap::from([(path.into(), Content::of(bytes.to_vec()))]);
        let state = State { synced_names: names.clone(), names, ..State::default() };
        Self(Rc::new(RefCell::new(state)))
    }

    /// So many operations from now one goes wrong.
    pub fn fail_after(&self, operations: u64, fault: DiskFault) {
        self.0.borrow_mut().fault = Some((operations, fault));
    }

    /// Whether the disk is full.
    pub fn set_full(&self, full: bool) {
        self.0.borrow_mut().full = full;
    }

    /// Whether a failure of the disk itself explains that an operation failed.
    pub fn is_troubled(&self) -> bool {
        let state = self.0.borrow();
        state.failing || state.full
    }

    /// The disk works again, a full one apart; what is in the cache stays.
    pub fn mend(&self) {
        let mut state = self.0.borrow_mut();
        (state.failing, state.fault) = (false, None);
    }

    /// The power is lost, and with it what was not synced, or a part of that.
    pub fn lose_power(&self, rng: &mut Rng) {
        let keeps_names = rng.chance(500);
        self.restart(keeps_names, |content| content.after_power_loss(rng));
    }

    /// The power is lost, and with it all that was not synced.
    pub fn lose_unsynced(&self) {
        self.restart(false, Content::synced);
    }

    fn restart(&self, keeps_names: bool, mut left: impl FnMut(&Content) -> Vec<u8>) {
        let mut state = self.0.borrow_mut();
        let names = if keeps_names { &state.names } else { &state.synced_names };
        let left = |(path, content): (&PathBuf, &Shared)| {
            (path.clone(), Content::of(left(&content.borrow())))
        };
        let names: BTreeMap<_, _> = names.iter().map(left).collect();
        state.synced_names.clone_from(&names);
        state.names = names;
        (state.failing, state.fault) = (false, None);
    }

    /// Another disk that holds the same, synced.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::default();
        copy.put_back(&self.image(), |_| false);
        copy
    }

    /// What is on the disk now.
    pub fn image(&self) -> Image {
        let state = self.0.borrow();
        let copy =
            |(path, content): (&PathBuf, &Shared)| (path.clone(), content.borrow().now.clone());
        Image(state.names.iter().map(copy).collect())
    }

    /// Puts an image back, but for files of which `keeps` is true.
    pub fn put_back(&self, image: &Image, keeps: impl Fn(&Path) -> bool) {
        let mut state = self.0.borrow_mut();
        state.names.retain(|path, _| keeps(path));
        for (path, bytes) in image.0.iter().filter(|(path, _)| !keeps(path)) {
            state.names.insert(path.clone(), Content::of(bytes.clone()));
        }
        state.synced_names = state.names.clone();
    }

    /// Puts these bytes in the place of a file, synced.
    pub fn rewrite(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = self.0.borrow_mut();
        let content = Content::of(bytes);
        state.names.insert(path.to_path_buf(), Rc::clone(&content));
        state.synced_names.insert(path.to_path_buf(), content);
    }

    /// Counts an operation that alters something; says whether it is only half done or only said to
    /// have failed.
    fn begin(&self) -> io::Result<Option<DiskFault>> {
        let mut state = self.0.borrow_mut();
        if state.failing {
            return Err(failed());
        }
        let Some((left, fault)) = state.fault else { return Ok(None) };
        if left > 0 {
            state.fault = Some((left - 1, fault));
            return Ok(None);
        }
        (state.failing, state.fault) = (true, None);
        if fault == DiskFault::Undone { Err(failed()) } else { Ok(Some(fault)) }
    }

    fn alter(&self, alter: impl FnOnce(&mut State)) -> io::Result<()> {
        let fault = self.begin()?;
        if fault != Some(DiskFault::Half) {
            alter(&mut self.0.borrow_mut());
        }
        fault.map_or(Ok(()), |_| Err(failed()))
    }

    fn content(&self, path: &Path) -> io::Result<Shared> {
        self.0.borrow().names.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Storage for SimDisk {
    type File = SimFile;
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

    fn create(&self, path: &Path) -> io::Result<SimFile> {
        if self.content(path).is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if self.0.borrow().full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.alter(|state| drop(state.names.insert(path.to_path_buf(), Shared::default())))?;
        Ok(SimFile { disk: self.clone(), content: self.content(path)? })
    }

    fn open(&self, path: &Path) -> io::Result<SimFile> {
        Ok(SimFile { disk: self.clone(), content: self.content(path)? })
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.content(path)?.borrow().now.clone())
    }

    fn read_at(&self, path: &Path, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let content = self.content(path)?;
        let content = content.borrow();
        let from = usize::try_from(offset).map_err(io::Error::other)?;
        let found = content.now.get(from..from + buffer.len());
        buffer.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.alter(|state| {
            if let Some(content) = state.names.remove(from) {
                state.names.insert(to.to_path_buf(), content);
            }
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.alter(|state| drop(state.names.remove(path)))
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.alter(|state| {
            state.synced_names.retain(|path, _| path.parent() != Some(dir));
            let inside = state.names.iter().filter(|(path, _)| path.parent() == Some(dir));
            let inside: Vec<_> = inside.map(|(p, c)| (p.clone(), Rc::clone(c))).collect();
            state.synced_names.extend(inside);
        })
    }

    fn lock(&self, _: &Path) -> io::Result<Option<()>> {
        Ok(Some(()))
    }
}

impl StorageFile for SimFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fault = self.disk.begin()?;
        let full = self.disk.0.borrow().full;
        let some =
            if full || fault == Some(DiskFault::Half) { bytes.len() / 2 } else { bytes.len() };
        self.content.borrow_mut().now.extend(&bytes[..some]);
        if full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        fault.map_or(Ok(()), |_| Err(failed()))
    }

    fn cut(&mut self, size: u64) -> io::Result<()> {
        let fault = self.disk.begin()?;
        if fault != Some(DiskFault::Half) {
            self.content.borrow_mut().cut(usize::try_from(size).map_err(io::Error::other)?);
        }
        fault.map_or(Ok(()), |_| Err(failed()))
    }

    fn write_over(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let fault = self.disk.begin()?;
        let some = if fault == Some(DiskFault::Half) { bytes.len() / 2 } else { bytes.len() };
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        self.content.borrow_mut().write_over(offset, &bytes[..some]);
        fault.map_or(Ok(()), |_| Err(failed()))
    }

    fn sync(&mut self) -> io::Result<()> {
        let fault = self.disk.begin();
        let is_done = matches!(fault, Ok(None | Some(DiskFault::DoneButFailed)));
        self.content.borrow_mut().sync(is_done);
        fault?.map_or(Ok(()), |_| Err(failed()))
    }
}
