//! What one party can make all others store: its share of a block, and of a day.

use serde::{Deserialize, Serialize};

use super::error::CharterError;
use super::limits::BLOCK_SHARE_MAX;
use crate::record::limits::RECORD_BYTES_MAX;

/// How much of one sort a party may add a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// How many statements.
    pub statements: u32,
    /// How many bytes they have together, signatures included.
    pub bytes: u64,
}

/// One party's share of what all store. A day is one of UTC, by the times of the blocks.
///
/// Each share stands beside the others: what uses up one leaves the others as they are. A freeze is
/// charged to none, since it stands until the recovery key, or all, end it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// How many statements of one party a block takes, and how many ballots beside them.
    pub block: u32,
    /// What a party may add a day beside all that follows.
    pub day: Allowance,
    /// What its ballots of a day, retractions among them, may add.
    pub ballots: Allowance,
    /// What changes of a member's officers may add a day; and as much, beside that, those of its node
    /// and its membership.
    pub changes: Allowance,
}

impl Shares {
    /// Checks that each share has room for one statement of the largest size.
    pub(super) fn verify(&self) -> Result<(), CharterError> {
        if *self == Self::default() {
            return Err(CharterError::NoShares);
        }
        let Self { block, day, ballots, changes } = self;
        if !(1..=BLOCK_SHARE_MAX).contains(block) {
            return Err(CharterError::BlockShare(*block));
        }
        let has_room = |it: &Allowance| it.statements > 0 && it.bytes >= RECORD_BYTES_MAX as u64;
        let allowances = [("day", day), ("ballots", ballots), ("changes", changes)];
        match allowances.into_iter().find(|(_, allowance)| !has_room(allowance)) {
            None => Ok(()),
            Some((share, _)) => Err(CharterError::ShareTooSmall(share)),
        }
    }
}
