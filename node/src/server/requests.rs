//! The requests of the HTTP interface to the replica's thread.
//!
//! What it guarantees: the cost of an answer does not grow with the ledger. The interface itself
//! reads long texts and makes the JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use nemcon_client::api;
use nemcon_client::seats::Seats;
use nemcon_crypto::Digest;
use nemcon_disk::store::BlockPlace;
use nemcon_ledger::Chain;
use nemcon_ledger::record::Statement;
use nemcon_ledger::text::{Code, Time};
use nemcon_replica::keyring::Keyring;
use nemcon_replica::replica::{Boundary, NoRejoin, Outcome, TakenOver};
use tokio::sync::{mpsc, oneshot};

use super::addresses::Addresses;
use super::meter::Observed;

/// The channel for the answer to a request to vote again.
pub(super) type Rejoined = oneshot::Sender<Result<TakenOver, NoRejoin>>;

/// The current council, shared with the replica until the next block.
pub(super) struct State {
    /// The council and its chain.
    pub(super) chain: Arc<Chain>,
    /// The time by the node's clock.
    pub(super) now: Time,
    /// The newest boundary that every member has sealed.
    pub(super) sealed: Option<Boundary>,
}

/// A measure or an incident, with what the council's state does not hold about it.
pub(super) struct AskedItem {
    /// The current council.
    pub(super) state: State,
    /// The text hash of each party's last statement on it, pending statements included.
    pub(super) last: BTreeMap<Code, Digest>,
    /// The codes of the members whose ballots on it are pending.
    pub(super) waiting: BTreeSet<Code>,
    /// The newest boundary that all members concerned have sealed.
    pub(super) sealed: Option<Boundary>,
    /// The place of its text in the journal.
    pub(super) text: Leaves,
}

/// The places of leaves in the journal.
pub(super) struct Leaves {
    /// The index of the first wanted leaf.
    pub(super) from: u64,
    /// The places of the blocks that hold the wanted leaves.
    pub(super) places: Vec<BlockPlace>,
    /// The greatest number of leaves to return.
    pub(super) limit: u64,
    /// The number of leaves in the log.
    pub(super) size: u64,
}

/// The leaves whose places are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A number of leaves from an index on.
    Range(u64, u64),
    /// The leaf of the statement with this text hash.
    Text(Digest),
}

/// Whose leaves are wanted, wherever in the log they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filed {
    /// The leaves about the measure with this number.
    Measure(u64),
    /// The statements that this party has signed.
    Party(Code),
}

/// A request, with the channel for its answer.
pub(super) enum Request {
    /// Order a record. The first answer says whether the record is accepted, the second what
    /// became of it.
    Submit {
        /// The signed note.
        record: Vec<u8>,
        /// The channel for both answers.
        reply: mpsc::Sender<Outcome>,
    },
    /// The council, and the pending statements.
    Waiting(oneshot::Sender<(State, Vec<Arc<Statement>>)>),
    /// Vote again, by what the nodes of all others saw this node sign.
    /// Answered within [`nemcon_replica::replica::REJOIN_MS`].
    Rejoin(Rejoined),
    /// The status of the node, and the council.
    Status(oneshot::Sender<(api::Status, State)>),
    /// The state of the node in numbers.
    Observed(oneshot::Sender<Observed>),
    /// The current council.
    State(oneshot::Sender<State>),
    /// For each set of members, the newest boundary that all of them have sealed.
    SealedBy(Vec<BTreeSet<Code>>, oneshot::Sender<Vec<Option<Boundary>>>),
    /// The measure with this number.
    Measure(u64, oneshot::Sender<Option<AskedItem>>),
    /// The incident with this number.
    Incident(u64, oneshot::Sender<Option<AskedItem>>),
    /// The members and participants with their keys.
    Seats(oneshot::Sender<Seats>),
    /// The places of leaves; `None` if the index is needed and offline.
    Leaves(Wanted, oneshot::Sender<Option<Leaves>>),
    /// The places of leaves by measure or party, from an index on, limited in number; `None` if the
    /// index is offline.
    Filed(Filed, u64, usize, oneshot::Sender<Option<Vec<Leaves>>>),
    /// The configuration was read again: the others' addresses, and the keys that this node holds.
    Reload(Addresses, Keyring),
    /// The newest checkpoint that every member has sealed.
    Checkpoint(oneshot::Sender<api::CheckpointView>),
}
