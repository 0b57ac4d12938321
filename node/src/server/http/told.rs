//! Tells the records of a block as events.

use std::path::Path;

use nemcon_client::api::{Event, EventKind};
use nemcon_client::party_names::Names;
use nemcon_client::reading::says;
use nemcon_client::seats::Seats;
use nemcon_crypto::LeafIndex;
use nemcon_disk::journal::{JournalError, read_from};
use nemcon_ledger::Chain;
use nemcon_ledger::council::Council;
use nemcon_ledger::durable::{CommittedBlock, Entry};
use nemcon_ledger::record::{Body, Outcome, Record, Statement};
use nemcon_ledger::text::Time;

use crate::server::requests::Leaves;

/// The bytes of blocks that are told at once, and the block that exceeds them.
const BLOCKS_BYTES_MAX: usize = 1 << 20;

/// The events of these leaves, as far as a few blocks tell them, in the order of the log. `chain` has applied the
/// blocks.
pub(super) fn events_of(
    journal: &Path,
    leaves: &Leaves,
    chain: &Chain,
) -> Result<Vec<Event>, JournalError> {
    let seats = Seats::of(chain, |_| None);
    let council = chain.council();
    let names = Names { genesis: council.genesis(), seats: Some(&seats) };
    let (mut events, mut read) = (Vec::new(), 0);
    for place in &leaves.places {
        if read > BLOCKS_BYTES_MAX {
            break;
        }
        let Entry::Block(block) = read_from(journal, place.position)? else {
            return Err(JournalError::NoEntry(place.position));
        };
        read += block.bytes();
        let told = Block::of(&block, council, names).events(place.first_leaf);
        events.extend(told.into_iter().filter(|event| event.leaf >= Some(leaves.from)));
    }
    Ok(events)
}

/// A block that is told.
struct Block<'a> {
    records: &'a [Vec<u8>],
    height: u64,
    /// The time of the block; the genesis stands in none.
    time: Option<Time>,
    council: &'a Council,
    names: Names<'a>,
    /// The number of the next measure that is tabled in this block.
    next_measure: u64,
}

impl<'a> Block<'a> {
    fn of(block: &'a CommittedBlock, council: &'a Council, names: Names<'a>) -> Self {
        let last = block.records.last().map(|record| Record::parse(record));
        let time = match last {
            Some(Ok(Record::Block(record))) => Some(record.time),
            _ => None,
        };
        let next_measure = time.map_or(1, |time| first_tabled_at(council, time));
        let (records, height) = (&block.records[..], block.height.0);
        Self { records, height, time, council, names, next_measure }
    }

    fn events(mut self, first: LeafIndex) -> Vec<Event> {
        let mut events = Vec::new();
        for (leaf, record) in (first.0..).zip(self.records) {
            // The node has applied these records, so they parse.
            let Ok(record) = Record::parse(record) else { continue };
            let mut event = self.event(&record);
            event.leaf = Some(leaf);
            event.height = Some(self.height);
            event.time = self.time;
            if event.event == EventKind::Block {
                event.size = Some(leaf + 1);
                event.words = format!("block {}: the log has {} records", self.height, leaf + 1);
            }
            events.push(event);
        }
        events
    }

    fn event(&mut self, record: &Record) -> Event {
        match record {
            Record::Genesis(genesis) => Event {
                text_hash: Some(genesis.digest()),
                ..Event::new(EventKind::Founded, "the council is founded".to_owned())
            },
            Record::Statement(statement) => self.statement(statement),
            Record::Decision(said) => {
                let kind = match said.outcome {
                    Outcome::Adopted => EventKind::Adopted,
                    Outcome::NotAdopted => EventKind::NotAdopted,
                };
                let words = format!("measure {}, “{}”: {}", said.measure, said.title, said.outcome);
                let reason = Some(said.reason.to_string());
                Event { measures: vec![said.measure], reason, ..Event::new(kind, words) }
            }
            Record::Lapse(said) => {
                let words = format!("measure {}, “{}”: lapsed", said.measure, said.title);
                let reason = Some(said.reason.to_string());
                let event = Event::new(EventKind::Lapsed, words);
                Event { measures: vec![said.measure], reason, ..event }
            }
            Record::Block(said) => Event {
                by: Some(said.proposer.clone()),
                ..Event::new(EventKind::Block, String::new())
            },
        }
    }

    fn statement(&mut self, statement: &Statement) -> Event {
        let body = &statement.body;
        let by = &body.head().by;
        let words = format!("{}: {}", self.names.loud(by), says(body, self.names));
        let mut event = Event::new(kind_of(body), words);
        event.text_hash = Some(statement.text_hash);
        event.by = Some(by.clone());
        event.measures = body.measures();
        match body {
            Body::Measure(_) => {
                event.measures = vec![self.next_measure];
                event.words = format!("{}: it is measure {}", event.words, self.next_measure);
                self.next_measure += 1;
            }
            Body::Ballot(said) => {
                event.on_behalf = Some(said.said.on_behalf.clone());
                event.position = Some(said.position);
            }
            Body::Incident(_) => {
                event.incident = self.council.incident_by_text(&statement.text_hash);
            }
            Body::Attribution(said) => event.incident = Some(said.incident.number),
            _ => {}
        }
        event
    }
}

/// The number of the first measure that was tabled at this time or later. Numbers and times ascend together.
fn first_tabled_at(council: &Council, time: Time) -> u64 {
    let is_before = |number: u64| council.measure(number).is_some_and(|it| it.tabled < time);
    let mut above = 1;
    while is_before(above) {
        above *= 2;
    }
    let mut below = above / 2;
    while below + 1 < above {
        let middle = u64::midpoint(below, above);
        if is_before(middle) { below = middle } else { above = middle }
    }
    above
}

const fn kind_of(body: &Body) -> EventKind {
    match body {
        Body::Measure(_) => EventKind::Tabled,
        Body::Revision(_) => EventKind::Revised,
        Body::Package(_) => EventKind::Bound,
        Body::Ballot(_) => EventKind::Signed,
        Body::Mandate(_) => EventKind::Mandate,
        Body::Reservation(_) => EventKind::Reservation,
        Body::Extension(_) => EventKind::Extended,
        Body::Withdrawal(_) => EventKind::Withdrawn,
        Body::Close(_) => EventKind::Closed,
        Body::Attestation(_) => EventKind::Attested,
        Body::Remark(_) => EventKind::Remarked,
        Body::Incident(_) => EventKind::Incident,
        Body::Attribution(_) => EventKind::Attribution,
        Body::Keys(_) => EventKind::Officers,
        Body::Freeze(_) => EventKind::Frozen,
        Body::Rotation(_) => EventKind::NodeKeys,
        Body::Notice(_) => EventKind::Notice,
        Body::Entry(_) => EventKind::Entered,
    }
}
