//! What the state of a council answers, a running node's or that of a ledger folder. Each answer is cheap,
//! whatever is asked.

use std::collections::BTreeSet;

use nemcon_client::api;
use nemcon_client::seats::Seats;
use nemcon_crypto::{Digest, LeafIndex};
use nemcon_disk::store::{BlockPlace, Store};
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::Replica;

use super::clock::clock;
use super::requests::{AskedItem, Filed, Leaves, Request, State, Wanted};

/// The greatest number of leaves in one answer.
const RECORDS_PER_ANSWER_MAX: u64 = 4096;

/// The index is offline.
#[derive(Clone, Copy, Debug)]
pub(super) struct IndexOff;

/// Where the leaves of a log are.
pub(super) trait LeafPlaces {
    /// The places of the blocks that hold `leaves` leaves from `from` on.
    fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace>;

    /// The leaf of the statement with this text hash, if there is one.
    fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexOff>;

    /// The leaves of a measure or party, from an index on, limited in number; `None` if the index is offline.
    fn filed(&self, of: &Filed, from: LeafIndex, limit: usize) -> Option<Vec<LeafIndex>>;
}

impl LeafPlaces for Store {
    fn places(&self, from: LeafIndex, leaves: u64) -> Vec<BlockPlace> {
        Self::places(self, from, leaves)
    }

    fn by_hash(&self, text_hash: Digest) -> Result<Option<LeafIndex>, IndexOff> {
        let index = self.index().map_err(|_| IndexOff)?;
        index.by_hash(text_hash).map_err(|_| IndexOff)
    }

    fn filed(&self, of: &Filed, from: LeafIndex, limit: usize) -> Option<Vec<LeafIndex>> {
        let index = self.index().ok()?;
        let found = match of {
            Filed::Measure(number) => index.by_measure(*number, from, limit),
            Filed::Party(code) => index.by_member(code.as_str(), from, limit),
        };
        found.ok()
    }
}

/// The state of a council, and where its leaves are.
pub(super) struct Standing<'a> {
    /// The replica, which need not run.
    pub(super) replica: &'a Replica,
    /// Where the leaves are.
    pub(super) leaves: &'a dyn LeafPlaces,
}

impl Standing<'_> {
    /// Answers a request that reads; does nothing if the requester has gone, and drops a request that does not read.
    pub(super) fn answer(&self, request: Request) {
        match request {
            Request::Waiting(to) => drop(to.send((self.now(), self.replica.shared_waiting()))),
            Request::State(to) => drop(to.send(self.now())),
            Request::SealedBy(sets, to) => {
                let newest =
                    |codes: &BTreeSet<Code>| self.replica.sealed_by(&codes.iter().collect());
                drop(to.send(sets.iter().map(newest).collect()));
            }
            Request::Measure(number, to) => drop(to.send(self.measure(number))),
            Request::Incident(number, to) => drop(to.send(self.incident(number))),
            Request::Seats(to) => drop(to.send(self.seats())),
            Request::Leaves(wanted, to) => drop(to.send(self.leaves(wanted))),
            Request::Filed(of, from, limit, to) => drop(to.send(self.filed(&of, from, limit))),
            Request::Checkpoint(to) => drop(to.send(self.checkpoint())),
            Request::Submit { .. }
            | Request::Rejoin(_)
            | Request::Reload(..)
            | Request::Observed(_)
            | Request::Status(_) => {}
        }
    }

    pub(super) fn now(&self) -> State {
        let sealed = self.replica.sealed_by_all().1;
        State { chain: self.replica.shared_chain(), now: clock(), sealed }
    }

    fn measure(&self, number: u64) -> Option<AskedItem> {
        let state = self.replica.chain().council().measure(number)?;
        let sealed = self.replica.sealed_by_all().1;
        let is_sealed = |leaf| sealed.is_some_and(|boundary| leaf < boundary.size.0);
        // What all members have sealed is final without a further look.
        let sealed = if state.outcome_leaf().is_some_and(|leaf| !is_sealed(leaf.0)) {
            let entitled = state.frozen.entitled.iter().map(|entitled| &entitled.code);
            self.replica.sealed_by(&entitled.collect())
        } else {
            sealed
        };
        let ballot_of = |body: &Body| match body {
            Body::Ballot(ballot) if ballot.said.about.measure == number => {
                Some(ballot.said.on_behalf.clone())
            }
            _ => None,
        };
        let waiting = self.replica.waiting();
        Some(AskedItem {
            state: self.now(),
            last: self.replica.last_on_measure(number),
            waiting: waiting.into_iter().filter_map(|it| ballot_of(&it.body)).collect(),
            sealed,
            text: self.range(state.leaf.0, 1),
        })
    }

    fn incident(&self, number: u64) -> Option<AskedItem> {
        let state = self.replica.chain().council().incident(number)?;
        Some(AskedItem {
            state: self.now(),
            last: self.replica.last_on_incident(number),
            waiting: BTreeSet::new(),
            sealed: None,
            text: self.range(state.leaf.0, 1),
        })
    }

    fn seats(&self) -> Seats {
        Seats::of(self.replica.chain(), |chain| self.replica.last_statement(chain))
    }

    fn leaves(&self, wanted: Wanted) -> Option<Leaves> {
        Some(match wanted {
            Wanted::Range(from, limit) => self.range(from, limit),
            Wanted::Text(text_hash) => match self.leaves.by_hash(text_hash).ok()? {
                Some(leaf) => self.range(leaf.0, 1),
                None => self.range(0, 0),
            },
        })
    }

    fn filed(&self, of: &Filed, from: u64, limit: usize) -> Option<Vec<Leaves>> {
        let found = self.leaves.filed(of, LeafIndex(from), limit)?;
        let size = self.replica.chain().size();
        let of_chain = found.into_iter().filter(|leaf| leaf.0 < size.0);
        Some(of_chain.map(|leaf| self.range(leaf.0, 1)).collect())
    }

    fn range(&self, from: u64, limit: u64) -> Leaves {
        // The journal can hold a block that the chain does not hold yet, so the chain's size is the
        // one to tell.
        let size = self.replica.chain().size().0;
        let limit = limit.min(RECORDS_PER_ANSWER_MAX).min(size.saturating_sub(from));
        let places = self.leaves.places(LeafIndex(from), limit);
        Leaves { from, places, limit, size }
    }

    fn checkpoint(&self) -> api::CheckpointView {
        match self.replica.sealed_checkpoint() {
            None => api::CheckpointView { size: 0, height: 0, note: None },
            Some((height, checkpoint, note)) => api::CheckpointView {
                size: checkpoint.size().0,
                height: height.0,
                note: Some(note.to_string()),
            },
        }
    }
}
