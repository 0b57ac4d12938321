//! The replica thread's answers to the HTTP interface. Each answer is cheap, whatever is asked.

use std::collections::BTreeSet;

use nemcon_client::api;
use nemcon_client::seats::Seats;
use nemcon_crypto::LeafIndex;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Input, Outcome, Ticket};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::clock::clock;
use super::error::WorkerError;
use super::requests::{AskedItem, Filed, Leaves, Rejoined, Request, State, Wanted};
use super::view::node;
use super::worker::Worker;

/// The greatest number of leaves in one answer.
const RECORDS_PER_ANSWER_MAX: u64 = 4096;

impl Worker {
    /// Answers a request; does nothing if the requester has gone.
    pub(super) fn answer(&mut self, request: Request) -> Result<(), WorkerError> {
        match request {
            Request::Submit { record, reply } => return self.submit(record, reply),
            Request::Rejoin(to) => return self.rejoin(to),
            Request::Reload(addresses, keys) => return self.reload(addresses, keys),
            Request::Waiting(to) => drop(to.send((self.state(), self.replica.shared_waiting()))),
            Request::Status(to) => drop(to.send((self.status(), self.state()))),
            Request::Observed(to) => drop(to.send(self.observed())),
            Request::State(to) => drop(to.send(self.state())),
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
        }
        Ok(())
    }

    fn status(&mut self) -> api::Status {
        let refusals = self.mesh.counters().refusals;
        let refused = refusals.into_iter().map(|(why, times)| (why.to_owned(), times)).collect();
        self.look();
        let mut status = node::status(&self.replica, clock(), refused);
        for member in &mut status.members {
            member.since = self.operator.linked.get(&member.code).copied();
        }
        api::Status {
            conditions: self.conditions(),
            clock: self.clock_view(),
            awaits: self.awaits(),
            files: Some(self.operator.files),
            ..status
        }
    }

    fn state(&self) -> State {
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
            state: self.state(),
            last: self.replica.last_on_measure(number),
            waiting: waiting.into_iter().filter_map(|it| ballot_of(&it.body)).collect(),
            sealed,
            text: self.range(state.leaf.0, 1),
        })
    }

    fn incident(&self, number: u64) -> Option<AskedItem> {
        let state = self.replica.chain().council().incident(number)?;
        Some(AskedItem {
            state: self.state(),
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
            Wanted::Text(text_hash) => {
                match self.folder.store().index().ok()?.by_hash(text_hash).ok()? {
                    Some(leaf) => self.range(leaf.0, 1),
                    None => self.range(0, 0),
                }
            }
        })
    }

    fn filed(&self, of: &Filed, from: u64, limit: usize) -> Option<Vec<Leaves>> {
        let (index, from) = (self.folder.store().index().ok()?, LeafIndex(from));
        let found = match of {
            Filed::Measure(number) => index.by_measure(*number, from, limit),
            Filed::Party(code) => index.by_member(code.as_str(), from, limit),
        };
        let size = self.replica.chain().size();
        let of_chain = found.ok()?.into_iter().filter(|leaf| leaf.0 < size.0);
        Some(of_chain.map(|leaf| self.range(leaf.0, 1)).collect())
    }

    fn range(&self, from: u64, limit: u64) -> Leaves {
        // The journal can hold a block that the chain does not hold yet, so the chain's size is the
        // one to tell.
        let size = self.replica.chain().size().0;
        let limit = limit.min(RECORDS_PER_ANSWER_MAX).min(size.saturating_sub(from));
        let places = self.folder.store().places(LeafIndex(from), limit);
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

    fn new_ticket(&mut self) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        ticket
    }

    fn rejoin(&mut self, to: Rejoined) -> Result<(), WorkerError> {
        let ticket = self.new_ticket();
        self.rejoins.insert(ticket, to);
        self.take(Input::Rejoin(ticket))
    }

    fn submit(&mut self, record: Vec<u8>, reply: mpsc::Sender<Outcome>) -> Result<(), WorkerError> {
        self.forget_abandoned()?;
        let ticket = self.new_ticket();
        self.waiting.insert(ticket, (reply, Instant::now()));
        self.take(Input::Submitted { ticket, record })
    }

    /// Gives back the tickets of submitters that have gone.
    fn forget_abandoned(&mut self) -> Result<(), WorkerError> {
        let gone: Vec<_> =
            self.waiting.iter().filter(|(_, (to, _))| to.is_closed()).map(|(t, _)| *t).collect();
        for ticket in gone {
            self.waiting.remove(&ticket);
            self.take(Input::Abandoned(ticket))?;
        }
        Ok(())
    }
}
