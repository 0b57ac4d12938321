//! How much a day can add to a ledger.

use nemcon_ledger::council::Council;

/// The most that a day can add to a node's ledger folder, as the council's members and participants are
/// today.
pub fn day_bytes_max(council: &Council) -> u64 {
    let parties = council.roster().members.len() + council.participants().len();
    parties as u64 * (4 << 20)
}
