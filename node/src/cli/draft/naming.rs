//! Names that several drafts share: the roles of participants, and the file of a revision.

use std::collections::BTreeSet;

use nemcon_ledger::record::Charter;
use nemcon_ledger::text::Label;

use nemcon_ledger::record::charter::is_a_participants;

/// The roles of participants to which the charter gives a right.
pub(super) fn roles(charter: &Charter) -> BTreeSet<&Label> {
    let roles = charter.tables().flat_map(|(_, roles)| roles);
    roles.filter(|role| is_a_participants(role)).collect()
}

/// The usual file name of a revision.
pub(super) fn revision_file(number: u64, revision: u32) -> String {
    format!("measure-{number}-rev-{}.toml", revision + 1)
}
