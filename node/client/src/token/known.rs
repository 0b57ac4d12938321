//! The tokens that a node knows: those of its own roles, and those that it has given to other parties.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use nemcon_crypto::Digest;
use nemcon_crypto::hash::sha256;
use nemcon_ledger::text::Time;

use super::{Holder, Role, Token, TokenError};

/// The greatest number of tokens for other parties that a node takes.
pub const NAMED_TOKENS_MAX: usize = 256;

/// The tokens that a node accepts, as hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens(Vec<(Holder, Digest)>);

/// A token file in a node's folder.
#[derive(Debug)]
pub struct TokenFile {
    /// The path of the file.
    pub path: PathBuf,
    /// Whose token is in it, or why the node would not take it.
    pub holder: Result<Holder, TokenError>,
    /// When the file was made, by the file system; `None` if that is not known.
    pub made: Option<Time>,
}

impl Tokens {
    /// Reads the tokens in a node's folder, and makes those of its own roles that are missing.
    ///
    /// # Errors
    /// [`TokenError`] if a token file exists and cannot be used.
    pub fn prepare(folder: &Path) -> Result<Self, TokenError> {
        let mut tokens = Vec::new();
        for role in Role::ALL {
            tokens.push((Holder::own(role), sha256(prepared(folder, role)?.text().as_bytes())));
        }
        for (path, holder) in named(folder)? {
            let token = named_as(&path, &holder)?;
            tokens.push((holder, sha256(token.text().as_bytes())));
        }
        Ok(Self(tokens))
    }

    /// Whom the node takes the holder of the `presented` token for, if it accepts the token. All hashes are
    /// always compared, so that the time taken reveals nothing about a token.
    pub fn holder_of(&self, presented: &[u8]) -> Option<&Holder> {
        let presented = sha256(presented);
        self.0.iter().fold(
            None,
            |found, (holder, hash)| {
                if *hash == presented { Some(holder) } else { found }
            },
        )
    }

    /// Every token file in a node's folder: those of the node's roles first, then those for other parties.
    ///
    /// # Errors
    /// [`TokenError`] if the folder cannot be read.
    pub fn listed(folder: &Path) -> Result<Vec<TokenFile>, TokenError> {
        let own = Role::ALL.map(|role| (role.file_in(folder), Holder::own(role)));
        let own = own.into_iter().filter(|(path, _)| path.symlink_metadata().is_ok());
        let files = own.chain(named(folder)?).map(|(path, wanted)| TokenFile {
            holder: named_as(&path, &wanted).map(|token| token.holder),
            made: made(&path),
            path,
        });
        Ok(files.collect())
    }
}

/// The time at which a file was made or replaced.
fn made(path: &Path) -> Option<Time> {
    let since = path.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Time::from_ms(u64::try_from(since.as_millis()).ok()?).ok()
}

/// The files of tokens for other parties, in the order of the parties' codes.
fn named(folder: &Path) -> Result<Vec<(PathBuf, Holder)>, TokenError> {
    let failed = |source| TokenError::Io { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let Some(holder) = name.to_str().and_then(holder_named) else { continue };
        if found.len() == NAMED_TOKENS_MAX {
            return Err(TokenError::TooMany(folder.to_owned()));
        }
        found.push((folder.join(&name), holder));
    }
    found.sort();
    Ok(found)
}

/// The holder that the name of a file says: `submit-be.token`.
fn holder_named(name: &str) -> Option<Holder> {
    let code = name.strip_prefix("submit-")?.strip_suffix(".token")?;
    let is_lower = !code.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(Holder::of_party(code.to_uppercase().parse().ok().filter(|_| is_lower)?))
}

/// Reads the token of exactly this holder.
fn named_as(path: &Path, wanted: &Holder) -> Result<Token, TokenError> {
    let token = Token::read(path)?;
    if token.holder == *wanted {
        return Ok(token);
    }
    let (path, found, wanted) = (path.to_owned(), token.holder, wanted.clone());
    Err(TokenError::OtherHolder { path, found, wanted })
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
        Ok(Token { holder: found @ Holder { party: Some(_), .. }, .. }) => {
            Err(TokenError::OtherHolder { path, found, wanted: Holder::own(role) })
        }
        Ok(token) if token.role() != role => {
            Err(TokenError::Role { path, found: token.role(), wanted: role })
        }
        read => read,
    }
}
