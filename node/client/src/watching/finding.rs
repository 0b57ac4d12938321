//! What a watch has found wrong, with what shows it to others.

use core::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::council::join;
use nemcon_ledger::fork::{Fork, Forked};
use nemcon_ledger::text::{Show as _, Time};
use serde::Serialize;

use crate::atomic_write::new_file;
use crate::failure::Failure;

/// What sort of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// Two sealed tree heads that no log has both.
    Fork,
    /// A log that is smaller than it was.
    Rollback,
    /// What is not verified.
    NotVerified,
    /// A seal that is older than it may be.
    Stale,
    /// A log that could be compared with nothing, because nobody shows what was verified any more.
    NotCompared,
    /// A log that could not be read: it may be the network.
    Unreachable,
}

impl Sort {
    /// Whether something is wrong, and not only unknown.
    pub const fn is_fault(self) -> bool {
        !matches!(self, Self::NotCompared | Self::Unreachable)
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Rollback => "rollback",
            Self::NotVerified => "not-verified",
            Self::Stale => "stale",
            Self::NotCompared => "not-compared",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Something that is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What sort.
    pub sort: Sort,
    /// Where the log lies, as the caller has named it.
    pub at: String,
    /// In words.
    pub words: String,
    /// The file that shows it, once it was written.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "crate::path_json::maybe")]
    pub evidence: Option<PathBuf>,
    #[serde(skip)]
    shown_by: Option<Shown>,
}

/// What shows it: a file of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    name: String,
    text: String,
}

impl Finding {
    /// A log could not be read.
    pub(super) fn unreachable(at: &str, words: &str) -> Self {
        // What names the log itself names it twice here.
        let words =
            words.strip_prefix(at).map_or(words, |rest| rest.trim_start_matches([':', ' ']));
        Self {
            sort: Sort::Unreachable,
            at: at.to_owned(),
            words: words.to_owned(),
            evidence: None,
            shown_by: None,
        }
    }

    /// A log is smaller than what was verified, and no log that could be read has that.
    pub(super) fn not_compared(at: &str) -> Self {
        let words = "it is smaller than what was verified, and no log that could be read has that: it was compared with the others alone";
        Self { sort: Sort::NotCompared, ..Self::unreachable(at, words) }
    }

    /// A fork: `fork`, as it was judged.
    pub(super) fn fork(at: &str, fork: &Fork, judged: &Forked) -> Self {
        let [old, new] = judged.sizes;
        let by = join(&judged.by_both);
        let words = format!(
            "FORK: {by} sealed two logs: one of size {old}, and one of size {new} that does not hold the first"
        );
        let text = fork.render();
        let name = format!("fork-{old}-{new}-{}.txt", &sha256(text.as_bytes()).to_string()[..16]);
        Self {
            sort: Sort::Fork,
            at: at.to_owned(),
            words,
            evidence: None,
            shown_by: Some(Shown { name, text }),
        }
    }

    /// Something that is shown by checkpoints: what stood there before, if so, and what stands there now.
    pub(super) fn observed(
        sort: Sort,
        (council, at, time): (Digest, &str, Time),
        words: impl Into<String>,
        checkpoints: &[&str],
    ) -> Self {
        let words = words.into().replace('\n', " ");
        let mut notes = String::new();
        for note in checkpoints {
            let _ = write!(notes, "\ncheckpoint {}\n{note}", note.len());
        }
        let what =
            format!("nemcon/v1 observation\ncouncil {council}\nwhat {}\nat {at}\n", sort.as_str());
        // The same observation at another time has the same name, and is kept once.
        let hash = sha256(format!("{what}{notes}").as_bytes()).to_string();
        let text = format!("{what}time {time}\nwords {words}\n{notes}");
        let name = format!("{}-{}.txt", sort.as_str(), &hash[..16]);
        Self {
            sort,
            at: at.to_owned(),
            words,
            evidence: None,
            shown_by: Some(Shown { name, text }),
        }
    }

    /// Whether it is the same, whatever was written about it.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.sort, &self.at, &self.words) == (other.sort, &other.at, &other.words)
    }

    /// Writes what shows it into a folder, which is made if need be. A file that is there stays.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn write(&mut self, folder: &Path) -> Result<(), Failure> {
        let Some(Shown { name, text }) = &self.shown_by else { return Ok(()) };
        let path = folder.join(name);
        let failed = |error: &io::Error| {
            Failure::usage(format_args!("{} could not be written: {error}", path.shown())).next(
                "see to the room and to who may write there: it holds what the watch has found",
            )
        };
        std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        match new_file(&path, text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(&error)),
            Ok(()) | Err(_) => {
                self.evidence = Some(path);
                Ok(())
            }
        }
    }

    /// The text of what shows it.
    pub fn shown(&self) -> Option<&str> {
        self.shown_by.as_ref().map(|shown| shown.text.as_str())
    }
}
