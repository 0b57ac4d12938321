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
    /// By the tokens in a node's folder, each call by the one of the least role that suffices; a call that
    /// reads by the one that hands in records too, where it is there: whatever all those do who have only
    /// the token for reading, a node leaves room for it.
    Folder(PathBuf),
}

impl Access {
    /// The file whose token a call of this role shows.
    pub(super) fn file(&self, wanted: Role) -> Option<PathBuf> {
        match self {
            Self::None => None,
            Self::File(path) => Some(path.clone()),
            Self::Folder(folder) => {
                let stronger = Role::Submit.file_in(folder);
                let is_there = wanted == Role::Read && stronger.exists();
                Some(if is_there { stronger } else { wanted.file_in(folder) })
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_the_folder_reads_by_the_token_that_readers_do_not_have() {
        let folder = tempfile::tempdir().unwrap();
        let access = Access::Folder(folder.path().to_owned());
        let file = |wanted| access.file(wanted).unwrap();
        assert_eq!(file(Role::Read), Role::Read.file_in(folder.path()));
        std::fs::write(Role::Submit.file_in(folder.path()), "").unwrap();
        assert_eq!(file(Role::Read), Role::Submit.file_in(folder.path()));
        assert_eq!(file(Role::Operate), Role::Operate.file_in(folder.path()));
    }
}
