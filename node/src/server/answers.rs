//! The replica thread's answers to the HTTP interface. Each answer is cheap, whatever is asked.

use nemcon_client::api;
use nemcon_replica::replica::{Input, Outcome, Ticket};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::clock::clock;
use super::error::WorkerError;
use super::requests::{Rejoined, Request};
use super::standing::Standing;
use super::view::node;
use super::worker::Worker;

impl Worker {
    /// Answers a request; does nothing if the requester has gone.
    pub(super) fn answer(&mut self, request: Request) -> Result<(), WorkerError> {
        match request {
            Request::Submit { record, reply } => return self.submit(record, reply),
            Request::Rejoin(to) => return self.rejoin(to),
            Request::Reload(addresses, keys) => return self.reload(addresses, keys),
            Request::Status(to) => {
                let status = self.status();
                drop(to.send((status, self.state().now())));
            }
            Request::Observed(to) => drop(to.send(self.observed())),
            reading => self.state().answer(reading),
        }
        Ok(())
    }

    fn state(&self) -> Standing<'_> {
        Standing { replica: &self.replica, leaves: self.folder.store() }
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
