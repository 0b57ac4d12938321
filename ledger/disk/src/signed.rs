//! The file `signed`, with what this node has signed: the guard of its seals and the write-ahead log of
//! its votes.
//!
//! What it guarantees: a node that restarts on this file never signs two different seals for one size,
//! or two different votes in one round. What it does not: it cannot protect a node whose file was restored from a backup.
//! So the file is created once, when the node is, and backups leave it out. If it is missing or damaged,
//! the node observes: it withholds its votes.
//!
//! It is one append-only file of frames: a head, then in any order
//!
//! - *guard*: the boundary that is about to be sealed; the newest guard counts,
//! - *wal*: bytes of the consensus write-ahead log, for the current height,
//! - *height*: a new height begins, and the *wal* entries before it are void,
//! - *observe*: the node has lost track of what it signed, and votes only from a height on.
//!
//! The file has one owner, the process that holds the journal's lock. Two owners would each miss what the
//! other one signs.

mod error;

use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::Height;
use nemcon_ledger::codec::{self, bytes};
use nemcon_ledger::durable::Guard;
use serde::{Deserialize, Serialize};

pub use error::SignedError;

use crate::frame::{End, FRAME_BYTES_MAX, FrameTooLong, Kind, Scanner, encode_frame};
use crate::journal::Torn;
use crate::log_file::{Head, LogFile, Purpose};
use crate::storage::{Disk, Storage, failed, is_there};

/// The size in bytes past which the file is written anew at the start of a height, 1 MiB.
pub const SIGNED_BYTES_MAX: u64 = 1 << 20;

/// What the node has signed so far, as the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedState {
    /// The newest guard, if the node has sealed anything.
    pub guard: Option<Guard>,
    /// The current height; 0 before the first.
    pub height: Height,
    /// The write-ahead log of the current height, in order.
    pub wal: Vec<Vec<u8>>,
    /// The height from which on the node votes. Below it, the node observes.
    pub votes_from: Height,
    /// The torn end that opening cut, if there was one.
    pub torn: Option<Torn>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum SignedEntry {
    Guard(Guard),
    Wal {
        height: Height,
        #[serde(with = "bytes")]
        bytes: Vec<u8>,
    },
    Height(Height),
    Observe(Height),
}

/// The file `signed`, open for appending.
#[derive(Debug)]
pub struct SignedFile<S: Storage = Disk> {
    storage: S,
    path: PathBuf,
    head: Head,
    file: LogFile<S::File>,
    guard: Option<Guard>,
    height: Height,
    votes_from: Height,
    bytes_max: u64,
}

impl SignedState {
    /// Whether the file says no more than a new node's does, so that no vote and no seal can
    /// have been sent.
    pub fn is_blank(&self) -> bool {
        *self == Self { torn: self.torn.clone(), ..Self::default() }
    }

    /// Takes in the next entry of the file. `None` if no writer can have put it there.
    fn apply(&mut self, entry: SignedEntry) -> Option<()> {
        match entry {
            SignedEntry::Guard(guard) => {
                if let Some(sealed) = &self.guard {
                    guard.verify_after(sealed).ok()?;
                }
                self.guard = Some(guard);
            }
            SignedEntry::Wal { height, bytes } => {
                (height == self.height).then_some(())?;
                self.wal.push(bytes);
            }
            SignedEntry::Height(height) => {
                (height > self.height).then_some(())?;
                self.height = height;
                self.wal.clear();
            }
            SignedEntry::Observe(height) => self.votes_from = height,
        }
        Some(())
    }
}

impl SignedFile {
    /// Creates the file, durably. Only for a node that has never signed.
    pub fn create(path: &Path, council: Digest) -> Result<Self, SignedError> {
        Self::create_in(Disk, path, council)
    }

    /// Opens the file, cuts a torn end, and returns what the node has signed.
    pub fn open(path: &Path, council: Digest) -> Result<(Self, SignedState), SignedError> {
        Self::open_in(Disk, path, council)
    }
}

impl<S: Storage> SignedFile<S> {
    /// Like [`SignedFile::create`], in any storage.
    pub fn create_in(storage: S, path: &Path, council: Digest) -> Result<Self, SignedError> {
        Self::create_voting_from(storage, path, council, Height(0))
    }

    /// Creates the file, durably, for a node that may have signed before and votes only from
    /// `votes_from` on. The file says so from its first moment.
    pub fn create_voting_from(
        storage: S,
        path: &Path,
        council: Digest,
        votes_from: Height,
    ) -> Result<Self, SignedError> {
        if is_there(&storage, path)? {
            return Err(SignedError::Exists(path.to_path_buf()));
        }
        let head = Head::new(Purpose::SignedFile, council, 0);
        let state = SignedState { votes_from, ..SignedState::default() };
        let entries = [SignedEntry::Observe(votes_from)];
        let entries = if votes_from == Height(0) { &[][..] } else { &entries };
        let file = LogFile::write_anew(&storage, path, &frames(&head, entries)?)?;
        Ok(Self::with(storage, path, head, file, &state))
    }

    /// Like [`SignedFile::open`], in any storage.
    pub fn open_in(
        storage: S,
        path: &Path,
        council: Digest,
    ) -> Result<(Self, SignedState), SignedError> {
        if !is_there(&storage, path)? {
            return Err(SignedError::Missing(path.to_path_buf()));
        }
        let bytes = storage.read(path).map_err(failed("read", path))?;
        let head = Head::new(Purpose::SignedFile, council, 0);
        let (state, size) = read_state(path, &head, &bytes)?;
        let file = LogFile::open(&storage, path, &bytes[..size], state.torn.is_some())?;
        Ok((Self::with(storage, path, head, file, &state), state))
    }

    fn with(
        storage: S,
        path: &Path,
        head: Head,
        file: LogFile<S::File>,
        state: &SignedState,
    ) -> Self {
        let SignedState { guard, height, votes_from, .. } = *state;
        let (path, bytes_max) = (path.to_path_buf(), SIGNED_BYTES_MAX);
        Self { storage, path, head, file, guard, height, votes_from, bytes_max }
    }

    /// Appends a guard for what is about to be sealed. It is durable after [`SignedFile::sync`]. The
    /// order is: sync the journal, append the guard, sync it, sign the seal.
    pub fn append_guard(&mut self, guard: Guard) -> Result<(), SignedError> {
        self.file.verify_sound()?;
        if let Some(sealed) = &self.guard {
            guard.verify_after(sealed)?;
        }
        self.append(&SignedEntry::Guard(guard))?;
        self.guard = Some(guard);
        Ok(())
    }

    /// Appends to the write-ahead log of the current height. Durable after [`SignedFile::sync`].
    pub fn append_wal(&mut self, height: Height, bytes: Vec<u8>) -> Result<(), SignedError> {
        self.verify_height(height == self.height, height)?;
        self.append(&SignedEntry::Wal { height, bytes })
    }

    /// Begins a height and voids the write-ahead log of the height before, whose block must be durable in
    /// the journal by then. Does nothing if the height has begun already. Durable after [`SignedFile::sync`].
    pub fn start_height(&mut self, height: Height) -> Result<(), SignedError> {
        self.verify_height(height >= self.height, height)?;
        if height == self.height {
            return Ok(());
        }
        if self.file.size() > self.bytes_max {
            self.compact(height)?;
        } else {
            self.append(&SignedEntry::Height(height))?;
        }
        self.height = height;
        Ok(())
    }

    /// Appends the height from which on the node votes, after it has lost track of what it signed.
    /// Durable after [`SignedFile::sync`].
    pub fn append_observe(&mut self, votes_from: Height) -> Result<(), SignedError> {
        self.file.verify_sound()?;
        self.append(&SignedEntry::Observe(votes_from))?;
        self.votes_from = votes_from;
        Ok(())
    }

    /// Makes everything appended durable (`fdatasync`). A failure is final: every later call fails.
    pub fn sync(&mut self) -> Result<(), SignedError> {
        Ok(self.file.sync()?)
    }

    /// The newest guard, if there is one.
    pub const fn guard(&self) -> Option<&Guard> {
        self.guard.as_ref()
    }

    /// The current height.
    pub const fn height(&self) -> Height {
        self.height
    }

    fn verify_height(&self, is_right: bool, found: Height) -> Result<(), SignedError> {
        self.file.verify_sound()?;
        let current = self.height;
        if is_right { Ok(()) } else { Err(SignedError::OtherHeight { current, found }) }
    }

    fn append(&mut self, entry: &SignedEntry) -> Result<(), SignedError> {
        self.file.append(Kind::Entry, &codec::encode(entry))?;
        Ok(())
    }

    /// Writes the file anew with three facts: the guard, the height from which on the node votes,
    /// and the height that begins.
    fn compact(&mut self, height: Height) -> Result<(), SignedError> {
        // After a failure the path names the old file or the new one. Opening it again finds out which.
        self.file.poison();
        let guard = self.guard.map(SignedEntry::Guard);
        let rest = [SignedEntry::Observe(self.votes_from), SignedEntry::Height(height)];
        let entries: Vec<_> = guard.into_iter().chain(rest).collect();
        self.file = LogFile::write_anew(&self.storage, &self.path, &frames(&self.head, &entries)?)?;
        Ok(())
    }
}

/// Reads what the file says, without changing it.
pub fn read_in<S: Storage>(
    storage: &S,
    path: &Path,
    council: Digest,
) -> Result<SignedState, SignedError> {
    let bytes = storage.read(path).map_err(failed("read", path))?;
    Ok(read_state(path, &Head::new(Purpose::SignedFile, council, 0), &bytes)?.0)
}

/// The head and the entries as frames.
fn frames(head: &Head, entries: &[SignedEntry]) -> Result<Vec<u8>, FrameTooLong> {
    let mut frames = head.frame();
    for entry in entries {
        frames.extend(encode_frame(Kind::Entry, &codec::encode(entry))?);
    }
    Ok(frames)
}

/// Parses the file's bytes; also returns the size up to which they are whole frames.
fn read_state(path: &Path, head: &Head, bytes: &[u8]) -> Result<(SignedState, usize), SignedError> {
    let damaged = |offset| SignedError::Damaged { path: path.to_path_buf(), offset };
    let (mut state, mut size) = (SignedState::default(), 0);
    let mut scanner = Scanner::new(bytes, 0);
    for frame in scanner.by_ref() {
        match (frame.kind, frame.offset) {
            (Kind::Head, 0) => drop(
                head.verify(frame.payload)
                    .map_err(|error| SignedError::from_head(error, path.to_path_buf()))?,
            ),
            (Kind::Entry, 1..) => codec::decode::<SignedEntry, FRAME_BYTES_MAX>(frame.payload)
                .ok()
                .and_then(|entry| state.apply(entry))
                .ok_or_else(|| damaged(frame.offset))?,
            (_, offset) => return Err(damaged(offset)),
        }
        size = usize::try_from(frame.next).expect("a frame lies within bytes in memory");
    }
    match scanner.end().expect("a scanner without further frames has reached an end") {
        // The file gets its name only when its head is whole, so a missing head is damage and
        // no torn write.
        _ if size == 0 => Err(damaged(0)),
        End::Clean => Ok((state, size)),
        End::Torn { offset } => {
            let bytes = bytes.len() as u64 - offset;
            state.torn = Some(Torn { file: path.to_path_buf(), offset, bytes });
            Ok((state, size))
        }
        End::Damaged { offset } => Err(damaged(offset)),
    }
}

#[cfg(test)]
mod tests;
