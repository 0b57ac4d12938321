//! What is said to a party that has used up its share of a day.

use crate::record::charter::Allowance;
use crate::record::statement::Share;
use crate::text::{Code, Time};

/// A party's share of a day that is used up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{by} has made {} {share} with {} bytes today (UTC), and this one has {bytes}; the charter gives \
     a party {} with {} a day. There is room again from {again} on",
    .taken.statements, .taken.bytes, .most.statements, .most.bytes
)]
pub struct DaySpent {
    /// The party whose share it is.
    pub by: Code,
    /// The share that is used up.
    pub share: Share,
    /// What it has added today.
    pub taken: Allowance,
    /// What this statement would add.
    pub bytes: u64,
    /// What the charter gives.
    pub most: Allowance,
    /// When the next day begins.
    pub again: Time,
}
