//! Files and standard output, as commands read and write them.

use std::io::{self, Write as _};
use std::path::Path;

use nemcon_client::atomic_write::{folder_of, new_file, replace_file};
use nemcon_client::digest;
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;
use nemcon_kit::files;
use nemcon_ledger::audit::FileError;
use nemcon_ledger::text::Show as _;

use crate::screen::{Screen, unwritten};

/// The longest file that a command reads whole if no other limit applies, in bytes.
const HANDED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The file name that means standard output.
pub const STANDARD_OUTPUT: &str = "-";

/// Whether a file that is named is standard output.
pub fn is_standard(file: &Path) -> bool {
    file == Path::new(STANDARD_OUTPUT)
}

/// Prints bytes unchanged.
///
/// # Errors
/// [`Failure`] if standard output cannot be written.
pub fn print_raw(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.or_else(|error| unwritten(&error).map_or(Ok(()), Err))
}

/// Prints a text for which `-` was given: unchanged, or with `--json` as the field `text`.
///
/// # Errors
/// [`Failure`] if standard output cannot be written.
pub fn print_text(text: &str, screen: Screen) -> Result<(), Failure> {
    if screen.is_json() {
        return screen.result(&serde_json::json!({ "text": text }), "");
    }
    print_raw(text.as_bytes())
}

/// Writes a new file that only its owner can read. The file is durable when this returns.
///
/// # Errors
/// [`Failure`], also if the file exists; it is never overwritten.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    new_file(path, bytes).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage(format_args!("{}: it exists already", path.shown()))
                .next("name a new file: nothing is overwritten")
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            Failure::usage(format_args!("{}: {error}", path.shown()))
                .next("make the folder, or name a file in another one: nothing was written")
        }
        _ => Failure::usage(format_args!("{}: {error}", path.shown()))
            .next("check the path and who may write there"),
    })
}

/// Writes a file, or replaces a regular file in one step. The file is durable when this returns.
///
/// # Errors
/// [`Failure`]. Then a file that was there is there as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace_file(path, bytes).map_err(|error| {
        Failure::usage(format_args!("{} could not be written: {error}", path.shown()))
            .next("see that the folder is there, and who may write in it")
    })
}

/// Reads a regular file.
///
/// # Errors
/// [`Failure`].
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    read_at_most(path, HANDED_BYTES_MAX)
}

/// The digest and the length of a regular file, which is read up to `bytes_max` bytes.
///
/// # Errors
/// [`Failure`].
pub fn digest_of(path: &Path, bytes_max: u64) -> Result<(Digest, u64), Failure> {
    let read = files::open(path)
        .and_then(|file| digest::digest_of(file, bytes_max).map_err(FileError::Unreadable));
    read.map_err(|error| unread(path, &error))
}

/// Reads a regular file that somebody else may have made, of at most `bytes_max` bytes.
///
/// # Errors
/// [`Failure`].
pub fn read_at_most(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    files::read(path, bytes_max).map_err(|error| unread(path, &error))
}

/// The failure for a file that could not be read.
pub fn unread(path: &Path, error: &FileError) -> Failure {
    let message = format!("{}: {error}", path.shown());
    match error {
        FileError::Missing | FileError::Unreadable(_) => {
            Failure::usage(message).next("check the path and who may read it; nothing was done")
        }
        FileError::NotRegular(_) => Failure::usage(message)
            .next("it is not the file that it is said to be; nothing was done"),
        FileError::TooLong { .. } => Failure::usage(message).next(
            "no file of this sort is so long: look whether it is the right one; nothing was done",
        ),
    }
}

/// Refuses a file that is there, or whose folder is not, before any work is done.
///
/// # Errors
/// [`Failure`].
pub fn verify_new(out: &Path) -> Result<(), Failure> {
    if out.exists() {
        return Err(Failure::usage(format_args!("{} is there already", out.shown()))
            .next("name a file that is not there; nothing is overwritten"));
    }
    if !folder_of(out).is_dir() {
        return Err(Failure::usage(format_args!("no folder {} is there", folder_of(out).shown()))
            .next("name a file in a folder that is there; nothing was done"));
    }
    Ok(())
}
