//! Documents that a draft binds: files beside it, or their digests.

use std::io;
use std::path::Path;

use nemcon_kit::files;
use nemcon_ledger::record::parts::Document;
use nemcon_ledger::text::allowed::verify_file_name;
use nemcon_ledger::text::value::ValueError;
use nemcon_ledger::text::{CharacterError, FileName, Label};

use super::{DraftDocument, DraftError};
use crate::digest::digest_of;

/// Why a file's name cannot stand in a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// One of its characters.
    #[error("{0}")]
    Character(#[from] CharacterError),
    /// Its length, or a space at its ends.
    #[error("it {0}")]
    Form(#[from] ValueError),
}

impl DraftDocument {
    pub(super) fn bind(&self, at: usize, folder: &Path) -> Result<Document, DraftError> {
        let language = || self.language.clone().unwrap_or_else(english);
        match (&self.file, self.length, self.digest) {
            (Some(file), None, None) => {
                let path = folder.join(file);
                let name = match &self.name {
                    Some(name) => name.clone(),
                    None => file_name(file).map_err(|error| DraftError::DocumentName {
                        at,
                        path: file.clone(),
                        error,
                    })?,
                };
                let file = files::open(&path).map_err(io::Error::from);
                let read = file.and_then(|file| digest_of(file, u64::MAX));
                let failed = |source: io::Error| DraftError::DocumentFile { at, path, source };
                let (digest, length) = read.map_err(failed)?;
                Ok(Document { digest, length, language: language(), name })
            }
            (None, Some(length), Some(digest)) => {
                let name = self.name.clone().ok_or(DraftError::Document(at))?;
                Ok(Document { digest, length, language: language(), name })
            }
            _ => Err(DraftError::Document(at)),
        }
    }
}

/// The last part of a path, as a record may name it.
fn file_name(path: &Path) -> Result<FileName, NameError> {
    let name = path.file_name().unwrap_or_default().to_str().ok_or(NameError::Encoding)?;
    verify_file_name(name)?;
    Ok(name.parse::<FileName>()?)
}

fn english() -> Label {
    "en".parse().expect("`en` is a label")
}
