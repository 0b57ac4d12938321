//! Tokens of the HTTP interface. A token's role says what its holder may ask of the node.
//!
//! ```text
//! nemcon-<role>-<64 hexadecimal digits>     read | submit | operate
//! ```
//!
//! A token is 32 bytes of the system's random source. Its file `<role>.token` lies beside `node.toml`.
//! What it guarantees: only the owner of the file can read a token, and the node keeps only hashes of
//! tokens in memory. What it does not: a token signs nothing, so its holder cannot speak for a party.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::text::Show as _;
use rustix::fs::OFlags;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::atomic_write::{StagedError, replace_secret};

/// The beginning of every token.
const PREFIX: &str = "nemcon-";
/// The longest token file, in bytes. A real one is shorter.
const TOKEN_FILE_BYTES_MAX: u64 = 128;
/// The permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// What a token lets its holder do. A role includes the roles before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The holder may read the ledger and the node's state.
    Read,
    /// The holder may submit records that others have signed.
    Submit,
    /// The holder may have the node vote again.
    Operate,
}

/// A secret that gives its holder a role.
pub struct Token {
    role: Role,
    secret: Zeroizing<[u8; 32]>,
}

/// The tokens that a node accepts, as hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens(BTreeMap<Role, Digest>);

/// The error for a text that is no role of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token's role is one of read, submit, operate")]
pub struct RoleError;

/// Why a token cannot be read or written. No variant holds any part of a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read or written.
    #[error("token file {}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The path leads to a link, a folder or a pipe.
    #[error("token file {}: it is a link, a folder or a device, not a file", .0.shown())]
    NotAFile(PathBuf),
    /// Others than the owner can read or write the file.
    #[error("token file {}: others can read or write it (mode {mode:04o})", .path.shown())]
    Exposed {
        /// The path of the file.
        path: PathBuf,
        /// The permission bits of the file.
        mode: u32,
    },
    /// The file cannot be put in its place.
    #[error("token file {0}")]
    Unwritten(#[from] StagedError),
    /// The text of the file is no token.
    #[error("token file {}: it does not hold one token and a line end", .0.shown())]
    Text(PathBuf),
    /// The token has not the wanted role: it does not suffice, or exactly one role is wanted and
    /// it has another.
    #[error("token file {}: its role is {found}, and {wanted} is wanted", .path.shown())]
    Role {
        /// The path of the file.
        path: PathBuf,
        /// The token's role.
        found: Role,
        /// The wanted role.
        wanted: Role,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed: {0}")]
    Random(#[from] getrandom::Error),
}

impl Role {
    /// All roles. Each includes the roles before it.
    pub const ALL: [Self; 3] = [Self::Read, Self::Submit, Self::Operate];

    /// The written form of the role, as in a token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Operate => "operate",
        }
    }

    /// The path of the token with this role in a node's folder.
    pub fn file_in(self, folder: &Path) -> PathBuf {
        folder.join(format!("{self}.token"))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("role", &self.role).finish_non_exhaustive()
    }
}

impl Token {
    /// Makes a new token from the system's random source.
    ///
    /// # Errors
    /// [`TokenError::Random`].
    pub fn generate(role: Role) -> Result<Self, TokenError> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut secret[..])?;
        Ok(Self { role, secret })
    }

    /// The token's role.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The text of the token, as a client shows it to a node; without a line end.
    pub fn text(&self) -> Zeroizing<String> {
        let digits = Digest::from_bytes(*self.secret);
        Zeroizing::new(format!("{PREFIX}{}-{digits}", self.role))
    }

    /// Parses the text of a token file. Only the form that is written is accepted.
    fn parse(text: &str) -> Option<Self> {
        let (role, digits) = text.strip_prefix(PREFIX)?.strip_suffix('\n')?.split_once('-')?;
        let secret: Digest = digits.parse().ok()?;
        Some(Self { role: role.parse().ok()?, secret: Zeroizing::new(*secret.as_bytes()) })
    }

    /// Reads a token file that only its owner can read or write.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read(path: &Path) -> Result<Self, TokenError> {
        let failed = |source| TokenError::Io { path: path.to_owned(), source };
        let file = open(path)?;
        let found = file.metadata().map_err(failed)?;
        if !found.is_file() {
            return Err(TokenError::NotAFile(path.to_owned()));
        }
        let mode = found.permissions().mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(TokenError::Exposed { path: path.to_owned(), mode });
        }
        let mut bytes = Zeroizing::new(Vec::new());
        file.take(TOKEN_FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        let token = core::str::from_utf8(&bytes).ok().and_then(Self::parse);
        token.ok_or_else(|| TokenError::Text(path.to_owned()))
    }

    /// Reads the token in `path`, whose role must include `wanted`.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn read_for(path: &Path, wanted: Role) -> Result<Self, TokenError> {
        let token = Self::read(path)?;
        let found = token.role;
        if found < wanted {
            return Err(TokenError::Role { path: path.to_owned(), found, wanted });
        }
        Ok(token)
    }

    /// Writes the token to `path` and replaces a regular file there. The file is durable
    /// when this returns.
    ///
    /// # Errors
    /// [`TokenError::Unwritten`]. An existing file is left as it was.
    pub fn write(&self, path: &Path) -> Result<(), TokenError> {
        let text = Zeroizing::new(format!("{}\n", *self.text()));
        Ok(replace_secret(path, text.as_bytes())?)
    }
}

impl Tokens {
    /// Reads the tokens in a node's folder, and makes those that are missing.
    ///
    /// # Errors
    /// [`TokenError`] if a token file exists and cannot be used.
    pub fn prepare(folder: &Path) -> Result<Self, TokenError> {
        let hash = |role| Ok((role, sha256(prepared(folder, role)?.text().as_bytes())));
        Ok(Self(Role::ALL.into_iter().map(hash).collect::<Result<_, TokenError>>()?))
    }

    /// The role of the `presented` token, if the node accepts it. All hashes are always compared,
    /// so that the time taken reveals nothing about a token.
    pub fn role_of(&self, presented: &[u8]) -> Option<Role> {
        let presented = sha256(presented);
        self.0.iter().fold(
            None,
            |found, (role, hash)| {
                if *hash == presented { Some(*role) } else { found }
            },
        )
    }
}

/// Reads the token of exactly this role, or makes it if it is missing.
fn prepared(folder: &Path, role: Role) -> Result<Token, TokenError> {
    let path = role.file_in(folder);
    match Token::read(&path) {
        Err(TokenError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let token = Token::generate(role)?;
            token.write(&path)?;
            Ok(token)
        }
        Ok(token) if token.role != role => {
            Err(TokenError::Role { path, found: token.role, wanted: role })
        }
        read => read,
    }
}

/// Opens a file that is no link. A pipe without a writer does not block the opening.
fn open(path: &Path) -> Result<File, TokenError> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).expect("the flags of opening a file are an int");
    OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(|source| {
        match Errno::from_io_error(&source) {
            Some(Errno::LOOP) => TokenError::NotAFile(path.to_owned()),
            _ => TokenError::Io { path: path.to_owned(), source },
        }
    })
}

#[cfg(test)]
mod tests;
