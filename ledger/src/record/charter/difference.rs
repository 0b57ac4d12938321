//! Where a charter is unlike the law that it models.

use serde::{Deserialize, Serialize};

use crate::text::words::words;
use crate::text::{Label, Line};

words!(
    /// How a charter is unlike the law that it models.
    How,
    "one of stricter, looser, not-modelled",
    {
        /// It asks for more.
        Stricter = "stricter",
        /// It asks for less.
        Looser = "looser",
        /// It knows nothing of it.
        NotModelled = "not-modelled",
    }
);

/// Something in which a charter is unlike the law that it models.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// How it is unlike.
    pub how: How,
    /// The matter: a section of `docs/law.md`.
    pub topic: Label,
    /// What is unlike, in a sentence.
    pub says: Line,
    /// The kinds of measure that it is about; none: all.
    #[serde(default)]
    pub kinds: Vec<Label>,
}

impl Difference {
    /// Whether it is about measures of this kind.
    pub fn is_about(&self, kind: &Label) -> bool {
        self.kinds.is_empty() || self.kinds.contains(kind)
    }
}
