//! A council's roster as consensus sees it.

use nemcon_ledger::record;

use crate::consensus::Roster;

/// The node keys of a council's roster, in their order.
pub fn voters(roster: &record::Roster) -> Roster {
    let keys: Vec<_> = roster.members.iter().map(|member| member.node).collect();
    Roster::new(&keys).expect("the council's law keeps rosters small and keys apart")
}
