//! Tokens of the HTTP interface. A token's role says what its holder may ask of the node.
//!
//! ```text
//! nemcon-<role>-<64 hexadecimal digits>            read | submit | operate
//! nemcon-submit-<CODE>-<64 hexadecimal digits>     for another party
//! ```
//!
//! A token is 32 bytes of the system's random source. Its file, `<role>.token` or `submit-<code>.token`, lies beside
//! `node.toml`.
//! What it guarantees: only the owner of the file can read a token, and the node keeps only hashes of
//! tokens in memory. What it does not: a token signs nothing, so its holder cannot speak for a party.

use core::fmt;
use core::str::FromStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Show as _};
use rustix::fs::OFlags;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::atomic_write::{StagedError, replace_secret};

mod known;

pub use known::{NAMED_TOKENS_MAX, TokenFile, Tokens};

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

/// Whom a node takes the holder of a token for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Holder {
    /// What the holder may ask.
    pub role: Role,
    /// The other party that the token is for. Its holder may only hand in this party's statements, and ask what became of
    /// them.
    pub party: Option<Code>,
}

/// A secret that gives its holder a role.
pub struct Token {
    holder: Holder,
    secret: Zeroizing<[u8; 32]>,
}

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
    /// The token is not the one that the name of its file says.
    #[error("token file {}: it holds a token of {found}, and its name says {wanted}", .path.shown())]
    OtherHolder {
        /// The path of the file.
        path: PathBuf,
        /// The token's holder.
        found: Holder,
        /// The holder in the name of the file.
        wanted: Holder,
    },
    /// The folder has more tokens for other parties than a node takes.
    #[error("{}: more than {NAMED_TOKENS_MAX} tokens for other parties lie there", .0.shown())]
    TooMany(PathBuf),
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

impl Holder {
    /// The node's own party, in this role.
    pub const fn own(role: Role) -> Self {
        Self { role, party: None }
    }

    /// Another party, which hands in its statements here.
    pub const fn of_party(code: Code) -> Self {
        Self { role: Role::Submit, party: Some(code) }
    }

    /// The path of the holder's token in a node's folder.
    pub fn file_in(&self, folder: &Path) -> PathBuf {
        match &self.party {
            None => self.role.file_in(folder),
            Some(code) => {
                folder.join(format!("{}-{}.token", self.role, code.as_str().to_lowercase()))
            }
        }
    }
}

/// `submit`, or `submit for BE`.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.party {
            None => write!(f, "{}", self.role),
            Some(code) => write!(f, "{} for {code}", self.role),
        }
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("holder", &self.holder).finish_non_exhaustive()
    }
}

impl Token {
    /// Makes a new token from the system's random source.
    ///
    /// # Errors
    /// [`TokenError::Random`].
    pub fn generate(role: Role) -> Result<Self, TokenError> {
        Self::generate_for(Holder::own(role))
    }

    /// Makes a new token of this holder.
    ///
    /// # Errors
    /// [`TokenError::Random`].
    pub fn generate_for(holder: Holder) -> Result<Self, TokenError> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut secret[..])?;
        Ok(Self { holder, secret })
    }

    /// The token's role.
    pub const fn role(&self) -> Role {
        self.holder.role
    }

    /// Whose token it is.
    pub const fn holder(&self) -> &Holder {
        &self.holder
    }

    /// The text of the token, as a client shows it to a node; without a line end.
    pub fn text(&self) -> Zeroizing<String> {
        let digits = Digest::from_bytes(*self.secret);
        let party = self.holder.party.as_ref().map(|code| format!("{code}-")).unwrap_or_default();
        Zeroizing::new(format!("{PREFIX}{}-{party}{digits}", self.holder.role))
    }

    /// Parses the text of a token file. Only the form that is written is accepted.
    fn parse(text: &str) -> Option<Self> {
        let (holder, digits) = text.strip_prefix(PREFIX)?.strip_suffix('\n')?.rsplit_once('-')?;
        let secret: Digest = digits.parse().ok()?;
        let holder = match holder.split_once('-') {
            None => Holder::own(holder.parse().ok()?),
            Some(("submit", code)) => Holder::of_party(code.parse().ok()?),
            Some(_) => return None,
        };
        Some(Self { holder, secret: Zeroizing::new(*secret.as_bytes()) })
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
        let found = token.role();
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
