//! Times in the files of a backup: RFC 3339, as in the ledger.

use core::fmt::Display;

use nemcon_ledger::text::Time;
use serde::{Deserialize as _, Deserializer, Serializer, de};

pub(super) fn serialize<T: Display, S: Serializer>(time: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Time, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}
