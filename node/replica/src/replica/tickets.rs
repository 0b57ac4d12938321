//! The submissions whose answers are waited for.
//!
//! What it guarantees: at most [`TICKETS_MAX`] are kept; each gets one last answer, or none if nobody
//! waits any more.

use std::collections::BTreeMap;

use nemcon_crypto::Digest;

use super::api::{Effect, Outcome, Ticket};
use super::step::Step;

/// The most submissions whose answers are waited for.
pub const TICKETS_MAX: usize = 4096;

/// The tickets, by the text hashes of what was submitted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tickets(BTreeMap<Digest, Vec<Ticket>>);

impl Tickets {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits for what becomes of a statement, if there is room.
    pub(super) fn expect(&mut self, text_hash: Digest, ticket: Ticket) {
        let waiting: usize = self.0.values().map(Vec::len).sum();
        if waiting < TICKETS_MAX {
            self.0.entry(text_hash).or_default().push(ticket);
        }
    }

    /// Nobody waits for this ticket any more.
    pub(super) fn abandon(&mut self, ticket: Ticket) {
        self.0.retain(|_, tickets| {
            tickets.retain(|other| *other != ticket);
            !tickets.is_empty()
        });
    }

    /// Gives all who wait for this statement their last answer.
    pub(super) fn answer(&mut self, step: &mut Step, text_hash: &Digest, outcome: &Outcome) {
        for ticket in self.0.remove(text_hash).unwrap_or_default() {
            step.push(Effect::Answer(ticket, outcome.clone()));
        }
    }
}
