//! Paths in JSON. Parts of a name that are not UTF-8 are replaced.

use std::path::{Path, PathBuf};

use serde::Serializer;

/// A path as a string; for `#[serde(serialize_with)]`.
pub fn path<S: Serializer>(path: &impl AsRef<Path>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&path.as_ref().to_string_lossy())
}

/// A path as a string, or nothing; for `#[serde(serialize_with)]`.
pub fn maybe<S: Serializer>(given: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    match given {
        Some(at) => path(at, to),
        None => to.serialize_none(),
    }
}
