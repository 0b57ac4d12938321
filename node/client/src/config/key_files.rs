//! The keys that a configuration names for one use.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::keyfile::{CredentialNameError, KeySource};

/// Where a key is, or a list of several places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, try_from = "Written")]
pub enum KeyFiles {
    /// A single place: `"node.key"` or `"credential:node"`.
    One(KeySource),
    /// A list of places: `["node.key", "node-2.key"]`.
    Several(Vec<KeySource>),
}

/// What stands in the file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "wants a file, or a list of files")]
enum Written {
    One(PathBuf),
    Several(Vec<PathBuf>),
}

impl TryFrom<Written> for KeyFiles {
    type Error = CredentialNameError;

    fn try_from(written: Written) -> Result<Self, CredentialNameError> {
        Ok(match written {
            Written::One(place) => Self::One(KeySource::parse(place)?),
            Written::Several(places) => {
                Self::Several(places.into_iter().map(KeySource::parse).collect::<Result<_, _>>()?)
            }
        })
    }
}

impl KeyFiles {
    /// Where the keys are, in the order of the configuration.
    pub fn sources(&self) -> &[KeySource] {
        match self {
            Self::One(source) => core::slice::from_ref(source),
            Self::Several(sources) => sources,
        }
    }

    pub(super) fn take_from(&mut self, folder: &Path) {
        let sources = match self {
            Self::One(source) => core::slice::from_mut(source),
            Self::Several(sources) => sources,
        };
        for source in sources {
            source.take_from(folder);
        }
    }
}

impl From<&str> for KeyFiles {
    fn from(path: &str) -> Self {
        Self::One(PathBuf::from(path).into())
    }
}
