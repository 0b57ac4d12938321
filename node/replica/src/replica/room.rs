//! How much of each party waits, and how much more may.
//!
//! What it guarantees: each share of a party is counted apart, as the law charges it, so that statements of one
//! share keep none of another out, and none of another party.

use std::collections::BTreeMap;

use nemcon_ledger::record::Statement;
use nemcon_ledger::record::statement::Share;
use nemcon_ledger::text::Code;

/// The most ballots of one party that wait.
pub const PENDING_BALLOTS_PER_MEMBER_MAX: usize = 256;
/// The most statements of one party that wait beside its ballots.
pub const PENDING_PER_MEMBER_MAX: usize = 32;
/// The most bytes of the ballots of one party that wait, and of its other statements.
pub const PENDING_BYTES_PER_MEMBER_MAX: usize = 256 * 1024;
/// The most freezes of one party that wait, the most changes of its officers, and of its node and
/// membership. A thief of officer keys has one freeze, and that serves the member.
pub const PENDING_CHANGES_PER_MEMBER_MAX: usize = 2;

/// What waits of one party and one share.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    statements: usize,
    bytes: usize,
}

/// What waits of all parties.
#[derive(Clone, Debug, Default)]
pub struct Room(BTreeMap<(Code, Share), Taken>);

impl Room {
    /// Whether there is room for a statement, as a record of so many bytes.
    pub fn is_for(&self, statement: &Statement, bytes: usize) -> bool {
        let key = share_of(statement);
        let taken = self.0.get(&key).copied().unwrap_or_default();
        let most = match key.1 {
            Share::Freezes | Share::Officers | Share::Seats => PENDING_CHANGES_PER_MEMBER_MAX,
            Share::Ballots => PENDING_BALLOTS_PER_MEMBER_MAX,
            Share::Rest => PENDING_PER_MEMBER_MAX,
        };
        taken.statements < most && taken.bytes + bytes <= PENDING_BYTES_PER_MEMBER_MAX
    }

    /// Charges a statement to its party.
    pub fn take(&mut self, statement: &Statement, bytes: usize) {
        let taken = self.0.entry(share_of(statement)).or_default();
        taken.statements += 1;
        taken.bytes += bytes;
    }

    /// A statement that was charged waits no more.
    ///
    /// # Panics
    /// If it was not charged.
    pub fn give_back(&mut self, statement: &Statement, bytes: usize) {
        let share = share_of(statement);
        let taken = self.0.get_mut(&share).expect("it was charged when it was taken in");
        taken.statements -= 1;
        taken.bytes -= bytes;
        if taken.statements == 0 {
            self.0.remove(&share);
        }
    }
}

/// What a statement is charged to.
fn share_of(statement: &Statement) -> (Code, Share) {
    let body = &statement.body;
    (body.head().by.clone(), body.share())
}
