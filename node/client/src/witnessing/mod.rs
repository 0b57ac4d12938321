//! A witness of logs [C2SP tlog-witness]: it remembers the last checkpoint of each log, and cosigns only what extends it.
//!
//! What it guarantees: a checkpoint is in its folder, durably, before anybody has its cosignature; of one log it cosigns no two
//! histories and no smaller tree after a larger one, as long as the folder is kept. What it does not: it knows nothing of councils,
//! and does not look into a log.

mod asking;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::hash::sha256;
use nemcon_crypto::note::{KeyName, SignatureType, SignedNote, VerifierKey};
use nemcon_crypto::policy::Policy;
use nemcon_crypto::witness::{AddCheckpoint, WitnessRefusal};
use nemcon_crypto::{SecretKey, TreeSize};
use nemcon_kit::files;
use nemcon_ledger::audit::{FileError, NOTE_BYTES_MAX};
use nemcon_ledger::text::Show as _;

pub use asking::{Asked, Witnesses};

use crate::atomic_write::{new_file, replace_secret};
use crate::clock::now;
use crate::failure::Failure;

/// The media type of an answer that tells a size [C2SP tlog-witness].
pub const SIZE_TYPE: &str = "text/x.tlog.size";
/// The file that names the witness whose memory this is; one process at a time holds it.
const WITNESS_FILE: &str = "witness";

/// A witness with its key and its memory.
#[derive(Debug)]
pub struct Witness {
    name: KeyName,
    key: SecretKey,
    logs: Vec<VerifierKey>,
    folder: PathBuf,
    /// One request at a time compares with the memory, and changes it.
    turn: Mutex<()>,
    _lock: File,
}

/// Why a checkpoint was not cosigned.
#[derive(Debug, thiserror::Error)]
pub enum NotCosigned {
    /// The request may not be.
    #[error(transparent)]
    Refused(#[from] WitnessRefusal),
    /// The memory cannot be read or written, or the clock not be read.
    #[error("{}", .0.message())]
    Failed(Failure),
}

impl From<Failure> for NotCosigned {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Witness {
    /// Opens the memory of a witness, or makes it if it `is_new`.
    ///
    /// # Errors
    /// [`Failure`] if that cannot be, another process has it, or it is there and new, or neither.
    pub fn open(
        (name, key): (KeyName, SecretKey),
        logs: Vec<VerifierKey>,
        folder: &Path,
        is_new: bool,
    ) -> Result<Self, Failure> {
        let shown = folder.shown();
        let failed = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("{shown}: {error}"))
                .next("name a folder in which this user may write")
        };
        match (is_new, folder.exists()) {
            (true, false) => fs::create_dir(folder).map_err(|error| failed(&error))?,
            (false, true) => {}
            (true, true) => {
                return Err(Failure::usage(format_args!("{shown} is there already"))
                    .next("name a folder that is not there; a witness that has run before goes on without `--new`"));
            }
            (false, false) => {
                return Err(Failure::usage(format_args!("{shown}: no such folder")).next(
                    "a witness that has lost its memory must not go on under its key: bring the folder back, or begin \
                     with a new key and `--new`",
                ));
            }
        }
        let vkey = VerifierKey { name, kind: SignatureType::CosignatureV1, key: key.public() };
        let marker = folder.join(WITNESS_FILE);
        if is_new {
            new_file(&marker, format!("{vkey}\n").as_bytes()).map_err(|error| failed(&error))?;
        }
        verify_memory_of(&marker, &vkey)?;
        let lock = File::open(&marker).map_err(|error| failed(&error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::usage(format_args!("another witness runs on {shown}"))
                    .next("one process has a memory; end the other one first"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&error)),
        }
        let (folder, turn) = (folder.to_owned(), Mutex::new(()));
        let witness = Self { name: vkey.name, key, logs, folder, turn, _lock: lock };
        // What is damaged is told now, and not when a log asks.
        for key in &witness.logs {
            witness.last(key.name.as_str())?;
        }
        Ok(witness)
    }

    /// The key by which others verify its cosignatures.
    pub fn verifier_key(&self) -> VerifierKey {
        VerifierKey {
            name: self.name.clone(),
            kind: SignatureType::CosignatureV1,
            key: self.key.public(),
        }
    }

    /// Answers `add-checkpoint`: the line of its cosignature, with its newline.
    ///
    /// # Errors
    /// [`NotCosigned`]. Then nothing was cosigned, and the memory is as it was, or has what was to be cosigned.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<String, NotCosigned> {
        let request = AddCheckpoint::parse(body)?;
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut unread = None;
        let new = request.judge(&self.logs, |origin| {
            self.last(origin).unwrap_or_else(|failure| {
                unread = Some(failure);
                None
            })
        });
        if let Some(failure) = unread {
            return Err(failure.into());
        }
        let new = new?;
        let time_s = now()?.as_ms() / 1000;
        let made = cosign(&new, time_s, &self.key)
            .map_err(|error| Failure::usage(format_args!("this machine’s clock: {error}")))?;
        replace_secret(&self.file(new.origin()), new.render().as_bytes()).map_err(Failure::from)?;
        drop(turn);
        let line = made.line(&self.name, &self.key.public()).expect("a cosignature is a line");
        let note = SignedNote::new(new.render(), vec![line]).expect("one line is few");
        let note = String::from_utf8(note.render()).expect("a note is UTF-8");
        let (_, line) = note.rsplit_once("\n\n").expect("a note has its lines behind a blank one");
        Ok(line.to_owned())
    }

    /// The last checkpoint of this origin that was cosigned.
    fn last(&self, origin: &str) -> Result<Option<Checkpoint>, Failure> {
        let path = self.file(origin);
        let damaged = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("{}: {error}", path.shown())).next(
                "bring back what the witness remembered; until then it cosigns nothing of this log",
            )
        };
        let bytes = match files::read(&path, NOTE_BYTES_MAX) {
            Err(FileError::Missing) => return Ok(None),
            read => read.map_err(|error| damaged(&error))?,
        };
        let text = core::str::from_utf8(&bytes).map_err(|error| damaged(&error))?;
        let last = Checkpoint::parse(text).map_err(|error| damaged(&error))?;
        if last.origin() != origin {
            return Err(damaged(&"it is of another log"));
        }
        Ok(Some(last))
    }

    /// Where the last checkpoint of an origin stands.
    fn file(&self, origin: &str) -> PathBuf {
        self.folder.join(format!("{}.checkpoint", sha256(origin.as_bytes())))
    }
}

/// Checks that a folder is the memory of the witness that has this key.
fn verify_memory_of(marker: &Path, vkey: &VerifierKey) -> Result<(), Failure> {
    let lost = "a witness that has lost its memory must not go on under its key: bring the folder back, or begin \
                with a new key and `--new` in a new folder";
    let found = files::read(marker, NOTE_BYTES_MAX)
        .map_err(|error| Failure::usage(format_args!("{}: {error}", marker.shown())).next(lost))?;
    if found == format!("{vkey}\n").as_bytes() {
        return Ok(());
    }
    Err(Failure::usage(format_args!("{} is of a witness with another name or key", marker.shown()))
        .next("each witness has a folder of its own"))
}

/// The keys of the logs that a file names: lines `log VKEY`, as a policy has them [C2SP tlog-policy]. The `finality.policy` of a
/// council's export is such a file.
///
/// # Errors
/// [`Failure`] if it is no policy, or names no log.
pub fn logs_of(file: &Path) -> Result<Vec<VerifierKey>, Failure> {
    let policy = policy_in(file)?;
    let logs: Vec<_> = policy.logs().cloned().collect();
    if logs.is_empty() {
        return Err(Failure::usage(format_args!("{} names no log", file.shown()))
            .next("give lines `log VKEY`; the `finality.policy` of a council’s export has them"));
    }
    Ok(logs)
}

fn policy_in(file: &Path) -> Result<Policy, Failure> {
    let shown = file.shown();
    let bytes = files::read(file, NOTE_BYTES_MAX).map_err(|error| {
        Failure::usage(format_args!("{shown}: {error}")).next("check the path and who may read it")
    })?;
    Policy::parse(&bytes).map_err(|error| {
        Failure::usage(format_args!("{shown} is no policy: {error}"))
            .next("write it as C2SP tlog-policy says: its last line can be `quorum none`")
    })
}

/// A size as an answer tells it: in decimal, with a newline.
fn parse_size(body: &str) -> Option<TreeSize> {
    let said = body.strip_suffix('\n')?;
    let size: u64 = said.parse().ok()?;
    (size.to_string() == said).then_some(TreeSize(size))
}
