//! What the HTTP interface asks of the replica's thread. No answer costs it more as the ledger grows:
//! what is long is read, and made into JSON, by who asks.

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

/// Where the answer to a wish to rejoin goes.
pub(super) type Rejoined = oneshot::Sender<Result<TakenOver, NoRejoin>>;

/// The council as it stands, shared with the replica until the next block.
pub(super) struct State {
    /// The council and its chain.
    pub(super) chain: Arc<Chain>,
    /// The node's clock.
    pub(super) now: Time,
    /// The newest boundary that every member has sealed.
    pub(super) sealed: Option<Boundary>,
}

/// A measure or an incident, with what the council's state does not hold of it.
pub(super) struct Matter {
    /// The council.
    pub(super) state: State,
    /// The last statement of each party on it, waiting ones included.
    pub(super) last: BTreeMap<Code, Digest>,
    /// Whose ballots on it wait to be ordered.
    pub(super) waiting: BTreeSet<Code>,
    /// The newest boundary that all whom it concerns have sealed.
    pub(super) sealed: Option<Boundary>,
    /// Where its text lies.
    pub(super) text: Leaves,
}

/// Where leaves of the log lie.
pub(super) struct Leaves {
    /// The first leaf that is asked for.
    pub(super) from: u64,
    /// The blocks that hold it and some that follow.
    pub(super) places: Vec<BlockPlace>,
    /// How many leaves are told at most.
    pub(super) limit: u64,
    /// How many leaves there are.
    pub(super) size: u64,
}

/// Of which leaves it is asked where they lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// So many from one on.
    Range(u64, u64),
    /// The one of the statement with this text.
    Text(Digest),
}

/// A question, with where the answer goes.
pub(super) enum Request {
    /// Order a record: the first answer says whether it is let in, the second what became of it.
    Submit {
        /// The signed note.
        record: Vec<u8>,
        /// For both answers.
        reply: mpsc::Sender<Outcome>,
    },
    /// The council, and the statements that wait to be ordered.
    Waiting(oneshot::Sender<(State, Vec<Arc<Statement>>)>),
    /// Vote again by what all others saw this node sign. Answered within
    /// [`nemcon_replica::replica::REJOIN_MS`].
    Rejoin(Rejoined),
    /// The node, and its council.
    Status(oneshot::Sender<(api::Status, State)>),
    /// The council.
    State(oneshot::Sender<State>),
    /// For each set of members, the newest boundary that all of them have sealed.
    SealedBy(Vec<BTreeSet<Code>>, oneshot::Sender<Vec<Option<Boundary>>>),
    /// One measure.
    Measure(u64, oneshot::Sender<Option<Matter>>),
    /// One incident.
    Incident(u64, oneshot::Sender<Option<Matter>>),
    /// The members with their keys.
    Seats(oneshot::Sender<Seats>),
    /// Where leaves of the log lie; none if the index that tells is off.
    Leaves(Wanted, oneshot::Sender<Option<Leaves>>),
    /// The configuration was read again: where the others listen, and the keys that are held.
    Reload(Addresses, Keyring),
    /// The newest checkpoint that every member has sealed.
    Checkpoint(oneshot::Sender<api::CheckpointView>),
}
