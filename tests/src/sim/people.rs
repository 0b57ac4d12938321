//! The delegations: they table, cast, replace, retract, withdraw and close, at any node.

use nemcon_ledger::council::{Council, Status};
use nemcon_ledger::record::{Body, ChainKey, Position, Statement};
use nemcon_ledger::text::Time;
use nemcon_node::replica::{Input, Replica, Ticket};

use super::world::{Event, World};
use crate::fixture::day;

/// How many measures are on the table at once, about.
const MEASURES_OPEN: usize = 4;

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

    /// One delegation makes one statement and submits it, mostly at its own node.
    pub(super) fn people_act(&mut self) {
        let by = self.rng.index(self.nodes.len());
        let at = if self.rng.chance(850) { by } else { self.rng.index(self.nodes.len()) };
        let statement = self.say_of_keys(by, at).or_else(|| {
            let body = self.compose(by, at)?;
            Some(self.parties.sign(&body))
        });
        if let Some(statement) = statement {
            self.submit(at, &statement);
        }
    }

    pub(super) fn submit(&mut self, at: usize, statement: &Statement) {
        let ticket = Ticket(self.tickets);
        self.tickets += 1;
        self.tally.note_statement();
        self.tell(|| {
            let (body, code) = (&statement.body, &self.codes[at]);
            let by = &body.head().by;
            format!("{by} submits a {} at {code} as {ticket:?}", body.kind())
        });
        self.take(at, Input::Submitted { ticket, record: statement.render() });
    }

    /// What the member `by` says on what the node `at` knows.
    fn compose(&mut self, by: usize, at: usize) -> Option<Body> {
        let council = self.replica(at)?.chain().council().clone();
        let open: Vec<u64> = open_measures(&council);
        let wants_more = open.len() < MEASURES_OPEN && self.rng.chance(200);
        if open.is_empty() || wants_more {
            return Some(self.new_measure(by));
        }
        let number = *self.rng.pick(&open);
        let code = self.codes[by].clone();
        let is_own = council.measure(number)?.measure.head.by == code;
        let after = self.replica(at)?.last_statement(&ChainKey::Measure(number, code.clone()));
        Some(match self.rng.below(100) {
            0..3 if is_own => {
                let mut it = self.parties.withdrawal(&council, code.as_str(), number);
                it.after = after;
                Body::Withdrawal(it)
            }
            3..8 if is_own => {
                let mut it = self.parties.close(&council, code.as_str(), number);
                it.after = after;
                Body::Close(it)
            }
            chance => {
                let position = position(chance, after.is_some());
                let mut it = self.parties.ballot(&council, code.as_str(), number, position);
                it.after = after;
                Body::Ballot(it)
            }
        })
    }

    fn new_measure(&mut self, by: usize) -> Body {
        let title = format!("Measure {}", self.tickets);
        let mut measure = self.parties.measure(self.codes[by].as_str(), &title);
        measure.closes = day(30);
        if self.rng.chance(300) {
            let soon = self.time().as_ms() + self.rng.between(8000, 60_000);
            measure.closes = Time::from_ms(soon).expect("simulations end in this age");
        }
        Body::Measure(measure)
    }
}

fn open_measures(council: &Council) -> Vec<u64> {
    let open = council.measures().filter(|measure| measure.status == Status::Open);
    open.map(|measure| measure.number).collect()
}

const fn position(chance: u64, has_spoken: bool) -> Position {
    match chance {
        8..15 if has_spoken => Position::Retracted,
        15..23 => Position::Against,
        23..30 => Position::Abstain,
        30..34 => Position::AbstainQualified,
        _ => Position::InFavour,
    }
}

/// Whether anything of an honest member's waits at this node.
pub(super) fn waits_for(replica: &Replica, is_honest: impl Fn(&str) -> bool) -> usize {
    let waiting = replica.waiting();
    waiting.iter().filter(|it| is_honest(it.body.head().by.as_str())).count()
}
