//! Key files: each holds one secret key and is readable by its owner alone.
//!
//! ```text
//! nemcon/v1 key
//! role officer                     officer | recovery | node | seal | witness
//! public <base64 of 32 bytes>
//! secret <base64 of the 32-byte seed>
//! ```
//!
//! What it guarantees: a file that others can read or write is refused, and an existing file is never
//! overwritten. What it does not: the secret is not encrypted.

use core::fmt;
use core::str::FromStr;
use std::io::{self, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nemcon_crypto::{PublicKey, SecretKey};
use nemcon_kit::files;
use nemcon_ledger::text::Show as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::atomic_write::new_file;

/// The first line of every key file.
const FIRST_LINE: &str = "nemcon/v1 key";
/// The longest key file, in bytes. A real key file has less than half of it.
const KEY_FILE_BYTES_MAX: u64 = 512;
/// The permission bits of everybody but the owner.
const OTHERS: u32 = 0o077;

/// The use of a key. Each key has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    /// The key signs statements of its party.
    Officer,
    /// The key is kept offline. With it alone, the member's officer keys change.
    Recovery,
    /// The key is the node's identity: TLS, consensus votes, log signature.
    Node,
    /// The key seals checkpoints.
    Seal,
    /// The key cosigns checkpoints of logs, for a witness that belongs to no council.
    Witness,
}

/// A secret key with its use.
#[derive(Clone, Debug)]
pub struct KeyFile {
    /// The use of the key.
    pub role: KeyRole,
    /// The secret key.
    pub secret: SecretKey,
}

/// The error for a text that is no role of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key's role is one of officer, recovery, node, seal, witness")]
pub struct KeyRoleError;

/// What is wrong with the text of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// The first line is not that of a key file.
    #[error("its first line is not `{FIRST_LINE}`")]
    NotAKey,
    /// A line is missing, out of order, or one too many.
    #[error("it wants the lines `role`, `public` and `secret`, in this order, and no other")]
    Lines,
    /// The role is unknown.
    #[error("{0}")]
    Role(#[from] KeyRoleError),
    /// A half of the key is not the base64 of 32 bytes.
    #[error("its secret is not 32 bytes in padded base64")]
    Secret,
    /// The public half does not belong to the secret one.
    #[error("its public key is not that of its secret")]
    Public,
}

/// Why a key file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("key file {}: {source}", .path.shown())]
    Io {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file exists already at this path. A key is never overwritten.
    #[error("key file {}: it exists already, and a key is never overwritten", .0.shown())]
    Exists(PathBuf),
    /// Others than the owner can read or write the file.
    #[error(
        "key file {}: others can read or write it (mode {mode:04o}); if it has been private, \
         `chmod 600` it, if not, make a new key",
        .path.shown()
    )]
    Exposed {
        /// The path of the file.
        path: PathBuf,
        /// The permission bits of the file.
        mode: u32,
    },
    /// The text of the file is no key.
    #[error("key file {}: {error}", .path.shown())]
    Text {
        /// The path of the file.
        path: PathBuf,
        /// What is wrong with the text.
        error: KeyTextError,
    },
    /// The key has another use than the wanted one.
    #[error("key file {}: its role is {found}; a key of role {wanted} is wanted here", .path.shown())]
    Role {
        /// The path of the file.
        path: PathBuf,
        /// The key's use.
        found: KeyRole,
        /// The wanted use.
        wanted: KeyRole,
    },
    /// The operating system gave no random bytes.
    #[error("the system's random source failed: {0}")]
    Random(#[from] getrandom::Error),
}

impl KeyRole {
    /// All uses of keys.
    pub const ALL: [Self; 5] =
        [Self::Officer, Self::Recovery, Self::Node, Self::Seal, Self::Witness];

    /// The written form of the use, as in a key file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Recovery => "recovery",
            Self::Node => "node",
            Self::Seal => "seal",
            Self::Witness => "witness",
        }
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KeyRole {
    type Err = KeyRoleError;

    fn from_str(text: &str) -> Result<Self, KeyRoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(KeyRoleError)
    }
}

impl KeyFile {
    /// Makes a new key from the system's random source.
    ///
    /// # Errors
    /// [`KeyFileError::Random`].
    pub fn generate(role: KeyRole) -> Result<Self, KeyFileError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut seed[..])?;
        Ok(Self { role, secret: SecretKey::from_seed(&seed) })
    }

    /// Parses the text of a key file. Only the form that [`KeyFile::render`] writes is accepted.
    ///
    /// # Errors
    /// [`KeyTextError`].
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(KeyTextError::NotAKey);
        }
        let mut value = |field: &str| {
            let line = lines.next().ok_or(KeyTextError::Lines)?;
            let value = line.strip_prefix(field).and_then(|rest| rest.strip_prefix(' '));
            value.ok_or(KeyTextError::Lines)
        };
        let (role, public, secret) = (value("role")?, value("public")?, value("secret")?);
        let role = role.parse()?;
        let secret = parse_seed(secret)?;
        let public: PublicKey = public.parse().map_err(|_| KeyTextError::Public)?;
        let key = Self { role, secret };
        if key.secret.public() != public {
            return Err(KeyTextError::Public);
        }
        if *key.render() == *text { Ok(key) } else { Err(KeyTextError::Lines) }
    }

    /// The text of the key file.
    pub fn render(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(STANDARD.encode(self.secret.seed()));
        let (role, public) = (self.role, self.secret.public());
        Zeroizing::new(format!("{FIRST_LINE}\nrole {role}\npublic {public}\nsecret {}\n", *secret))
    }

    /// Writes the key to a new file that only its owner can read. The file is durable when this returns.
    ///
    /// # Errors
    /// [`KeyFileError`]. An existing file is left as it was.
    pub fn write(&self, path: &Path) -> Result<(), KeyFileError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
            _ => KeyFileError::Io { path: path.to_owned(), source },
        };
        new_file(path, self.render().as_bytes()).map_err(failed)
    }

    /// Reads a key file that only its owner can read or write.
    ///
    /// # Errors
    /// [`KeyFileError`].
    pub fn read(path: &Path) -> Result<Self, KeyFileError> {
        let failed = |source| KeyFileError::Io { path: path.to_owned(), source };
        let file = files::open(path).map_err(|error| failed(error.into()))?;
        let mode = file.metadata().map_err(failed)?.permissions().mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(KeyFileError::Exposed { path: path.to_owned(), mode });
        }
        let mut text = Zeroizing::new(String::new());
        file.take(KEY_FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        Self::parse(&text).map_err(|error| KeyFileError::Text { path: path.to_owned(), error })
    }
}

fn parse_seed(text: &str) -> Result<SecretKey, KeyTextError> {
    let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyTextError::Secret)?);
    let seed = <&[u8; 32]>::try_from(&bytes[..]).map_err(|_| KeyTextError::Secret)?;
    Ok(SecretKey::from_seed(seed))
}

/// Reads the key in `path`, whose use must be `role`.
///
/// # Errors
/// [`KeyFileError`].
pub fn load(path: &Path, role: KeyRole) -> Result<SecretKey, KeyFileError> {
    let key = KeyFile::read(path)?;
    if key.role != role {
        let (found, wanted) = (key.role, role);
        return Err(KeyFileError::Role { path: path.to_owned(), found, wanted });
    }
    Ok(key.secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> KeyFile {
        KeyFile { role: KeyRole::Seal, secret: SecretKey::from_seed(&[7; 32]) }
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        key().write(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(load(&path, KeyRole::Seal).unwrap().seed(), &[7; 32]);
    }

    #[test]
    fn a_key_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        key().write(&path).unwrap();
        let other = KeyFile::generate(KeyRole::Node).unwrap();
        assert!(matches!(other.write(&path), Err(KeyFileError::Exists(_))));
        assert_eq!(load(&path, KeyRole::Seal).unwrap().seed(), &[7; 32]);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        key().write(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o700 | 0o001] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = KeyFile::read(&path);
            assert!(matches!(read, Err(KeyFileError::Exposed { .. })), "{mode:o}");
        }
    }

    #[test]
    fn a_key_for_another_use_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        key().write(&path).unwrap();
        let error = load(&path, KeyRole::Officer).unwrap_err().to_string();
        assert!(
            error.ends_with("its role is seal; a key of role officer is wanted here"),
            "{error}"
        );
    }

    #[test]
    fn only_the_written_form_parses() {
        let text = key().render();
        let other = SecretKey::from_seed(&[8; 32]).public().to_string();
        let public = key().secret.public().to_string();
        for (wrong, error) in [
            (text.replace("v1", "v2"), KeyTextError::NotAKey),
            (String::new(), KeyTextError::NotAKey),
            (text.replace("role seal", "role chair"), KeyTextError::Role(KeyRoleError)),
            (text.replace("role seal\n", ""), KeyTextError::Lines),
            (format!("{}comment\n", *text), KeyTextError::Lines),
            (text.trim_end().to_owned(), KeyTextError::Lines),
            (text.replace('\n', "\r\n"), KeyTextError::Lines),
            (text.replace(&public, &other), KeyTextError::Public),
            (text.replace("secret BwcH", "secret Bwc"), KeyTextError::Secret),
        ] {
            assert_eq!(KeyFile::parse(&wrong).unwrap_err(), error, "{wrong}");
        }
    }

    #[test]
    fn two_new_keys_differ() {
        let [a, b] = [(); 2].map(|()| KeyFile::generate(KeyRole::Officer).unwrap());
        assert_ne!(a.secret.seed(), b.secret.seed());
    }
}
