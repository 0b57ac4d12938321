//! The keys of the members' nodes.

use nemcon_ledger::text::Code;
use nemcon_replica::keyring::Keyring;

use crate::speaker::{node_keys, seal_keys};

/// The keys that a member's node holds.
pub(super) fn keyring(code: &Code) -> Keyring {
    Keyring::of(node_keys(code), seal_keys(code)).expect("some of each")
}
