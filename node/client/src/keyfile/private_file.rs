//! Reads files that only their owner can read or write.

use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nemcon_kit::files;
use nemcon_ledger::text::Show as _;
use zeroize::Zeroizing;

/// The permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;
/// The permission bit by which the group reads.
const GROUP_READS: u32 = 0o040;

/// Who may read a file that holds a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Its owner alone.
    ByOwner,
    /// The service to which systemd hands it as a credential. Its owner alone can read the file; or root owns it,
    /// and the bit of the group stands for an entry by which the service's user reads it [systemd.exec(5)].
    AsCredential,
}

/// Why a file that holds a secret cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PrivateFileError {
    /// The file cannot be read.
    #[error("{}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Others than the owner can read or write the file.
    #[error("{}: others can read or write it (mode {mode:04o})", .path.shown())]
    Exposed {
        /// The path of the file.
        path: PathBuf,
        /// The permission bits of the file.
        mode: u32,
    },
}

/// The UTF-8 text of a file, of which at most `bytes_max + 1` bytes are read.
pub(super) fn read(
    path: &Path,
    bytes_max: u64,
    kept: Kept,
) -> Result<Zeroizing<String>, PrivateFileError> {
    let failed = |source| PrivateFileError::Io { path: path.to_owned(), source };
    let file = files::open(path).map_err(|error| failed(error.into()))?;
    let found = file.metadata().map_err(failed)?;
    let mode = found.mode() & 0o7777;
    let open_to = match kept {
        Kept::AsCredential if found.uid() == 0 => OTHERS & !GROUP_READS,
        Kept::ByOwner | Kept::AsCredential => OTHERS,
    };
    if mode & open_to != 0 {
        return Err(PrivateFileError::Exposed { path: path.to_owned(), mode });
    }
    // With room for all of it no copy is left behind by a growing buffer.
    let room = usize::try_from(bytes_max).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(String::with_capacity(room + 32));
    file.take(bytes_max + 1).read_to_string(&mut text).map_err(failed)?;
    Ok(text)
}
