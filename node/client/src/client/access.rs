//! Which token a client shows with a call, and where it finds the token.

use std::path::{Path, PathBuf};

use ureq::http::HeaderValue;

use crate::token::{Role, Token, TokenError};

/// The tokens that a client may show. A token's file is read anew for each call, so a renewed token
/// counts at once and none stays in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// No token: the node answers only `/health`.
    None,
    /// The token in this file, for every call.
    File(PathBuf),
    /// The tokens in a node's folder. Each call shows the token of the least role that suffices. A
    /// call that only reads shows the token for submitting if that file exists: the node keeps room
    /// for holders of that token, however many requests come with the token for reading.
    Folder(PathBuf),
}

impl Access {
    /// The file of the token that a call of this role shows.
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

    /// The value of the header `Authorization` for a call of this role. It is marked as never
    /// to be printed.
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
