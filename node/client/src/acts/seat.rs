//! How an entrant takes its seat.

use nemcon_crypto::SecretKey;
use nemcon_ledger::record::Body;

use crate::clock::now;
use crate::export::SealedHead;
use crate::failure::Failure;
use crate::seats::{self, AdmittedSeat};
use crate::session::Party;

/// An admitted party whose seal key is on this machine.
#[derive(Debug)]
pub struct Entrant<'a> {
    party: &'a Party,
    admitted: &'a AdmittedSeat,
    seal: &'a SecretKey,
}

impl<'a> Entrant<'a> {
    /// The entrant that `party` is.
    ///
    /// # Errors
    /// [`Failure`] if no adopted measure admits the party, or its seal key is not on this machine.
    pub fn of(party: &'a Party) -> Result<Self, Failure> {
        let by = &party.head.by;
        let admitted = party.seats.entrant(by).ok_or_else(|| {
            Failure::refused(format_args!("no adopted measure admits {by}"))
                .next("`nemcon member list` shows who is admitted")
        })?;
        let seal = party.secret(&admitted.seat.member.seal).ok_or_else(|| {
            Failure::usage(format_args!("there is no seal key of {by} among the keys"))
                .next("give `--key` for its officers, recovery, node and seal keys; the seal key is a file")
        })?;
        Ok(Self { party, admitted, seal })
    }

    /// The text of the entrant's entry statement, with its node's seal of this tree head.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn entry(&self, sealed: &SealedHead) -> Result<Body, Failure> {
        let head = self.party.head.clone();
        let log = self.party.genesis.checkpoint_origin();
        let time_s = now()?.as_ms() / 1000;
        seats::entry(head, self.admitted, sealed.boundary, &log, self.seal, time_s)
            .map_err(Failure::usage)
    }
}

/// The text of the entry statement of an admitted party, with its node's seal of an audited tree head.
///
/// # Errors
/// [`Failure`] if the party was not admitted, or its seal key is not on this machine.
pub fn entry(party: &Party, sealed: &SealedHead) -> Result<Body, Failure> {
    Entrant::of(party)?.entry(sealed)
}
