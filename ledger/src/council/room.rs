//! What a block and a day have room for. Each party has its own share of both, so that no party can
//! take up the share of another.
//!
//! ```text
//! in a block, in this order        of one party                     of all together
//! freezes, officers, seats         one each, as their law says      512 KiB
//! ballots                          `block` of them, 14 KiB          90 members: 1,260 KiB
//! all else                         `block` of them, 64 KiB          2 MiB with what stands before
//! ```
//!
//! So the ballots of every member have room in every block, whatever else waits: 512 KiB and 1,260
//! KiB are less than 2 MiB.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::limits::{
    BALLOT_BYTES_PER_BLOCK_MAX, BLOCK_CHANGE_BYTES_MAX, BLOCK_STATEMENT_BYTES_MAX,
    STATEMENT_BYTES_PER_BLOCK_MAX, STEERED_PER_BLOCK_MAX,
};
use super::refusal::{DaySpent, Refusal};
use crate::record::charter::{Allowance, Shares};
use crate::record::statement::{Share, Statement};
use crate::text::{Code, Time};

/// A statement that asks for room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) by: &'a Code,
    pub(super) share: Share,
    pub(super) bytes: usize,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(statement: &'a Statement) -> Self {
        let body = &statement.body;
        Self { by: &body.head().by, share: body.share(), bytes: statement.bytes() }
    }
}

/// What parties have taken up of the day under way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Days {
    /// Which day, counted from the epoch.
    day: u64,
    today: BTreeMap<Code, Today>,
}

/// What parties have taken up of the block under way.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockRoom {
    taken: BTreeMap<(Code, Share), Allowance>,
    /// Bytes of the block's statements, and of those among them that are changes.
    bytes: usize,
    change_bytes: usize,
    /// The measures of the block that each party steers.
    steered: BTreeMap<Code, BTreeSet<u64>>,
}

/// What one party has added today.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Today {
    taken: BTreeMap<Share, Allowance>,
    is_renewed: bool,
}

impl Days {
    /// A block begins; with it, perhaps, a day.
    pub(super) fn open(&mut self, time: Time) {
        let day = time.day();
        if day != self.day {
            *self = Self { day, today: BTreeMap::new() };
        }
    }

    /// Checks that the day has room for a statement.
    pub(super) fn verify(
        &self,
        wanted: &Wanted<'_>,
        shares: &Shares,
        now: Time,
    ) -> Result<(), Refusal> {
        let Wanted { by, share, bytes } = *wanted;
        let Some(most) = allowance(share, shares) else { return Ok(()) };
        let taken = self.today.get(by).and_then(|today| today.taken.get(&share));
        let taken = taken.copied().unwrap_or_default();
        let bytes = bytes as u64;
        if taken.statements < most.statements && taken.bytes.saturating_add(bytes) <= most.bytes {
            return Ok(());
        }
        let (by, again) = (by.clone(), now.next_day());
        Err(Refusal::DaySpent(Box::new(DaySpent { by, share, taken, bytes, most, again })))
    }

    /// Charges a statement that was let in.
    pub(super) fn take(&mut self, wanted: &Wanted<'_>) {
        let today = self.today.entry(wanted.by.clone()).or_default();
        charge(today.taken.entry(wanted.share).or_default(), wanted.bytes);
    }

    /// Gives a party whose freeze has ended its shares of the day anew, once a day, because a thief
    /// of its keys may have used them up. The share for changes of officers is not renewed: such a
    /// change needs the recovery key, which the thief did not have.
    pub(super) fn renew(&mut self, code: &Code) {
        let today = self.today.entry(code.clone()).or_default();
        if !today.is_renewed {
            today.is_renewed = true;
            today.taken.retain(|share, _| *share == Share::Officers);
        }
    }
}

impl BlockRoom {
    /// Checks that the block has room for a statement.
    pub(super) fn verify(&self, wanted: &Wanted<'_>, shares: &Shares) -> Result<(), Refusal> {
        let Wanted { by, share, bytes } = *wanted;
        let taken = self.taken.get(&(by.clone(), share)).copied().unwrap_or_default();
        let is_beyond = bytes_per_block(share).is_some_and(|most| {
            taken.statements >= shares.block
                || taken.statements > 0 && taken.bytes + bytes as u64 > most as u64
        });
        if is_beyond {
            return Err(Refusal::QuotaSpent(by.clone()));
        }
        let is_full = self.bytes + bytes > BLOCK_STATEMENT_BYTES_MAX
            || share.is_change() && self.change_bytes + bytes > BLOCK_CHANGE_BYTES_MAX;
        if is_full { Err(Refusal::BlockFull) } else { Ok(()) }
    }

    /// Charges a statement that was let in.
    pub(super) fn take(&mut self, wanted: &Wanted<'_>) {
        let Wanted { by, share, bytes } = *wanted;
        charge(self.taken.entry((by.clone(), share)).or_default(), bytes);
        self.bytes += bytes;
        if share.is_change() {
            self.change_bytes += bytes;
        }
    }

    /// Checks that a party may still steer these measures in this block.
    pub(super) fn verify_steered(&self, by: &Code, numbers: &[u64]) -> Result<(), Refusal> {
        let steered = self.steered.get(by);
        let is_new = |number: &&u64| steered.is_none_or(|steered| !steered.contains(number));
        let new = numbers.iter().filter(is_new).count();
        if steered.map_or(0, BTreeSet::len) + new > STEERED_PER_BLOCK_MAX {
            return Err(Refusal::QuotaSpent(by.clone()));
        }
        Ok(())
    }

    /// Notes that a party steers these measures.
    pub(super) fn steer(&mut self, by: &Code, numbers: &[u64]) {
        self.steered.entry(by.clone()).or_default().extend(numbers);
    }
}

/// Adds one statement of so many bytes.
const fn charge(taken: &mut Allowance, bytes: usize) {
    taken.statements = taken.statements.saturating_add(1);
    taken.bytes = taken.bytes.saturating_add(bytes as u64);
}

/// What the charter gives one party a day. Freezes have no limit a day: a frozen party cannot freeze
/// itself again before the freeze has ended.
const fn allowance(share: Share, shares: &Shares) -> Option<Allowance> {
    match share {
        Share::Freezes => None,
        Share::Officers | Share::Seats => Some(shares.changes),
        Share::Ballots => Some(shares.ballots),
        Share::Rest => Some(shares.day),
    }
}

/// How many bytes of a block one party's statements of a share may have. Changes have no such
/// limit: the law takes one of each sort from a party in a block.
const fn bytes_per_block(share: Share) -> Option<usize> {
    match share {
        Share::Freezes | Share::Officers | Share::Seats => None,
        Share::Ballots => Some(BALLOT_BYTES_PER_BLOCK_MAX),
        Share::Rest => Some(STATEMENT_BYTES_PER_BLOCK_MAX),
    }
}
