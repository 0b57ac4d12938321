//! The token in the address of a node's calendar. Programs that subscribe to calendars can set no header.

use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::text::Show as _;
use zeroize::Zeroizing;

use crate::atomic_write::new_file;
use crate::keyfile::{Passphrase, PassphraseFileError};

/// The name of the token's file, beside `node.toml`.
const FEED_TOKEN_FILE: &str = "calendar.token";

/// The token of a calendar, as its hash: 64 hexadecimal digits in a file that its owner alone can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedToken(Digest);

/// Why there is no token of the calendar.
#[derive(Debug, thiserror::Error)]
pub enum FeedTokenError {
    /// The file cannot be read, or others can read it.
    #[error("the calendar's token: {0}")]
    File(#[from] PassphraseFileError),
    /// The text of the file is no token.
    #[error("{}: the calendar's token is one line of 64 hexadecimal digits", .0.shown())]
    Text(PathBuf),
    /// The file cannot be written.
    #[error("{}: {source}", .path.shown())]
    Unwritten {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed: {0}")]
    Random(#[from] getrandom::Error),
}

impl FeedToken {
    /// The path of the token's file in a node's folder.
    pub fn file_in(folder: &Path) -> PathBuf {
        folder.join(FEED_TOKEN_FILE)
    }

    /// Reads the token in a node's folder, or makes it if it is not there.
    ///
    /// # Errors
    /// [`FeedTokenError`].
    pub fn prepare(folder: &Path) -> Result<Self, FeedTokenError> {
        let path = Self::file_in(folder);
        if matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
        {
            let mut secret = Zeroizing::new([0; 32]);
            getrandom::fill(&mut secret[..])?;
            let line = Zeroizing::new(format!("{}\n", Digest::from_bytes(*secret)));
            let unwritten = |source| FeedTokenError::Unwritten { path: path.clone(), source };
            new_file(&path, line.as_bytes()).map_err(unwritten)?;
        }
        let line = Passphrase::read(&path)?;
        let digits =
            core::str::from_utf8(line.as_bytes()).ok().and_then(|it| it.parse::<Digest>().ok());
        digits.ok_or(FeedTokenError::Text(path))?;
        Ok(Self(sha256(line.as_bytes())))
    }

    /// Whether this is the token. The time that the answer takes tells nothing of the token, of which only the hash is
    /// compared.
    pub fn is(&self, shown: &str) -> bool {
        sha256(shown.as_bytes()) == self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_nothing_else_is_it() {
        let folder = tempfile::tempdir().unwrap();
        let made = FeedToken::prepare(folder.path()).unwrap();
        let path = FeedToken::file_in(folder.path());
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(made.is(text.trim_end()) && !made.is(&text) && !made.is(""));
        assert_eq!(FeedToken::prepare(folder.path()).unwrap(), made);
        std::fs::write(&path, "guessed\n").unwrap();
        assert!(FeedToken::prepare(folder.path()).is_err());
    }
}
