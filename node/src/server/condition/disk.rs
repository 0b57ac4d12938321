//! The growth of a ledger.

use nemcon_ledger::council::Council;

/// The most bytes that one day can add to a node's ledger folder, with the council's current
/// members and participants.
pub fn day_bytes_max(council: &Council) -> u64 {
    day_bytes_of(council.roster().members.len() + council.participants().len())
}

/// The most bytes that one day can add with so many members and participants.
pub fn day_bytes_of(parties: usize) -> u64 {
    parties as u64 * (4 << 20)
}
