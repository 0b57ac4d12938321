//! What the HTTP interface asks of the replica's thread.

use nemcon_ledger::council::{Consequence, RefusedAt};
use nemcon_ledger::record::Body;
use tokio::sync::{mpsc, oneshot};

use super::Addresses;
use crate::api;
use crate::keyring::Keyring;
use crate::replica::{NoRejoin, Outcome, TakenOver};
use crate::seats::Seats;

/// Where the answer to a wish to rejoin goes.
pub(super) type Rejoined = oneshot::Sender<Result<TakenOver, NoRejoin>>;

/// A question, with where the answer goes.
pub enum Request {
    /// Order a record: the first answer says whether it is let in, the second what became of it.
    Submit {
        /// The signed note.
        record: Vec<u8>,
        /// For both answers.
        reply: mpsc::Sender<Outcome>,
    },
    /// What would follow from statements that nobody has signed.
    Foresee(Vec<Body>, oneshot::Sender<Result<Vec<Consequence>, RefusedAt>>),
    /// Vote again by what all others saw this node sign. Answered within
    /// [`crate::replica::REJOIN_MS`].
    Rejoin(Rejoined),
    /// The node and its council.
    Status(oneshot::Sender<api::Status>),
    /// All measures.
    Measures(oneshot::Sender<Vec<api::Measure>>),
    /// One measure.
    Measure(u64, oneshot::Sender<Option<api::Measure>>),
    /// All incidents.
    Incidents(oneshot::Sender<Vec<api::Incident>>),
    /// One incident.
    Incident(u64, oneshot::Sender<Option<api::Incident>>),
    /// The members with their keys.
    Seats(oneshot::Sender<Seats>),
    /// Leaves of the log.
    Records(u64, u64, oneshot::Sender<Option<api::Records>>),
    /// The configuration was read again: where the others listen, and the keys that are held.
    Reload(Addresses, Keyring),
    /// The newest checkpoint that every member has sealed.
    Checkpoint(oneshot::Sender<api::CheckpointView>),
}
