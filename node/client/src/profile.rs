//! A profile: who somebody is, once, so that no command must be told again.
//!
//! ```toml
//! # ~/.config/nemcon/default.toml
//! node = "http://127.0.0.1:4201"          # or: config = "/etc/nemcon/node.toml"
//! token = "/etc/nemcon/token-submit"
//! council = "<digest>"
//! party = "BE"
//! keys = ["/media/stick/officer-desk.key", "pkcs11:token=Danmark;object=desk"]
//!
//! [fallback]                              # where statements go if that node does not answer
//! node = "https://node.bg.example:4443"
//! token = "/etc/nemcon/submit-be.token"
//! ca = "/etc/nemcon/bg.pem"
//! ```
//!
//! What it guarantees: a file that somebody else could have written is refused, because it says which council is meant. What it
//! does not: it holds no secret, and where tokens and keys lie is not checked before they are used.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Show as _};
use serde::{Deserialize, Serialize};

use crate::atomic_write::new_file;
use crate::config::load_toml;
use crate::failure::Failure;
use crate::party_key::KeyPlace;

/// The profile that is used where none is named.
pub const DEFAULT_PROFILE: &str = "default";
/// The environment variable that names one.
pub const PROFILE_VARIABLE: &str = "NEMCON_PROFILE";
/// The permission bits by which others can write a file.
const OTHERS_WRITE: u32 = 0o022;

/// Which node, which council, which party, which keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// A node's HTTP interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// A node's configuration, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<PathBuf>,
    /// The file of a token that the node knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<PathBuf>,
    /// The authorities that an `https` node is checked against, in place of those of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
    /// The council digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub council: Option<Digest>,
    /// The code of the party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<Code>,
    /// The officers' keys: files, or URIs of keys in tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeyPlace>,
    /// The PKCS#11 module for keys in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkcs11_module: Option<PathBuf>,
    /// Another node, to which statements go if the first one does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// Another member's node, which takes this party's statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fallback {
    /// The node's HTTP interface.
    pub node: String,
    /// The file of a token that the node knows.
    pub token: PathBuf,
    /// The authorities that the node is checked against, in place of those of this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
}

impl Profile {
    /// Where profiles lie: `nemcon` in `$XDG_CONFIG_HOME`, or in `~/.config`; `None` if this user has neither.
    pub fn folder() -> Option<PathBuf> {
        let absolute =
            |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let config = absolute("XDG_CONFIG_HOME");
        let config = config.or_else(|| Some(absolute("HOME")?.join(".config")))?;
        Some(config.join("nemcon"))
    }

    /// Where the profile of this name lies.
    ///
    /// # Errors
    /// [`Failure`] if it is no name, or this user has no place for profiles.
    pub fn path(name: &str) -> Result<PathBuf, Failure> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_name) {
            return Err(Failure::usage(format_args!("{} is no name of a profile", name.shown()))
                .next("a name has letters, digits, `-` and `_`"));
        }
        let folder = Self::folder().ok_or_else(|| {
            Failure::usage(
                "there is no place for profiles: neither HOME nor XDG_CONFIG_HOME is set",
            )
            .next("set one of them to the absolute path of a folder")
        })?;
        Ok(folder.join(format!("{name}.toml")))
    }

    /// The names of all profiles, in their order.
    pub fn names() -> Vec<String> {
        let entries = Self::folder().map(fs::read_dir).into_iter().flatten().flatten().flatten();
        let name = |path: PathBuf| {
            let is_toml = path.extension().is_some_and(|it| it == "toml");
            let stem = path.file_stem().filter(|_| is_toml)?.to_str()?.to_owned();
            Self::path(&stem).ok().map(|_| stem)
        };
        let mut names: Vec<_> = entries.filter_map(|entry| name(entry.path())).collect();
        names.sort();
        names
    }

    /// Reads the profile of this name. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`Failure`] if there is none, somebody else could have written it, or it is no profile.
    pub fn load(name: &str) -> Result<Self, Failure> {
        let path = Self::path(name)?;
        let shown = path.shown();
        let found = fs::metadata(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                Failure::usage(format_args!("there is no profile {}", name.shown())).next(
                    "`nemcon profile new NAME` makes one; `nemcon profile show` names those that are there",
                )
            }
            _ => Failure::usage(format_args!("{shown}: {error}")).next("see who may read it"),
        })?;
        if found.mode() & OTHERS_WRITE != 0 {
            return Err(Failure::usage(format_args!(
                "{shown}: others can write it (mode {:04o}), and it says which council is meant",
                found.mode() & 0o7777
            ))
            .next("compare its council digest with the founding papers, then `chmod 600` it"));
        }
        let mut profile: Self = load_toml(&path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        for file in profile.files_mut() {
            *file = folder.join(&*file);
        }
        if profile.node.is_some() && profile.config.is_some() {
            return Err(Failure::usage(format_args!("{shown} names `node` and `config`"))
                .next("leave one of them out"));
        }
        Ok(profile)
    }

    /// Writes the profile under this name, for its owner alone. Relative paths are taken from the present folder.
    ///
    /// # Errors
    /// [`Failure`], also if there is one of this name.
    pub fn write_new(mut self, name: &str) -> Result<PathBuf, Failure> {
        let path = Self::path(name)?;
        let failed = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("{}: {error}", path.shown()))
                .next("see who may write there")
        };
        for file in self.files_mut() {
            *file = std::path::absolute(&*file).map_err(|error| failed(&error))?;
        }
        if path.exists() {
            return Err(Failure::usage(format_args!(
                "there is a profile {} already",
                name.shown()
            ))
            .next(format_args!("edit {}, or name another one", path.shown())));
        }
        let text = toml::to_string(&self).map_err(|error| failed(&error))?;
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(|it| failed(&it))?;
        new_file(&path, text.as_bytes()).map_err(|error| failed(&error))?;
        Ok(path)
    }

    fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let keys = self.keys.iter_mut().flat_map(KeyPlace::files_mut);
        let other = self.fallback.iter_mut();
        let other = other.flat_map(|it| core::iter::once(&mut it.token).chain(&mut it.ca));
        let own = self.config.iter_mut().chain(&mut self.token).chain(&mut self.ca);
        own.chain(&mut self.pkcs11_module).chain(keys).chain(other)
    }
}
