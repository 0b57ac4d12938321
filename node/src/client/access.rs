//! Where a client finds the token that a call needs.

use std::path::{Path, PathBuf};

use ureq::http::HeaderValue;

use crate::token::{Role, Token, TokenError};

/// By which token a node is asked. Its file is read anew for each call: one that was remade counts at
/// once, and none stays in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// By none: only `/health` is answered.
    None,
    /// By the token in this file, whatever is asked.
    File(PathBuf),
    /// By the tokens in a node's folder, each call by the one of the least role that suffices.
    Folder(PathBuf),
}

impl Access {
    /// The file whose token a call of this role shows.
    pub(super) fn file(&self, wanted: Role) -> Option<PathBuf> {
        match self {
            Self::None => None,
            Self::File(path) => Some(path.clone()),
            Self::Folder(folder) => Some(wanted.file_in(folder)),
        }
    }

    /// The value of `Authorization` for a call of this role, which is never printed.
    pub(super) fn bearer(&self, wanted: Role) -> Result<Option<HeaderValue>, TokenError> {
        self.file(wanted).map(|path| bearer(&path, wanted)).transpose()
    }
}

fn bearer(path: &Path, wanted: Role) -> Result<HeaderValue, TokenError> {
    let token = Token::read_for(path, wanted)?;
    let value = zeroize::Zeroizing::new(format!("Bearer {}", *token.text()));
    let mut value = HeaderValue::from_str(&value).expect("a token is made of visible ASCII");
    value.set_sensitive(true);
    Ok(value)
}
