//! Which of two lanes is served next.
//!
//! What it guarantees: the urgent lane goes first, and while something waits in the bulk lane, at most
//! [`URGENT_IN_A_ROW_MAX`] urgent frames go before it.

use nemcon_replica::replica::Lane;

/// The most urgent frames in a row while a bulk frame waits.
pub(super) const URGENT_IN_A_ROW_MAX: u32 = 16;

/// Counts the urgent frames that went before bulk that waits.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row(u32);

impl Row {
    /// The lane that goes first now.
    pub(super) const fn first(self) -> Lane {
        if self.0 < URGENT_IN_A_ROW_MAX { Lane::Urgent } else { Lane::Bulk }
    }

    /// A frame of `lane` goes; `bulk_waits` says whether the bulk lane has any.
    pub(super) fn goes(&mut self, lane: Lane, bulk_waits: bool) {
        self.0 = match lane {
            Lane::Urgent if bulk_waits => self.0.saturating_add(1),
            Lane::Urgent | Lane::Bulk => 0,
        };
    }
}
