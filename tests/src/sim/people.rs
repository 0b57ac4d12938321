//! The delegations: whatever parties of a council may say, at any node.

use nemcon_ledger::record::{Boundary, Statement};
use nemcon_ledger::text::Code;
use nemcon_replica::replica::{Input, Replica, Ticket};

use super::world::{Event, World};
use crate::speaker::{Said, Sight};

impl World {
    /// People do something; comes again until faults stop.
    pub(super) fn people(&mut self) {
        if self.is_calm {
            return;
        }
        self.people_act();
        let next = self.rng.between(100, 3000);
        self.schedule(next, Event::People);
    }

    /// One party makes one statement and submits it, a member mostly at its own node.
    pub(super) fn people_act(&mut self) {
        let participants = if self.plan.topics.is_empty() { 0 } else { self.participants.len() };
        let by = self.rng.index(self.nodes.len() + participants);
        let is_at_home = by < self.nodes.len() && self.rng.chance(850);
        let at = if is_at_home { by } else { self.rng.index(self.nodes.len()) };
        let code = self.codes.get(by).unwrap_or_else(|| &self.participants[by - self.codes.len()]);
        let code = code.clone();
        if let Some(Said { statement, slip }) = self.compose(&code, at) {
            if let Some(slip) = slip {
                self.tally.note_slip(slip);
            }
            self.submit(at, &statement);
        }
    }

    fn submit(&mut self, at: usize, statement: &Statement) {
        let ticket = Ticket(self.tickets);
        self.tickets += 1;
        self.tally.note_statement(statement.body.kind());
        self.tell(|| {
            let (body, code) = (&statement.body, &self.codes[at]);
            let by = &body.head().by;
            format!("{by} submits a {} at {code} as {ticket:?}", body.kind())
        });
        self.take(at, Input::Submitted { ticket, record: statement.render() });
    }

    /// What `by` says on what the node `at` knows.
    fn compose(&mut self, by: &Code, at: usize) -> Option<Said> {
        let now = self.time();
        let replica = self.nodes[at].replica()?;
        if replica.is_following() && replica.me() != by {
            // Nobody takes from it what it passes on, but its own entry.
            return None;
        }
        let chain = replica.chain();
        let sight = Sight {
            council: chain.council(),
            last: &|chain| replica.last_statement(chain),
            boundary: Boundary { size: chain.size(), root: chain.root() },
            now,
        };
        self.speaker.say(&mut self.rng, &sight, by)
    }
}

/// Whether anything of an honest member's waits at this node.
pub(super) fn waits_for(replica: &Replica, is_honest: impl Fn(&str) -> bool) -> usize {
    let waiting = replica.waiting();
    waiting.iter().filter(|it| is_honest(it.body.head().by.as_str())).count()
}
