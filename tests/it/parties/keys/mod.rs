//! Keys: officers and recovery changed, a stolen laptop frozen, nodes' keys rotated.

mod freezes;
mod nodes;
mod officers;

use nemcon_ledger::council::Refusal;
use nemcon_ledger::record::Position;
use nemcon_ledger::record::statement::SignatureFault;
use nemcon_tests::fixture::{Ledger, Seat, code, council_of, secret};

const FOR: Position = Position::InFavour;

/// Two of three officers sign for M1, one of one for M2, M3 and M4.
pub(crate) fn ledger() -> Ledger {
    let mut seats = vec![Seat::weighing(1); 4];
    seats[0] = Seat { weight: 1, threshold: 2, officers: 3 };
    Ledger::found(council_of(&seats))
}

pub(crate) fn public(label: &str) -> nemcon_crypto::PublicKey {
    secret(label).public()
}

pub(crate) fn signatures(by: &str, fault: SignatureFault) -> Result<(), Refusal> {
    Err(Refusal::Signatures { by: code(by), fault })
}
