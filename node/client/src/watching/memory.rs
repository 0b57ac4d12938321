//! What a watch remembers between its rounds, in one file.
//!
//! ```text
//! nemcon/v1 watched
//! council DIGEST
//! at SECONDS BASE64 ADDRESS     a log that is watched: the time of its oldest seal, its last verified checkpoint
//! head BASE64                   the checkpoint of the largest log that was verified
//!                               an empty line
//! the state of that audit       as `nemcon audit --keep` keeps it
//! 32 SHA-256 of all before
//! ```
//!
//! What it guarantees: bytes that were cut or altered by chance are refused. What it does not: the sum has no key.

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::Digest;
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::hash::sha256;
use nemcon_kit::files;
use nemcon_ledger::audit::{KEPT_BYTES_MAX, Kept};
use nemcon_ledger::text::Show as _;
use nemcon_ledger::text::value::parse_number;

use crate::atomic_write::replace_secret;
use crate::failure::Failure;

/// The first line.
const HEAD: &str = "nemcon/v1 watched";
const SUM_BYTES: usize = 32;

/// What a watch remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    council: Digest,
    /// The last verified checkpoint of each log, by its address.
    pub(super) seen: BTreeMap<String, Seen>,
    /// The largest log that was verified.
    pub(super) verified: Option<Verified>,
}

/// A checkpoint that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// As it was read.
    pub(super) note: String,
    /// The time of its oldest seal, in seconds since the Unix epoch.
    pub(super) oldest_s: u64,
}

/// A log that was audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verified {
    /// Its checkpoint.
    pub(super) note: String,
    /// What the audit has kept.
    pub(super) kept: Kept,
}

impl Memory {
    /// Nothing so far.
    pub const fn new(council: Digest) -> Self {
        Self { council, seen: BTreeMap::new(), verified: None }
    }

    /// Reads the file; nothing so far if there is none.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read, or is not what a watch over this council has written.
    pub fn read(file: &Path, council: Digest) -> Result<Self, Failure> {
        let shown = file.shown();
        if !file.exists() {
            return Ok(Self::new(council));
        }
        let bytes = files::read(file, 2 * KEPT_BYTES_MAX as u64).map_err(|error| {
            Failure::usage(format_args!("{shown}: {error}")).next("see who may read it")
        })?;
        let memory = Self::parse(&bytes).ok_or_else(|| {
            Failure::usage(format_args!(
                "{shown} is not what a watch has written, or was cut or altered since"
            ))
            .next("bring back a copy; or name a new file with `--state`, and what was seen before is not compared")
        })?;
        if memory.council != council {
            return Err(Failure::usage(format_args!(
                "{shown} is of a watch over council {}, and not over {council}",
                memory.council
            ))
            .next("give the file and the digest of one council"));
        }
        Ok(memory)
    }

    /// Lets no other process use the file as long as what is returned is held: a file beside it is locked.
    ///
    /// # Errors
    /// [`Failure`] if another one does, or the file beside it cannot be made.
    pub fn lock(file: &Path) -> Result<File, Failure> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".lock");
        let path = file.with_file_name(name);
        let failed = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("{}: {error}", path.shown()))
                .next("name a file with `--state` in a folder where this user may write")
        };
        let lock = File::create(&path).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => {
                Err(Failure::usage(format_args!("another watch uses {}", file.shown()))
                    .next("give each watch a file of its own, or end the other one first"))
            }
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }

    /// Writes the file in one step, for its owner alone.
    ///
    /// # Errors
    /// [`Failure`]. Then the file is as it was.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        Ok(replace_secret(file, &self.render())?)
    }

    fn render(&self) -> Vec<u8> {
        let mut head = format!("{HEAD}\ncouncil {}\n", self.council);
        for (at, Seen { note, oldest_s }) in &self.seen {
            let _ = writeln!(head, "at {oldest_s} {} {at}", STANDARD.encode(note));
        }
        if let Some(verified) = &self.verified {
            let _ = writeln!(head, "head {}", STANDARD.encode(&verified.note));
        }
        head.push('\n');
        let mut bytes = head.into_bytes();
        if let Some(verified) = &self.verified {
            bytes.extend_from_slice(&verified.kept.render());
        }
        let sum = sha256(&bytes);
        bytes.extend_from_slice(sum.as_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (said, sum) = bytes.split_last_chunk::<SUM_BYTES>()?;
        if sha256(said).as_bytes() != sum {
            return None;
        }
        let end = said.windows(2).position(|two| two == b"\n\n")?;
        let (head, kept) = (core::str::from_utf8(&said[..end]).ok()?, &said[end + 2..]);
        let mut lines = head.lines();
        if lines.next() != Some(HEAD) {
            return None;
        }
        let council = lines.next()?.strip_prefix("council ")?.parse().ok()?;
        let mut memory = Self::new(council);
        for line in lines {
            if let Some(note) = line.strip_prefix("head ") {
                let kept = Kept::parse(kept).ok()?;
                memory.verified = Some(Verified { note: note_of(note)?, kept });
                continue;
            }
            let [oldest, note, at] = split(line.strip_prefix("at ")?)?;
            let seen = Seen { note: note_of(note)?, oldest_s: parse_number(oldest).ok()? };
            memory.seen.insert(at.to_owned(), seen);
        }
        (memory.verified.is_some() || kept.is_empty()).then_some(memory)
    }
}

impl Seen {
    pub(super) fn head(&self) -> Checkpoint {
        head_of(&self.note).expect("a checkpoint that was verified")
    }
}

impl Verified {
    pub(super) fn head(&self) -> Checkpoint {
        head_of(&self.note).expect("a checkpoint that was verified")
    }
}

/// The tree head that a signed note speaks of.
fn head_of(note: &str) -> Option<Checkpoint> {
    let (text, _) = note.split_once("\n\n")?;
    Checkpoint::parse(&format!("{text}\n")).ok()
}

fn note_of(text: &str) -> Option<String> {
    let note = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    head_of(&note).map(|_| note)
}

fn split(text: &str) -> Option<[&str; 3]> {
    let mut words = text.splitn(3, ' ');
    Some([words.next()?, words.next()?, words.next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "example.org/log/0123456789abcdef\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— a b\n";

    fn memory() -> Memory {
        let mut memory = Memory::new(sha256(b"a council"));
        let seen = Seen { note: NOTE.to_owned(), oldest_s: 7 };
        memory.seen.insert("https://example.org/a log".to_owned(), seen);
        memory
    }

    #[test]
    fn what_was_written_is_read_and_nothing_else_is() {
        for memory in [Memory::new(sha256(b"a council")), memory()] {
            let bytes = memory.render();
            assert_eq!(Memory::parse(&bytes), Some(memory));
            for at in 0..bytes.len() {
                let mut altered = bytes.clone();
                altered[at] ^= 1;
                assert_eq!(Memory::parse(&altered), None, "{at}");
                assert_eq!(Memory::parse(&bytes[..at]), None, "{at}");
            }
        }
    }

    #[test]
    fn a_file_that_others_wrote_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, council) = (folder.path().join("state"), sha256(b"a council"));
        assert_eq!(Memory::read(&file, council).unwrap(), Memory::new(council));
        memory().write(&file).unwrap();
        assert_eq!(Memory::read(&file, council).unwrap(), memory());
        assert!(Memory::read(&file, sha256(b"another council")).is_err());
        std::fs::write(&file, "something else").unwrap();
        assert!(Memory::read(&file, council).is_err());
    }
}
