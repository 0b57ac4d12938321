//! The number of an attempt to decide one height.

use serde::{Deserialize, Serialize};

/// An attempt to decide one height, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Round(pub u32);
