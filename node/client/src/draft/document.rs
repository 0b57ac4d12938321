//! Documents that a draft binds: files beside the draft, or their digests.

use std::io;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;

use nemcon_kit::files;
use nemcon_ledger::record::measure_fields::Document;
use nemcon_ledger::text::allowed::verify_file_name;
use nemcon_ledger::text::{FileName, Label};
use serde::Deserialize;

use super::error::{DraftError, NameError};
use crate::digest::digest_of;

/// A document that a draft binds: a file beside the draft, or the file's digest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "wants a document: { file = \"annex.pdf\", language = \"en\" }"
)]
pub struct DraftDocument {
    /// The path of the file in the draft's folder. Digest and length are computed from the file.
    pub file: Option<PathBuf>,
    /// The document's name; by default the file's name.
    pub name: Option<FileName>,
    /// The document's language; by default `en`.
    pub language: Option<Label>,
    /// The document's length in bytes, if no file is given.
    pub length: Option<u64>,
    /// The document's SHA-256, if no file is given.
    pub digest: Option<Digest>,
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
