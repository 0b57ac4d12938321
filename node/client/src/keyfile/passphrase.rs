//! Passphrases, which are wiped and never printed.

use core::fmt;
use std::path::{Path, PathBuf};

use nemcon_ledger::text::Show as _;
use zeroize::Zeroizing;

use super::private_file::{self, Kept, PrivateFileError};

/// The longest passphrase, in bytes: as OpenSSL takes it.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;
/// The fewest characters of a passphrase that locks a key here.
pub const NEW_PASSPHRASE_CHARACTERS_MIN: usize = 12;

/// A passphrase: one line without control characters.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

/// Why a text is no passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// There is nothing.
    #[error("the passphrase is empty")]
    Empty,
    /// The passphrase is longer than OpenSSL takes it.
    #[error("the passphrase is longer than {PASSPHRASE_BYTES_MAX} bytes")]
    TooLong,
    /// The text has several lines, or characters that nobody types.
    #[error("a passphrase is one line of UTF-8 without control characters")]
    Line,
    /// A new passphrase is easily guessed.
    #[error("a new passphrase has at least {NEW_PASSPHRASE_CHARACTERS_MIN} characters")]
    TooShort,
}

/// Why a passphrase cannot be read from a file.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseFileError {
    /// The file cannot be read, or others can read it.
    #[error("passphrase file {0}")]
    File(#[from] PrivateFileError),
    /// The file holds no passphrase.
    #[error("passphrase file {}: {error}", .path.shown())]
    Text {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with the text.
        error: PassphraseError,
    },
}

impl Passphrase {
    /// The passphrase that this line is, without its line end.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn new(line: Zeroizing<String>) -> Result<Self, PassphraseError> {
        if line.is_empty() {
            return Err(PassphraseError::Empty);
        }
        if line.len() > PASSPHRASE_BYTES_MAX {
            return Err(PassphraseError::TooLong);
        }
        if line.chars().any(char::is_control) {
            return Err(PassphraseError::Line);
        }
        Ok(Self(line))
    }

    /// Reads a file that only its owner can read: one line, whose line end does not count.
    ///
    /// # Errors
    /// [`PassphraseFileError`].
    pub fn read(path: &Path) -> Result<Self, PassphraseFileError> {
        let text = private_file::read(path, PASSPHRASE_BYTES_MAX as u64 + 1, Kept::ByOwner)?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let made = Self::new(Zeroizing::new(line.to_owned()));
        made.map_err(|error| PassphraseFileError::Text { path: path.to_owned(), error })
    }

    /// Checks that the passphrase may lock a key.
    ///
    /// # Errors
    /// [`PassphraseError::TooShort`].
    pub fn verify_new(&self) -> Result<(), PassphraseError> {
        if self.0.chars().count() < NEW_PASSPHRASE_CHARACTERS_MIN {
            return Err(PassphraseError::TooShort);
        }
        Ok(())
    }

    /// The line, for a token that takes it as its PIN.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}
