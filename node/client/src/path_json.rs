//! Paths in JSON. Parts of a name that are not UTF-8 are replaced.

use std::path::Path;

use serde::Serializer;

/// A path as a string; for `#[serde(serialize_with)]`.
pub fn path<S: Serializer>(path: &impl AsRef<Path>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&path.as_ref().to_string_lossy())
}
