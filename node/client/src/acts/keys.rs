//! Statements that a party makes about itself: new officers, a freeze, a notice that it leaves.

use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Body, Freeze, Keys, Notice};
use nemcon_ledger::text::Line;

use crate::failure::Failure;
use crate::seats::OfficersFile;
use crate::session::Party;

/// The statement that gives the member these officers from now on. It also ends a freeze.
///
/// # Errors
/// [`Failure`] if the party is no member.
pub fn new_officers(party: &Party, wanted: &OfficersFile) -> Result<Body, Failure> {
    Ok(Body::Keys(Keys {
        head: party.head.clone(),
        threshold: wanted.signatures,
        officers: wanted.officers(),
        recovery: wanted.recovery,
        after: party.seat()?.last_keys,
    }))
}

/// The statement that freezes the party, so that no statement of the party is accepted any more.
///
/// # Errors
/// [`Failure`] if the code is of no party.
pub fn freezing(party: &Party, reason: Option<Line>) -> Result<Body, Failure> {
    let after = party.last_keys()?;
    Ok(Body::Freeze(Freeze { head: party.head.clone(), reason, after }))
}

/// The statement that the member leaves, or that it stays after all.
///
/// # Errors
/// [`Failure`] if the party is no member.
pub fn notice(party: &Party, act: NoticeAct) -> Result<Body, Failure> {
    let after = party.seat()?.last_own;
    Ok(Body::Notice(Notice { head: party.head.clone(), act, after }))
}
